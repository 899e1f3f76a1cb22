"""Loads the fixtures that all tests share: databases and ports."""

pytest_plugins = ["tests.support.network", "tests.support.postgres"]
