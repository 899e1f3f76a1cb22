from servicebalie.core.catalogue import Dimension, Table
from servicebalie.core.expectations import Gap
from servicebalie.core.histories import PublishedMonth, earlier_number, place_of
from servicebalie.core.periods import PeriodKind

MONTH = (PeriodKind.MONTH,)
TOTAL = Table("total", MONTH, ())
MAIN = Table("main-topic", MONTH, (Dimension.MAIN_TOPIC,))
TOPIC = Table("topic", MONTH, (Dimension.TOPIC,))
LANGUAGE = Table("language", MONTH, (Dimension.LANGUAGE,))
TABLES = (TOTAL, MAIN, TOPIC, LANGUAGE)
LEVELS = {Dimension.TOPIC: {"digid": "registration"}, Dimension.LANGUAGE: {"ti": "semitic"}}
DIGID = place_of(TOPIC, ("digid",), TABLES, LEVELS)


def month(total: int, main: int | None, digid: int | None = None, **common: set[str]) -> PublishedMonth:
    return PublishedMonth(
        {
            "total": {(): total},
            "main-topic": {} if main is None else {("registration",): main},
            "topic": {} if digid is None else {("digid",): digid},
            "language": {},
        },
        {Dimension(name): values for name, values in common.items()},
    )


def test_a_place_knows_the_broader_cells_that_it_lies_within() -> None:
    assert DIGID.around == (("total", ()), ("main-topic", ("registration",)))


def test_a_published_number_is_itself() -> None:
    assert earlier_number(DIGID, month(200, 40, 14)) == 14


def test_what_is_missing_among_many_was_below_the_threshold() -> None:
    assert earlier_number(DIGID, month(200, 40)) is Gap.HIDDEN
    assert earlier_number(DIGID, month(200, None)) is Gap.HIDDEN


def test_what_is_missing_in_a_small_group_may_have_told_of_nearly_everyone() -> None:
    assert earlier_number(DIGID, month(200, 29)) is Gap.UNKNOWN
    assert earlier_number(DIGID, month(29, None)) is Gap.UNKNOWN


def test_what_is_missing_as_rare_may_have_been_above_the_threshold() -> None:
    tigrinya = place_of(LANGUAGE, ("ti",), TABLES, LEVELS)
    assert earlier_number(tigrinya, month(200, 40, language={"pl"})) is Gap.UNKNOWN
    assert earlier_number(tigrinya, month(200, 40, language={"pl", "ti"})) is Gap.HIDDEN


def test_a_month_without_release_or_without_the_table_tells_nothing() -> None:
    assert earlier_number(DIGID, None) is Gap.UNKNOWN
    assert earlier_number(DIGID, PublishedMonth({"total": {(): 200}}, {})) is Gap.UNKNOWN
