"""What may be the address of a server, and where nobody on the way reads what is sent to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.web_addresses import is_plain_web_address, is_private_on_the_way


@pytest.mark.parametrize(
    "text",
    [
        "https://translate.example.org",
        "https://translate.example.org:8443/libre/",
        "http://libretranslate:5000",
        "http://[::1]:5000",
    ],
)
def test_a_host_with_or_without_a_port_and_a_path_is_an_address(text: str) -> None:
    assert is_plain_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "translate.example.org",
        "ftp://translate.example.org",
        "https://",
        "https:///path",
        "https://user:password@translate.example.org",
        "https://translate.example.org?key=1",
        "https://translate.example.org/#top",
        "https://translate.example.org:port",
        "https://translate.example.org:",
        "https://translate.example.org:0",
        "https://translate.example.org:99999",
        "https://translate example.org",
        "https://translate.example.org/\n",
        "https://vertaling.voorbeeld.één",
        "https://[::1",
        "https://" + "a" * 254,
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_plain_web_address(text)


@given(st.text())
def test_every_text_is_one_or_is_not(text: str) -> None:
    assert is_plain_web_address(text) in {True, False}
    assert is_plain_web_address(f"https://{text}") in {True, False}


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("https://translate.example.org", True),
        ("http://127.0.0.1:5000", True),
        ("http://[::1]:5000", True),
        ("http://10.1.2.3", True),
        ("http://libretranslate:5000", True),
        ("http://translate.example.org", False),
        ("http://93.184.216.34", False),
    ],
)
def test_without_encryption_only_what_stays_inside_is_private(address: str, private: bool) -> None:
    assert is_private_on_the_way(address) is private
