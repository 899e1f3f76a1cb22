"""The logo of a desk: which files are taken for one.

A logo is shown as a picture (`<img>`), in which browsers run no script. An SVG is refused all the same when
it holds anything active or anything from elsewhere, because its address can be opened by itself.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from servicebalie.core.theme import InvalidTheme

MOST_BYTES = 100_000
"""A logo is loaded before the page looks finished, also on a slow line."""

MOST_PIXELS = 2_000
"""How wide and high a PNG may be."""

_PNG = b"\x89PNG\r\n\x1a\n"
_SVG_ROOT = re.compile(r"^\s*(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*<svg[\s>]", re.DOTALL)
_ACTIVE = re.compile(
    r"<!doctype|<!entity|<\?xml-stylesheet|<(\w+:)?(script|foreignobject|iframe|set|animate\w*)\b|@import"
    r"|\son\w+\s*=|href\s*=\s*(?![\"'](#|data:image/(png|jpeg)[;,]))|url\(\s*[\"']?(?!#)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture; `kind` is how the name of its file ends, `sha256` that of its content."""

    content: bytes
    kind: str
    sha256: str

    @property
    def media_type(self) -> str:
        """The media type under which the picture is sent."""
        return {"png": "image/png", "svg": "image/svg+xml"}[self.kind]


def read_logo(content: bytes) -> Logo:
    """Return the logo that a file holds; raises `InvalidTheme`."""
    if len(content) > MOST_BYTES:
        raise InvalidTheme(reason="logo-size", name="logo")
    return Logo(content, _kind(content), sha256(content).hexdigest())


def _kind(content: bytes) -> str:
    if content.startswith(_PNG):
        _check_png(content)
        return "png"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidTheme(reason="logo-type", name="logo") from None
    if not _SVG_ROOT.match(text):
        raise InvalidTheme(reason="logo-type", name="logo")
    if _ACTIVE.search(text):
        raise InvalidTheme(reason="logo-active", name="logo")
    return "svg"


def _check_png(content: bytes) -> None:
    """Refuse a PNG whose first chunk does not tell its size, or tells one over the limit."""
    if content[12:16] != b"IHDR" or len(content) < 33:
        raise InvalidTheme(reason="logo-type", name="logo")
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise InvalidTheme(reason="logo-size", name="logo")
