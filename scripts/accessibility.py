"""Tests the accessibility of every page and writes down what was tested, for the statement on the website.

    python -m scripts.accessibility

It runs the tests of `tests/browser/test_accessibility.py` in one process; they write
`servicebalie/reference_data/accessibility.toml`, also when they find something.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the tests and return their exit status."""
    tests = ["tests/browser/test_accessibility.py", "--statement", "-n", "0", "-p", "no:randomly"]
    return subprocess.run([sys.executable, "-m", "pytest", *tests], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
