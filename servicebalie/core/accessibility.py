"""What was tested of the accessibility of the pages: read from a file that the tests write."""

import tomllib
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong on a page, found by a check; `what` is in the words of the check."""

    page: str
    check: str
    what: str


@dataclass(frozen=True, slots=True)
class CheckedPages:
    """What was tested, when, with what, and what was found.

    `pages` are the names of all pages; `locales` those in which every page for newcomers was opened;
    `screens` the sizes, in CSS pixels and with how much everything was enlarged.
    """

    tested_on: date
    axe: str
    browser: str
    locales: tuple[str, ...]
    screens: tuple[str, ...]
    checks: tuple[str, ...]
    pages: tuple[str, ...]
    findings: tuple[Finding, ...]


def parse_checked_pages(text: str) -> CheckedPages:
    """Read what was tested (TOML); raises KeyError or TypeError for a file that the tests did not write."""
    document = tomllib.loads(text)
    return CheckedPages(
        tested_on=document["tested_on"],
        axe=document["axe"],
        browser=document["browser"],
        locales=tuple(document["locales"]),
        screens=tuple(document["screens"]),
        checks=tuple(document["checks"]),
        pages=tuple(document["pages"]),
        findings=tuple(Finding(**finding) for finding in document.get("findings", ())),
    )


def write_checked_pages(tested: CheckedPages) -> str:
    """Return what was tested as the text of its file."""
    lines = [
        "# What was tested of the accessibility of the pages, for the statement on the website.",
        "# Written by: python -m scripts.accessibility",
        "",
        f"tested_on = {tested.tested_on.isoformat()}",
        f"axe = {_quoted(tested.axe)}",
        f"browser = {_quoted(tested.browser)}",
    ]
    for name in ("locales", "screens", "checks", "pages"):
        lines += [f"{name} = [", *(f"    {_quoted(value)}," for value in getattr(tested, name)), "]"]
    for finding in tested.findings:
        lines += ["", "[[findings]]"]
        lines += [f"{name} = {_quoted(getattr(finding, name))}" for name in ("page", "check", "what")]
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    """Return a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else f"\\U{ord(sign):08X}" for sign in escaped) + '"'
