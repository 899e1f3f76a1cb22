"""Loads the plugin that gives tests their databases."""

pytest_plugins = ["tests.support.postgres"]
