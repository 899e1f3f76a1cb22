"""What all tests share: databases, a browser, ports, and properties that are not judged by the clock."""

import gc
import os

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.support.browser",
    "tests.support.compiled_statements",
    "tests.support.network",
    "tests.support.openid_provider",
    "tests.support.postgres",
]

# A slow machine is no fault of the code; and continuous integration must give the same verdict twice.
settings.register_profile("servicebalie", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("servicebalie")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let groups of `./test` and `scripts.accessibility` ask for more than every run of the tests does."""
    parser.addoption(
        "--attacks",
        choices=("reduced", "full"),
        default="reduced",
        help="attack a small simulated desk, or one of real size and write the results down",
    )
    parser.addoption(
        "--hostile",
        action="store_true",
        help="send many requests of each kind to the API, instead of a few",
    )
    parser.addoption(
        "--statement",
        action="store_true",
        help="write down what was tested of accessibility, for the statement on the website",
    )


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported: looking at it again took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
