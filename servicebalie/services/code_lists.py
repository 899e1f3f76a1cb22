"""The open code lists: loading what is shipped, and reading what is in force."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicebalie.core.catalogue import Dimension, Levels
from servicebalie.core.code_lists import CodeLists, Language, Municipality, Topic
from servicebalie.core.vocabulary import Destination
from servicebalie.models.code_lists import LanguageRow, MunicipalityRow, TopicRow
from servicebalie.shipped import reference_data

Row = TypeVar("Row", TopicRow, LanguageRow, MunicipalityRow)


def load_shipped_code_lists(session: Session) -> None:
    """Bring the three code lists to what this version ships.

    New codes are added and known ones updated; a code that is no longer shipped is deactivated, because
    questions may refer to it.
    """
    _load(session, TopicRow, _shipped_topics())
    _load(session, LanguageRow, _shipped_languages())
    _load(session, MunicipalityRow, _shipped_municipalities())


def _load(session: Session, model: type[Row], shipped: Iterable[Row]) -> None:
    rows = {row.code: row for row in shipped}
    for row in session.scalars(select(model)):
        if row.code not in rows:
            row.active = False
    for row in rows.values():
        session.merge(row)
    session.flush()


def read_code_lists(session: Session) -> CodeLists:
    """Return the code lists in force, inactive codes included."""
    return _code_lists(
        session.scalars(select(TopicRow).order_by(TopicRow.position)),
        session.scalars(select(LanguageRow).order_by(LanguageRow.position)),
        session.scalars(select(MunicipalityRow).order_by(MunicipalityRow.name)),
    )


@cache
def shipped_code_lists() -> CodeLists:
    """Return the code lists that this version ships, for those who have no business in the database."""
    return _code_lists(_shipped_topics(), _shipped_languages(), _shipped_municipalities())


@cache
def shipped_area_names() -> Mapping[str, str]:
    """Return the names of provinces and COROP areas by their codes (source: CBS, CC BY 4.0)."""
    provinces = {row["provinciecode"]: row["provincienaam"] for row in _rows("provinces.csv")}
    return provinces | {row["coropcode"]: row["coropnaam"] for row in _rows("corop.csv")}


@cache
def shipped_levels() -> Levels:
    """Return for each value of a dimension with levels the value one level up, of the shipped lists."""
    lists = shipped_code_lists()
    places = lists.municipalities.values()
    return {
        Dimension.TOPIC: {topic.code: topic.parent for topic in lists.topics.values() if topic.parent},
        Dimension.LANGUAGE: {language.code: language.family for language in lists.languages.values()},
        Dimension.MUNICIPALITY: {place.code: place.corop for place in places},
        Dimension.COROP: {place.corop: place.province for place in places},
    }


def _code_lists(
    topics: Iterable[TopicRow], languages: Iterable[LanguageRow], municipalities: Iterable[MunicipalityRow]
) -> CodeLists:
    return CodeLists(
        topics={t.code: Topic(t.code, t.parent, t.destination, t.sensitive, t.active) for t in topics},
        languages={
            row.code: Language(
                row.code, row.iso639_2t, row.name_nl, row.name_en, row.direction, row.family, row.active
            )
            for row in languages
        },
        municipalities={
            m.code: Municipality(m.code, m.name, m.corop, m.province, m.active) for m in municipalities
        },
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with reference_data(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _shipped_topics() -> Iterator[TopicRow]:
    for position, row in enumerate(_rows("topics.csv")):
        yield TopicRow(
            code=row["code"],
            parent=row["parent"] or None,
            destination=Destination(row["destination"]),
            sensitive=row["sensitive"] == "yes",
            position=position,
            active=True,
        )


def _shipped_languages() -> Iterator[LanguageRow]:
    for position, row in enumerate(_rows("languages.csv")):
        yield LanguageRow(
            code=row["bcp47"],
            iso639_2t=row["iso639_3"],
            name_nl=row["naam_nl"],
            name_en=row["naam_en"],
            direction=row["richting"],
            family=row["familie"],
            position=position,
            active=True,
        )


def _shipped_municipalities() -> Iterator[MunicipalityRow]:
    for row in _rows("municipalities_2026.csv"):
        yield MunicipalityRow(
            code=row["gemeentecode"],
            name=row["gemeentenaam"],
            corop=row["coropcode"],
            province=row["provinciecode"],
            active=True,
        )
