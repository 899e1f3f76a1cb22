"""The code lists that are shipped, and those that were shipped before."""

from servicebalie.db import Database
from servicebalie.models.code_lists import LanguageRow, MunicipalityRow, TopicRow
from servicebalie.services.code_lists import (
    load_shipped_code_lists,
    read_code_lists,
    shipped_code_lists,
    shipped_levels,
)
from servicebalie.services.counted_facts import read_levels


def test_loading_twice_changes_nothing(database: Database) -> None:
    with database.read() as session:
        before = read_code_lists(session)
    database.write(load_shipped_code_lists)
    with database.read() as session:
        assert read_code_lists(session) == before


def test_what_is_shipped_can_be_known_without_a_database(database: Database) -> None:
    with database.read() as session:
        assert read_code_lists(session) == shipped_code_lists()
        assert read_levels(session) == shipped_levels()


def test_a_code_that_is_no_longer_shipped_is_kept_but_not_offered(database: Database) -> None:
    with database.begin() as session:
        session.add(
            LanguageRow(
                code="la",
                iso639_2t="lat",
                name_nl="Latijn",
                name_en="Latin",
                direction="ltr",
                family="romance",
                position=99,
                active=True,
            )
        )
        session.add(
            MunicipalityRow(code="GM9999", name="Atlantis", corop="CR99", province="PV99", active=True)
        )
    database.write(load_shipped_code_lists)
    with database.read() as session:
        lists = read_code_lists(session)
    assert not lists.languages["la"].active
    assert not lists.municipalities["GM9999"].active
    assert lists.languages["pl"].active


def test_what_changed_since_the_last_version_is_brought_up_to_date(database: Database) -> None:
    with database.begin() as session:
        topic = session.get_one(TopicRow, "trafficking")
        topic.sensitive, topic.active = False, False
    database.write(load_shipped_code_lists)
    with database.read() as session:
        topic = session.get_one(TopicRow, "trafficking")
        assert (topic.sensitive, topic.active) == (True, True)


def test_lists_come_in_the_order_in_which_they_are_shown(database: Database) -> None:
    with database.read() as session:
        lists = read_code_lists(session)
    topics = list(lists.topics.values())
    seen: set[str] = set()
    for topic in topics:
        assert topic.parent is None or topic.parent in seen
        seen.add(topic.code)
    names = [municipality.name for municipality in lists.municipalities.values()]
    assert len(names) == 342
    assert names.index("Breda") < names.index("Eindhoven") < names.index("Zwolle")
