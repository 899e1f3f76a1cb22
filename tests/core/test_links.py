"""Addresses and numbers in what people write can be followed; everything else stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.links import pieces_of


def links(text: str) -> list[tuple[str, str]]:
    """Return what can be followed in a text, and where it leads."""
    return [(piece.text, piece.link) for piece in pieces_of(text) if piece.link]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kijk op https://www.digid.nl/a?x=1&y=2.", [("https://www.digid.nl/a?x=1&y=2",) * 2]),
        ("(zie digid.nl)", [("digid.nl", "https://digid.nl")]),
        ("Zie www.eindhoven.nl/bsn, balie 2", [("www.eindhoven.nl/bsn", "https://www.eindhoven.nl/bsn")]),
        ("انظر https://ind.nl/en، ثم اتصل", [("https://ind.nl/en",) * 2]),
        ("Mail info@eindhoven.nl.", [("info@eindhoven.nl", "mailto:info@eindhoven.nl")]),
        ("Bel 040-238 60 00.", [("040-238 60 00", "tel:+31-40-238-6000")]),
        ("Bel 06-12345678 of +31 (0)40 238 6000", [
            ("06-12345678", "tel:+31-6-12345678"),
            ("+31 (0)40 238 6000", "tel:+31-40-238-6000"),
        ]),
        ("0800-1234 is gratis, 0900 123 4567 niet", [
            ("0800-1234", "tel:+31-800-1234"),
            ("0900 123 4567", "tel:+31-900-1234567"),
        ]),
        ("0048 22 123 45 67", [("0048 22 123 45 67", "tel:+48-22-123-45-67")]),
    ],
)  # fmt: skip
def test_addresses_and_numbers_can_be_followed(text: str, found: list[tuple[str, str]]) -> None:
    assert links(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Op 01-12-2026 van 09:00-17:00",
        "Dossier 2026-0123456789",
        "BSN 123456782",
        "IBAN NL91 ABNA 0417 1643 00",
        "€ 1.000,00 per maand",
        "z.s.m. en m.v.g.",
        "javascript:alert(1) data:text/html,x",
        "file:///etc/passwd",
        "0123",
    ],
)
def test_what_only_looks_like_it_stays_plain(text: str) -> None:
    assert links(text) == []


@given(st.text())
def test_the_pieces_together_are_the_text_and_lead_to_pages_mail_and_phones_only(text: str) -> None:
    pieces = list(pieces_of(text))
    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        assert piece.link is None or piece.link.lower().startswith(("http://", "https://", "mailto:", "tel:"))


def test_a_long_text_of_what_nearly_is_a_link_takes_no_long_time() -> None:
    for part in ("a.", "0 ", "a-", "www.", "a@a."):
        text = part * 2000
        assert "".join(piece.text for piece in pieces_of(text)) == text
