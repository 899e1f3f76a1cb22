"""The colours of a desk: design tokens as NL Design System names them, and whether text in them can be read.

A desk sets a few tokens; the others follow from those or stay as shipped. Contrast is measured after WCAG 2.2
("relative luminance", "contrast ratio"), for every pair of colours that meet on a page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from servicebalie.core.errors import ServicebalieError

FOR_TEXT = 4.5
"""WCAG 2.2, 1.4.3: what text needs at least."""

FOR_FOCUS = 3.0
"""WCAG 2.2, 1.4.11: what the mark around the field or link with the focus needs at least."""

SHIPPED: Mapping[str, str] = {
    "utrecht-document-color": "#16252b",
    "utrecht-document-background-color": "#f5f3ee",
    "utrecht-surface-background-color": "#ffffff",
    "utrecht-page-header-color": "#ffffff",
    "utrecht-page-header-background-color": "#0b4f5c",
    "servicebalie-page-header-hover-background-color": "#073a44",
    "utrecht-button-primary-action-color": "#ffffff",
    "utrecht-button-primary-action-background-color": "#0b4f5c",
    "utrecht-button-primary-action-hover-background-color": "#073a44",
    "utrecht-link-color": "#0b4f5c",
    "utrecht-link-hover-color": "#073a44",
    "utrecht-focus-outline-color": "#16252b",
    "utrecht-focus-inverse-outline-color": "#ffbf47",
    "utrecht-form-field-description-color": "#4a5b62",
    "utrecht-form-control-border-color": "#5f7278",
    "utrecht-separator-color": "#c9d2d3",
    "utrecht-alert-info-border-color": "#0b4f5c",
    "utrecht-alert-info-background-color": "#e3f0f1",
    "utrecht-alert-error-color": "#a01c1c",
    "utrecht-alert-error-background-color": "#fdeeee",
    "utrecht-alert-warning-background-color": "#fff3cd",
}
"""The colours of servicebalie.css, where a test compares them."""

SETTABLE = (
    "utrecht-document-color",
    "utrecht-document-background-color",
    "utrecht-page-header-color",
    "utrecht-page-header-background-color",
    "utrecht-button-primary-action-color",
    "utrecht-button-primary-action-background-color",
    "utrecht-link-color",
    "utrecht-focus-outline-color",
    "utrecht-focus-inverse-outline-color",
)
"""What a desk may set. The colours of danger and of faults are the same at every desk."""

_HOVER = {
    "servicebalie-page-header-hover-background-color": (
        "utrecht-page-header-background-color",
        "utrecht-page-header-color",
    ),
    "utrecht-button-primary-action-hover-background-color": (
        "utrecht-button-primary-action-background-color",
        "utrecht-button-primary-action-color",
    ),
    "utrecht-link-hover-color": ("utrecht-link-color", "utrecht-document-background-color"),
}
"""Tokens that are another one, a little further away from what it is read with."""

_TEXTS = {
    "utrecht-document-color": (
        "utrecht-document-background-color",
        "utrecht-surface-background-color",
        "utrecht-alert-info-background-color",
        "utrecht-alert-error-background-color",
        "utrecht-alert-warning-background-color",
    ),
    "utrecht-form-field-description-color": (
        "utrecht-document-background-color",
        "utrecht-surface-background-color",
        "utrecht-alert-info-background-color",
    ),
    "utrecht-link-color": (
        "utrecht-document-background-color",
        "utrecht-surface-background-color",
        "utrecht-alert-info-background-color",
    ),
    "utrecht-link-hover-color": (
        "utrecht-document-background-color",
        "utrecht-surface-background-color",
        "utrecht-alert-info-background-color",
    ),
    "utrecht-alert-error-color": (
        "utrecht-document-background-color",
        "utrecht-surface-background-color",
        "utrecht-alert-error-background-color",
    ),
    "utrecht-page-header-color": (
        "utrecht-page-header-background-color",
        "servicebalie-page-header-hover-background-color",
    ),
    "utrecht-button-primary-action-color": (
        "utrecht-button-primary-action-background-color",
        "utrecht-button-primary-action-hover-background-color",
    ),
}
"""The colours of text, and the backgrounds on which it stands."""

_UNDER_FOCUS = (
    "utrecht-document-background-color",
    "utrecht-surface-background-color",
    "utrecht-page-header-background-color",
)
_OUTLINE, _INVERSE = "utrecht-focus-outline-color", "utrecht-focus-inverse-outline-color"
_COLOUR = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LowContrast:
    """Two tokens whose colours are too much alike: the ratio they have and the one they need."""

    foreground: str
    background: str
    ratio: float
    least: float


class InvalidTheme(ServicebalieError):
    """A theme that cannot be used.

    `reason` is one of: `malformed`, `unknown-name`, `not-a-colour`, `invalid-value`, `logo-type`,
    `logo-size`, `logo-active`. `name` tells where, if anywhere in particular.
    """

    code = "invalid-theme"


class UnreadableColours(ServicebalieError):
    """Colours in which people cannot read the pages, or not see where they are; `pairs` are all of them."""

    code = "unreadable-colours"

    def __init__(self, pairs: tuple[LowContrast, ...]) -> None:
        super().__init__(pairs=len(pairs))
        self.pairs = pairs


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """The rules with which a desk's colours replace those shipped; `sha256` is of its UTF-8 text."""

    text: str
    sha256: str


