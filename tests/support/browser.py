"""The Chromium of this machine for pytest-playwright, which would otherwise look for one it downloaded."""

from typing import Any

import pytest

from scripts.system_packages import require_chromium


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How to launch the browser. Raises MissingSoftware, which says what to install, where there is none."""
    # Chromium refuses to start its sandbox for root, as whom containers of continuous integration run.
    return {"executable_path": require_chromium(), "args": ["--no-sandbox"]}
