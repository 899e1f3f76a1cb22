"""Load by wrk, and what it costs."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.system_packages import MissingSoftware

CONNECTIONS = 16
TIMEOUT = "30s"
QUESTIONS = Path(__file__).with_name("questions.lua")
PAGES = Path(__file__).with_name("pages.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """One run of wrk: how many requests were answered, and how fast."""

    answered: int
    failed: int
    seconds: float
    median_ms: float
    p99_ms: float


def post_questions(url: str, seconds: int, token: str, key_prefix: str | None = None) -> Load:
    """Post questions over 16 connections for some seconds.

    With `key_prefix` every request carries an Idempotency-Key of its own. Raises `MissingSoftware` without
    wrk, and `RuntimeError` when a request was answered with an error or not at all.
    """
    return _load(url, seconds, QUESTIONS, token, *([key_prefix] if key_prefix else []))


def get_page(url: str, seconds: int) -> Load:
    """Get a page, compressed, over 16 connections for some seconds; raises as `post_questions` does."""
    return _load(url, seconds, PAGES)


def _load(url: str, seconds: int, script: Path, *arguments: str) -> Load:
    if shutil.which("wrk") is None:
        raise MissingSoftware("wrk is missing. Install it, on Debian with: sudo apt-get install wrk")
    command = [
        *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", TIMEOUT),
        *("-s", str(script), url, "--", *arguments),
    ]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    load = Load(**json.loads(run.stdout.splitlines()[-1]))
    if load.failed:
        raise RuntimeError(f"{load.failed} of {load.answered} requests to {url} failed")
    return load
