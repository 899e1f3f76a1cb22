"""A logo is a small picture that does nothing."""

from hashlib import sha256

import pytest

from servicebalie.core.logos import MOST_BYTES, read_logo
from servicebalie.core.theme import InvalidTheme

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="url(#a)"/></svg>'


def png(width: int, height: int) -> bytes:
    """Return the beginning of a PNG of this size."""
    size = width.to_bytes(4) + height.to_bytes(4)
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + b"IHDR" + size + b"\x08\x06\0\0\0" + b"\0\0\0\0"


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by hand -->\n' + SVG,
        SVG.replace(b"<path", b"<style>.a{fill:#000}</style><path"),
        SVG.replace(b"<path", b'<image href="data:image/png;base64,AAAA"/><use xlink:href="#a"/><path'),
    ],
)
def test_a_plain_svg_is_taken(content: bytes) -> None:
    logo = read_logo(content)
    assert (logo.kind, logo.media_type) == ("svg", "image/svg+xml")
    assert (logo.content, logo.sha256) == (content, sha256(content).hexdigest())


def test_a_png_is_taken() -> None:
    logo = read_logo(png(400, 2000))
    assert (logo.kind, logo.media_type) == ("png", "image/png")


@pytest.mark.parametrize(
    "active",
    [
        b"<script>1</script>",
        b"<svg:script/>",
        b'<g onload="x()"/>',
        b"<foreignObject/>",
        b'<animate attributeName="href"/>',
        b'<set attributeName="href"/>',
        b'<a href="https://example.org/">x</a>',
        b"<a href=javascript:x>x</a>",
        b'<image xlink:href="//example.org/x.png"/>',
        b'<image href="data:image/svg+xml;base64,AAAA"/>',
        b'<path fill="url(https://example.org/x)"/>',
        b"<style>@import 'x.css'</style>",
    ],
)
def test_an_svg_that_does_something_is_refused(active: bytes) -> None:
    with pytest.raises(InvalidTheme, match="logo-active"):
        read_logo(SVG.replace(b"<path", active + b"<path"))


@pytest.mark.parametrize("before", [b"<!DOCTYPE svg>", b'<!DOCTYPE svg [<!ENTITY a "b">]>'])
def test_an_svg_with_a_document_type_is_refused(before: bytes) -> None:
    with pytest.raises(InvalidTheme, match="logo"):
        read_logo(before + SVG)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<html><svg></svg></html>",
        b"\xff\xfe",
        png(1, 1)[:20],
        png(1, 1).replace(b"IHDR", b"IDAT"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidTheme, match="logo-type"):
        read_logo(content)


@pytest.mark.parametrize(
    "content", [SVG.ljust(MOST_BYTES + 1), png(2001, 10), png(10, 2001), png(0, 10), png(10, 0)]
)
def test_a_picture_that_is_too_large_or_has_no_size_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidTheme, match="logo-size"):
        read_logo(content)
