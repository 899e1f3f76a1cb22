"""QR codes, drawn here so that what they hold goes nowhere else."""

import segno
from markupsafe import Markup


def draw_code(text: str) -> Markup:
    """Return a text of ours as an SVG picture without any style."""
    # White below it whatever the colours of the desk are, or cameras would not see it.
    drawn = segno.make_qr(text, error="m").svg_inline(
        omitsize=True, svgclass=None, lineclass=None, light="white"
    )
    return Markup(drawn)  # noqa: S704 - the library draws squares; of the text nothing stands in it
