"""Pages and the files they are made of travel compressed: what a phone must fetch is a fifth of it.

Compression tells by the length of an answer how much its parts resemble each other. An attack by that
(BREACH) lets the browser of its victim send requests with guesses in them and reads the lengths of the
answers; it needs answers that hold a secret of the victim although the attacker wrote the request. Only a
cookie or a password that the browser adds by itself makes such answers, so a request that carries one is
answered plainly. The pages for newcomers use neither: whoever does not have the return code cannot write the
request for a page that shows anything of it.
"""

import zlib
from functools import lru_cache

from flask import Flask, Response, request

_TYPES = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})
_WHOLE_ANSWERS = frozenset({200, 400, 404, 405, 410, 413, 429, 500, 503})
_GZIP = 31
"""The window of deflate (15) in the dress of gzip (+ 16)."""

_LEVEL = 6
_FILES = 32


def compress_pages(app: Flask) -> None:
    """Compress pages, styles, scripts and drawings for who understands gzip (RFC 9110, 8.4.1.3)."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in _TYPES or response.status_code not in _WHOLE_ANSWERS:
        return response
    response.vary.update(("Accept-Encoding", "Cookie", "Authorization"))
    if (
        not request.accept_encodings["gzip"]
        or "Cookie" in request.headers
        or "Authorization" in request.headers
    ):
        return response
    is_file = response.direct_passthrough
    response.direct_passthrough = False
    pack = _packed_file if is_file else _packed
    close = getattr(response.response, "close", None)
    response.set_data(pack(response.get_data()))
    if close:
        # A web server may forget to, when the browser hangs up.
        close()
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    etag, _ = response.get_etag()
    if etag:
        # The same file for those who do not understand gzip has other bytes.
        response.set_etag(etag, weak=True)
    return response


def _packed(content: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    return packer.compress(content) + packer.flush()


_packed_file = lru_cache(maxsize=_FILES)(_packed)
"""Files are always the same, so each is compressed once."""