def parse_colour(text: str) -> str:
    """Return a colour of the form #rgb or #rrggbb as #rrggbb in lower case; raises ValueError."""
    found = _COLOUR.fullmatch(text)
    if found is None:
        raise ValueError("a colour is # and three or six hexadecimal digits")
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def contrast_ratio(one: str, other: str) -> float:
    """Return the contrast of two colours #rrggbb, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def complete_colours(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return all tokens, where a desk chose these: what follows from a chosen one follows it."""
    colours = {**SHIPPED, **chosen}
    for token, (source, beside) in _HOVER.items():
        if source in chosen:
            colours[token] = _away(colours[source], colours[beside])
    if "utrecht-link-color" in chosen:
        colours["utrecht-alert-info-border-color"] = colours["utrecht-link-color"]
        surface = colours["utrecht-surface-background-color"]
        colours["utrecht-alert-info-background-color"] = _mix(colours["utrecht-link-color"], surface, 0.1)
    return colours


def check_colours(chosen: Mapping[str, str]) -> None:
    """Refuse colours that cannot be read with the others; raises `UnreadableColours`.

    The edge of a button needs no contrast: its text alone makes it known as one.
    """
    pairs = tuple(_low_contrasts(complete_colours(chosen)))
    if pairs:
        raise UnreadableColours(pairs)


def make_stylesheet(chosen: Mapping[str, str]) -> Stylesheet:
    """Return the stylesheet of these colours, with what follows from them."""
    colours = complete_colours(chosen)
    changed = {token: colour for token, colour in colours.items() if colour != SHIPPED[token]}
    rules = "".join(f"  --{token}: {colour};\n" for token, colour in changed.items())
    text = f":root {{\n{rules}}}\n"
    return Stylesheet(text, sha256(text.encode()).hexdigest())


def _low_contrasts(colours: Mapping[str, str]) -> list[LowContrast]:
    pairs = [
        LowContrast(text, background, contrast_ratio(colours[text], colours[background]), FOR_TEXT)
        for text, backgrounds in _TEXTS.items()
        for background in backgrounds
    ]
    # The mark has two rings, so that one of them is seen wherever it is (WCAG technique C40).
    for background in _UNDER_FOCUS:
        rings = {ring: contrast_ratio(colours[ring], colours[background]) for ring in (_OUTLINE, _INVERSE)}
        seen = max(rings, key=rings.__getitem__)
        pairs.append(LowContrast(seen, background, rings[seen], FOR_FOCUS))
    apart = contrast_ratio(colours[_OUTLINE], colours[_INVERSE])
    pairs.append(LowContrast(_OUTLINE, _INVERSE, apart, FOR_FOCUS))
    return [pair for pair in pairs if pair.ratio < pair.least]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(value / 255) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _away(colour: str, beside: str) -> str:
    """Return the colour a quarter darker or lighter, whichever it is already beside the other one."""
    end = "#000000" if _luminance(colour) < _luminance(beside) else "#ffffff"
    return _mix(colour, end, 0.75)


def _mix(colour: str, other: str, share: float) -> str:
    """Return a colour of which `share` (0 to 1) is the first one."""
    parts = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in parts)
