"""The PDF of a report: for printing, mailing and archives, and readable with a screen reader (PDF/UA-1).

The layout is in report.typ, which gets what it prints as JSON from pdf_contents.py. The bytes follow from the
report alone: there is no clock in it, and no font of the machine.
"""

from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

import orjson
import typst

from servicebalie.documents.model import Report
from servicebalie.documents.pdf_contents import contents_of


def render_pdf(report: Report) -> bytes:
    """Return the report as a PDF that conforms to PDF/UA-1 (ISO 14289-1), always in the same bytes.

    Raises `typst.TypstError` when it cannot conform, as when a chart has no description or is not an SVG.
    """
    contents = orjson.dumps(contents_of(report)).decode()
    rendered: bytes = typst.compile(
        _layout(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"report": contents},
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(report.published_on, time(), UTC),
    )
    return rendered


@cache
def _layout() -> bytes:
    return Path(__file__).with_name("report.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts inside typst, so that every machine makes the same file."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
