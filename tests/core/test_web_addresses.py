"""What may be the address of a server, and where nobody on the way reads what is sent to it."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.web_addresses import (
    hosts_of,
    is_contact,
    is_on_this_machine,
    is_own_path,
    is_plain_web_address,
    is_private_on_the_way,
    kind_of,
    may_be_reached,
)


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


@pytest.mark.parametrize("text", ["/en/account", "/nl/inbox/ABCD-2345-EFGH", "/sign-in"])
def test_words_between_single_slashes_are_a_page_of_ours(text: str) -> None:
    assert is_own_path(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "//evil.example",
        "/en//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/en/account?next=//evil.example",
        "/en/../..//evil",
        "/%2F/evil",
        "/en/account\n",
        "/éé",
        " /en",
        "/a" * 9,
    ],
)
def test_whatever_might_lead_elsewhere_is_none(text: str) -> None:
    assert not is_own_path(text)


def test_what_is_on_this_machine_is_told_by_its_whole_name() -> None:
    for address in ("http://127.0.0.1:9400", "http://[::1]/", "http://localhost:1"):
        assert is_on_this_machine(address)
    for address in ("http://127.0.0.1.example.org", "http://localhost.example.org", "http://10.0.0.1"):
        assert not is_on_this_machine(address)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("93.184.216.34", "public"),
        ("2606:2800:220:1::1", "public"),
        ("10.1.2.3", "private"),
        ("127.0.0.1", "private"),
        ("::1", "private"),
        ("fd00::1", "private"),
        ("::ffff:192.168.1.1", "private"),
        ("2002:a00:1::", "private"),
        ("64:ff9b::a00:1", "private"),
        ("169.254.169.254", "special"),
        ("fe80::1", "special"),
        ("0.0.0.0", "special"),
        ("224.0.0.1", "special"),
        ("100.64.0.1", "special"),
    ],
)
def test_an_address_is_what_it_leads_to(address: str, kind: str) -> None:
    assert kind_of(ip_address(address)) == kind


def test_readable_goes_to_private_addresses_and_encrypted_to_public_ones_or_allowed_networks() -> None:
    near, far, cloud = map(ip_address, ("10.1.2.3", "93.184.216.34", "169.254.169.254"))
    for encrypted in (False, True):
        assert may_be_reached(near, encrypted=encrypted, allowed=()) is not encrypted
        assert may_be_reached(far, encrypted=encrypted, allowed=()) is encrypted
        assert not may_be_reached(cloud, encrypted=encrypted, allowed=())
        assert may_be_reached(near, encrypted=encrypted, allowed=(ip_network("10.0.0.0/8"),))


def test_a_server_is_asked_for_under_the_host_of_its_public_address() -> None:
    assert hosts_of("https://desk.example.org:8443") == ("desk.example.org",)
    assert hosts_of("https://[2001:db8::1]") == ("[2001:db8::1]",)
    assert (
        hosts_of("http://127.0.0.1:8000")
        == hosts_of("http://localhost")
        == ("localhost", "127.0.0.1", "[::1]")
    )
    assert is_on_this_machine("http://[::1]:8000")
    assert not is_on_this_machine("https://desk.example.org")


def test_who_found_a_weakness_can_write_to_a_mail_web_or_telephone_address() -> None:
    assert all(
        map(is_contact, ("mailto:security@example.org", "https://example.org/a", "tel:+31-40-1234567"))
    )
    assert not any(
        map(is_contact, ("security@example.org", "http://example.org", "https://", "mailto:a\nb@c.de"))
    )
