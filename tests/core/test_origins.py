"""The place that a request comes from cannot be chosen by who sends it, and is no finer than needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.origins import UNKNOWN, Origin, origin_of, parse_network

PROXIES = (parse_network("10.0.0.0/8"), parse_network("2001:db8:ffff::1"))


def test_an_ipv4_address_counts_by_itself_and_with_its_256_neighbours() -> None:
    assert origin_of("203.0.113.7", None, ()) == Origin("203.0.113.7", "203.0.113.0/24")


def test_all_addresses_of_one_ipv6_connection_count_as_one() -> None:
    one, other = (origin_of(f"2001:db8:1:2::{end}", None, ()) for end in ("1", "ffff:2"))
    assert one == other == Origin("2001:db8:1:2::/64", "2001:db8:1::/48")


def test_an_ipv4_address_in_the_dress_of_ipv6_is_an_ipv4_address() -> None:
    assert origin_of("::ffff:203.0.113.7", None, ()) == origin_of("203.0.113.7", None, ())


def test_without_proxies_of_ours_nobodys_word_is_taken_for_an_address() -> None:
    assert origin_of("203.0.113.7", "198.51.100.1", ()).address == "203.0.113.7"
    assert origin_of("203.0.113.7", "198.51.100.1", PROXIES).address == "203.0.113.7"


@pytest.mark.parametrize(
    "forwarded_for",
    [
        "203.0.113.7",
        "203.0.113.7, 10.2.2.2",
        "198.51.100.1, 203.0.113.7",
        "unknown,203.0.113.7 ,10.2.2.2, 2001:db8:ffff::1",
        "203.0.113.7:50123",
        "[::ffff:203.0.113.7]:50123, 10.2.2.2",
    ],
)
def test_behind_proxies_of_ours_the_sender_is_the_last_address_that_is_not_a_proxy(
    forwarded_for: str,
) -> None:
    assert origin_of("10.1.1.1", forwarded_for, PROXIES).address == "203.0.113.7"


def test_where_a_proxy_says_nothing_readable_the_sender_is_the_proxy_itself() -> None:
    for forwarded_for in (None, "", "unknown", "203.0.113.7, for=somebody"):
        assert origin_of("10.1.1.1", forwarded_for, PROXIES).address == "10.1.1.1"


def test_who_comes_without_an_address_shares_one_place() -> None:
    assert origin_of(None, "203.0.113.7", PROXIES) == origin_of("a socket", None, ()) == UNKNOWN


@given(st.text(max_size=40))
def test_what_is_written_before_the_word_of_a_proxy_changes_nothing(written: str) -> None:
    plain = origin_of("10.1.1.1", "203.0.113.7", PROXIES)
    assert origin_of("10.1.1.1", f"{written},203.0.113.7", PROXIES) == plain


@given(st.ip_addresses(), st.ip_addresses())
def test_who_shares_an_address_shares_the_network(one: object, other: object) -> None:
    first, second = origin_of(str(one), None, ()), origin_of(str(other), None, ())
    assert first.address != second.address or first.network == second.network
