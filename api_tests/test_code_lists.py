"""Topics, languages, municipalities and services: stable codes, and labels in the reader's language."""

import pytest

from api_tests.client import Client, Json
from tests.support.small_desk import AMSTERDAM, BREDA, EINDHOVEN


def by_code(page: Json) -> dict[str, Json]:
    """Return the items of a list by their code."""
    return {item["code"]: item for item in page["items"]}


def names(page: Json) -> list[str]:
    """Return the names of the items of a list."""
    return [item["name"] for item in page["items"]]


def test_topics_are_a_tree_of_two_levels(desk: Client) -> None:
    topics = by_code(desk.get("/topics"))
    parents = {topic["parent"] for topic in topics.values()} - {None}
    assert parents < topics.keys()
    assert all(topics[parent]["parent"] is None for parent in parents)
    assert topics["dutch-course"] == {
        "code": "dutch-course",
        "parent": "language",
        "label": "Dutch course",
        "sensitive": False,
        "destination": "library",
    }
    assert topics["trafficking"]["sensitive"] is True


@pytest.mark.parametrize(
    ("accepted", "topic", "polish"),
    [
        ("nl", "Cursus Nederlands", "Pools"),
        ("pl-PL, en;q=0.5", "Kurs niderlandzkiego", "polski"),
        ("ar", "دورة", "البولندية"),
        ("xx, *;q=0.1", "Dutch course", "Polish"),
    ],
)
def test_labels_follow_the_language_of_the_reader(
    desk: Client, accepted: str, topic: str, polish: str
) -> None:
    languages = by_code(desk.get("/languages", headers={"Accept-Language": accepted}))
    assert languages["pl"]["label"] == polish
    label = by_code(desk.get("/topics", headers={"Accept-Language": accepted}))["dutch-course"]["label"]
    assert topic in label


def test_every_language_has_a_label_and_a_direction(desk: Client) -> None:
    languages = by_code(desk.get("/languages"))
    assert all(language["label"] for language in languages.values())
    assert (languages["ar"]["direction"], languages["pl"]["direction"]) == ("rtl", "ltr")


def test_municipalities_have_their_areas(desk: Client) -> None:
    municipalities = by_code(desk.get("/municipalities"))
    assert len(municipalities) == 342
    assert municipalities[EINDHOVEN] == {
        "code": EINDHOVEN,
        "name": "Eindhoven",
        "corop": "CR36",
        "province": "PV30",
    }


def test_services_are_those_of_the_desk_its_own_first(desk: Client) -> None:
    services = desk.get("/services")["items"]
    assert [service["name"] for service in services] == [
        "Counter",
        "Information point",
        "Newcomer class",
        "Town hall",
        "Housing inspection",
        "Help line",
    ]
    library = services[1]
    assert library["languages"] == ["nl", "pl"]
    assert library["municipalities"] == [EINDHOVEN]
    assert services[2]["municipalities"] is None
    assert (services[4]["topics"], services[5]["takesReferrals"]) == (["housing-abuse"], False)
    assert services[0]["address"] == {
        "street": "Stationsplein 1",
        "postalCode": "5611 AA",
        "city": "Eindhoven",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"topic": "bsn"}, ["Counter", "Town hall"]),
        ({"topic": "housing-abuse"}, ["Housing inspection", "Help line"]),
        ({"municipality": BREDA}, ["Counter", "Newcomer class", "Help line"]),
        ({"municipality": AMSTERDAM}, ["Newcomer class", "Help line"]),
        ({"language": "pl"}, ["Information point"]),
        ({"topic": "dutch-course", "language": "nl"}, ["Counter", "Information point"]),
    ],
)
def test_services_are_found_by_what_they_do_where_and_in_which_language(
    desk: Client, query: dict[str, str], found: list[str]
) -> None:
    assert names(desk.get("/services", **query)) == found
