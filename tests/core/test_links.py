"""Addresses and numbers in what people write can be followed; everything else stays as it is."""

from datetime import date, timedelta
from itertools import product

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
        ("0900-1450 op 1-12-2026, 9.00-17.00 uur", [("0900-1450", "tel:+31-900-1450")]),
        ("(zie https://nl.wikipedia.org/wiki/A_(stad))", [("https://nl.wikipedia.org/wiki/A_(stad))",) * 2]),
        ("Bel 14 040 of 14 0497", [("14 040", "tel:14040"), ("14 0497", "tel:140497")]),
        ("请打开https://www.ind.nl，然后登录", [("https://www.ind.nl",) * 2]),
        ("到info@gemeente.nl。", [("info@gemeente.nl", "mailto:info@gemeente.nl")]),
        ("https://ind.nl/en।", [("https://ind.nl/en",) * 2]),
        ("https://ind.nl/en\u200f", [("https://ind.nl/en",) * 2]),
        ("https://localhost.example.org:8443/a#b!", [("https://localhost.example.org:8443/a#b",) * 2]),
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
        "https://www.digid.nl@192.168.1.1",
        "https://digid.nl%2f@evil.example.com.",
        "https://- https://. https://10.0.0.1/ https://localhost/",
        "https://digid@evil.example.com",
        "a.b.org.uk",
        "0123",
    ],
)
def test_what_only_looks_like_it_stays_plain(text: str) -> None:
    assert links(text) == []


def test_no_day_and_no_opening_hours_are_taken_for_a_number() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(0, 730, 5)]
    times = [f"{hour:02}{sign}{minute}" for hour in range(7, 23) for minute in ("00", "30") for sign in ".:"]
    for day in days:
        for shown in ("%d-%m-%Y", "%d/%m/%y", "%d.%m.%Y", "%Y-%m-%d"):
            for when in (f"{day:{shown}} 09:00", f"{day:{shown}} 09.30 uur", f"{day:{shown}}"):
                assert links(f"Kom op {when}") == []
    for opens, closes in product(times[:8], times):
        assert links(f"Ma-vr {opens}-{closes}, za {opens} – {closes}") == []
    assert links("0900-1700 0800 - 1630 1000-1200") == []


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
