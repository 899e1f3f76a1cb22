"""Standard answers of a desk: taken over from files, found for readers, counted, and checked in time."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, update

from servicebalie.core.answer_file import parse_answer_file
from servicebalie.core.errors import InvalidInput
from servicebalie.core.standard_answers import FOR_NEWCOMERS, CheckReason, ChosenText, StandardAnswer
from servicebalie.core.vocabulary import TextStatus
from servicebalie.db import Database
from servicebalie.i18n.registry import LOCALES
from servicebalie.models.code_lists import TopicRow
from servicebalie.models.standard_answers import StandardAnswerText
from servicebalie.services.standard_answers import (
    Event,
    ImportReport,
    NoSuchText,
    count_use,
    count_use_by_staff,
    export_answers,
    find_answer,
    import_answers,
    import_shipped,
    list_texts,
    mark_checked,
    read_answer,
    shipped_answers,
)
from servicebalie.shipped import reference_data
from tests.support.answers import CHECKED_ON, answer_about, text_in
from tests.support.workplace import SmallWorkplace, open_small_desk

UNCHECKED = TextStatus.CHECK_BEFORE_USE
BSN = answer_about("bsn", text_in("nl"), text_in("en"), text_in("pl"))
LATER = date(2026, 10, 1)


def take_over(
    desk: SmallWorkplace, *answers: StandardAnswer, shipped: Sequence[StandardAnswer] = ()
) -> ImportReport:
    return desk.database.write(
        lambda session: import_answers(session, desk.desk.id, answers, shipped=shipped)
    )


def faults(desk: SmallWorkplace, *answers: StandardAnswer) -> dict[str, tuple[str, object]]:
    """Return what is wrong with an import by place, with the parameter `known`."""
    with pytest.raises(InvalidInput) as refused:
        take_over(desk, *answers)
    return {fault.pointer: (fault.code, fault.params.get("known")) for fault in refused.value.faults}


def find(desk: SmallWorkplace, topic: str = "bsn", locale: str = "pl") -> ChosenText | None:
    return desk.read(lambda session: find_answer(session, desk.desk.id, topic, locale, FOR_NEWCOMERS))


def there(desk: SmallWorkplace, topic: str = "bsn") -> StandardAnswer:
    answer = desk.read(lambda session: read_answer(session, desk.desk.id, topic))
    assert answer is not None
    return answer


def check(desk: SmallWorkplace, *locales: str, topic: str = "bsn") -> int:
    return desk.database.write(
        lambda session: mark_checked(session, desk.desk.id, topic, locales, by="adviser", on=LATER)
    )


def use(desk: SmallWorkplace, chosen: ChosenText, event: Event) -> None:
    desk.database.write(lambda session: count_use(session, desk.desk.id, chosen, event))


def counts(desk: SmallWorkplace) -> dict[tuple[str, int], tuple[int, int, int]]:
    """Return how often each version of each text was shown, helped and did not help."""
    columns = (StandardAnswerText.shown, StandardAnswerText.helped, StandardAnswerText.not_helped)
    query = select(StandardAnswerText.locale, StandardAnswerText.version, *columns)
    rows = desk.read(lambda session: session.execute(query).all())
    return {(locale, version): tuple(numbers) for locale, version, *numbers in rows}


def test_what_was_imported_is_found_in_the_language_of_the_reader(small_desk: SmallWorkplace) -> None:
    assert take_over(small_desk, BSN) == ImportReport(added=3, changed=0, unchanged=0)
    assert find(small_desk, locale="pl") == ChosenText("bsn", BSN.texts["pl"], False, False)
    assert find(small_desk, locale="tr") == ChosenText("bsn", BSN.texts["en"], True, False)
    assert find(small_desk, topic="digid") is None


def test_a_desk_has_its_own_answers(small_desk: SmallWorkplace) -> None:
    other = open_small_desk(small_desk.database, "Other desk")
    take_over(small_desk, BSN)
    assert find(other) is None
    take_over(other, answer_about("bsn", text_in("nl", body="Anders."), text_in("pl", body="Inaczej.")))
    found = find(small_desk)
    assert found is not None
    assert found.text == BSN.texts["pl"]


def test_importing_twice_changes_nothing(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN)
    assert take_over(small_desk, BSN) == ImportReport(added=0, changed=0, unchanged=3)
    assert there(small_desk) == BSN


def test_a_new_source_text_makes_translations_outdated_until_they_follow(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN)
    assert take_over(small_desk, answer_about("bsn", text_in("nl", version=2, body="Nieuw."))).added == 1
    old = find(small_desk)
    assert old is not None
    assert (old.text.version, old.outdated) == (1, True)
    take_over(small_desk, answer_about("bsn", text_in("pl", version=2, translated_from=2, body="Nowe.")))
    new = find(small_desk)
    assert new is not None
    assert (new.text.body, new.outdated) == ("Nowe.", False)


def test_a_translation_that_still_fits_needs_no_new_version(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN, answer_about("digid", text_in("nl")))
    take_over(small_desk, answer_about("bsn", text_in("nl", version=2, body="Nieuw.")))
    fits = answer_about("bsn", text_in("pl", translated_from=2, checked_on=LATER))
    assert take_over(small_desk, fits) == ImportReport(added=0, changed=1, unchanged=0)
    found = find(small_desk)
    assert found is not None
    assert (found.text.version, found.text.checked_on, found.outdated) == (1, LATER, False)


def test_a_changed_text_needs_a_higher_version_and_every_fault_is_told(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, answer_about("bsn", text_in("nl", version=3), text_in("pl", translated_from=3)))
    wrong = answer_about(
        "bsn",
        text_in("nl", version=2),
        text_in("pl", body="Inne.", translated_from=3),
        text_in("en", translated_from=4),
    )
    orphan = answer_about("digid", text_in("en"))
    assert faults(small_desk, wrong, orphan) == {
        "/answers/0/texts/nl/version": ("version-older", 3),
        "/answers/0/texts/pl/version": ("version-not-raised", 1),
        "/answers/0/texts/pl/translated_from": ("no-such-source-version", 2),
        "/answers/0/texts/en/translated_from": ("no-such-source-version", 2),
        "/answers/1/texts/nl": ("required", None),
    }
    assert there(small_desk).texts["nl"].version == 3


def test_the_source_of_an_answer_keeps_its_language(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN)
    other = StandardAnswer("bsn", "en", {"en": text_in("en", translated_from=None)})
    assert faults(small_desk, other) == {"/answers/0/source_locale": ("other-source-locale", "nl")}


@pytest.mark.parametrize(
    ("here", "file", "after"),
    [
        ({}, {"status": UNCHECKED, "checked_by": None, "checked_on": LATER}, TextStatus.CHECKED),
        ({"status": TextStatus.WITHDRAWN}, {"status": UNCHECKED, "checked_by": None}, TextStatus.WITHDRAWN),
        ({"status": UNCHECKED, "checked_by": None}, {}, TextStatus.CHECKED),
        ({}, {"status": TextStatus.WITHDRAWN}, TextStatus.WITHDRAWN),
        ({}, {"status": TextStatus.WITHDRAWN, "checked_on": date(2026, 8, 31)}, TextStatus.CHECKED),
    ],
)
def test_the_newer_check_counts_and_nothing_goes_back_to_unchecked(
    small_desk: SmallWorkplace, here: dict[str, Any], file: dict[str, Any], after: TextStatus
) -> None:
    take_over(small_desk, answer_about("bsn", text_in("nl", **here)))
    take_over(small_desk, answer_about("bsn", text_in("nl", **file)))
    assert there(small_desk).texts["nl"].status is after


def test_an_export_loses_nothing(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN, answer_about("digid", text_in("nl", status=UNCHECKED, checked_by=None)))
    take_over(small_desk, answer_about("bsn", text_in("nl", version=2, body='"Nieuw" \\ {service}')))
    content = small_desk.read(lambda session: export_answers(session, small_desk.desk.id))
    other = open_small_desk(small_desk.database, "Other desk")
    take_over(other, *parse_answer_file(content, ("bsn", "digid"), LOCALES))
    assert small_desk.read(lambda session: export_answers(session, other.desk.id)) == content


def test_every_version_has_its_own_counts(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN)
    first = find(small_desk)
    assert first is not None
    for event in (Event.SHOWN, Event.SHOWN, Event.NOT_HELPED):
        use(small_desk, first, event)
    take_over(small_desk, answer_about("bsn", text_in("pl", version=2, body="Nowe.")))
    second = find(small_desk)
    assert second is not None
    use(small_desk, second, Event.SHOWN)
    use(small_desk, second, Event.HELPED)
    assert counts(small_desk) == {
        ("nl", 1): (0, 0, 0),
        ("en", 1): (0, 0, 0),
        ("pl", 1): (2, 0, 1),
        ("pl", 2): (1, 1, 0),
    }


def test_of_people_who_read_at_once_nobody_is_lost_from_the_counts(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN)
    chosen = find(small_desk)
    assert chosen is not None
    with ThreadPoolExecutor(8) as readers:
        for done in [readers.submit(use, small_desk, chosen, Event.SHOWN) for _ in range(40)]:
            done.result()
    assert counts(small_desk)["pl", 1] == (40, 0, 0)


def test_checked_texts_are_shown_from_then_on(small_desk: SmallWorkplace) -> None:
    unchecked = {"status": UNCHECKED, "checked_by": None}
    take_over(small_desk, answer_about("bsn", text_in("nl", **unchecked), text_in("pl", **unchecked)))
    assert find(small_desk) is None
    assert check(small_desk, "pl") == 1
    found = find(small_desk)
    assert found is not None
    assert (found.text.checked_on, found.text.checked_by) == (LATER, "adviser")
    assert check(small_desk) == 2


def test_a_withdrawn_text_comes_back_only_by_name(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, answer_about("bsn", text_in("nl"), text_in("pl", status=TextStatus.WITHDRAWN)))
    assert check(small_desk) == 1
    assert there(small_desk).texts["pl"].status is TextStatus.WITHDRAWN
    check(small_desk, "pl")
    assert there(small_desk).texts["pl"].status is TextStatus.CHECKED


@pytest.mark.parametrize(("topic", "locales"), [("digid", ()), ("bsn", ("tr",)), ("bsn", ("pl", "tr"))])
def test_what_is_not_there_cannot_be_checked(
    small_desk: SmallWorkplace, topic: str, locales: tuple[str, ...]
) -> None:
    take_over(small_desk, BSN)
    with pytest.raises(NoSuchText):
        check(small_desk, *locales, topic=topic)
    assert there(small_desk) == BSN


def test_the_list_tells_why_a_text_must_be_checked_and_how_it_was_used(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN, answer_about("digid", text_in("nl", status=UNCHECKED, checked_by=None)))
    take_over(small_desk, answer_about("bsn", text_in("nl", version=2, body="Nieuw.", checked_on=LATER)))
    chosen = find(small_desk)
    assert chosen is not None
    use(small_desk, chosen, Event.HELPED)
    states = small_desk.read(
        lambda session: list(list_texts(session, small_desk.desk.id, date(2027, 3, 1), 6))
    )
    assert [(one.topic, one.text.locale, one.text.version, one.reason) for one in states] == [
        ("bsn", "en", 1, CheckReason.SOURCE_CHANGED),
        ("bsn", "nl", 2, None),
        ("bsn", "pl", 1, CheckReason.SOURCE_CHANGED),
        ("digid", "nl", 1, CheckReason.NEVER_CHECKED),
    ]
    assert states[2].counts == {**dict.fromkeys(Event, 0), Event.HELPED: 1}
    assert CHECKED_ON < LATER


def test_the_shipped_answers_are_in_nine_languages_and_to_be_checked_before_use(database: Database) -> None:
    answers = shipped_answers(LOCALES)
    files = reference_data("answers").glob("*.toml")
    assert [answer.topic for answer in answers] == sorted(file.stem for file in files)
    for answer in answers:
        assert set(answer.texts) == {"nl", "en", "pl", "ro", "bg", "uk", "ar", "tr", "es"}
        for text in answer.texts.values():
            assert text.status is UNCHECKED
            assert not answer.is_outdated(text)
            assert "{service}" in text.body
            told = text.body.partition("{service}")[0]
            assert 55 <= len(told.split()) <= 130, f"{answer.topic} {text.locale}"
    desk = open_small_desk(database)
    texts = sum(len(answer.texts) for answer in answers)
    assert take_over(desk, *answers).added == texts
    total = desk.read(lambda session: session.scalar(select(func.count()).select_from(StandardAnswerText)))
    assert total == texts


def upgrade(desk: SmallWorkplace, *answers: StandardAnswer) -> ImportReport:
    return desk.database.write(lambda session: import_shipped(session, desk.desk.id, answers))


def test_an_upgrade_brings_new_versions_and_new_languages(small_desk: SmallWorkplace) -> None:
    upgrade(small_desk, BSN)
    newer = answer_about(
        "bsn",
        text_in("nl", version=2, body="Nieuw.", status=UNCHECKED),
        text_in("en"),
        text_in("tr", translated_from=2, status=UNCHECKED),
    )
    assert upgrade(small_desk, newer) == ImportReport(added=2, changed=0, unchanged=1, hidden=1)
    assert there(small_desk).texts["nl"].body == "Nieuw."


def withdraw(desk: SmallWorkplace, locale: str) -> None:
    """Withdraw the first version of a text, as a file of the desk does it."""
    text = replace(BSN.texts[locale], status=TextStatus.WITHDRAWN, checked_on=LATER)
    assert take_over(desk, answer_about("bsn", text)).changed == 1


def test_an_upgrade_does_not_bring_back_a_text_that_the_desk_withdrew(small_desk: SmallWorkplace) -> None:
    upgrade(small_desk, BSN)
    withdraw(small_desk, "pl")
    newer = answer_about(
        "bsn",
        text_in("nl", version=2, body="Nieuw."),
        text_in("pl", version=2, translated_from=2, status=UNCHECKED, checked_by=None),
    )
    assert upgrade(small_desk, newer) == ImportReport(added=1, changed=0, unchanged=0, own=1)
    assert there(small_desk).texts["pl"].status is TextStatus.WITHDRAWN


def test_an_upgrade_leaves_an_answer_whose_source_the_desk_withdrew(small_desk: SmallWorkplace) -> None:
    upgrade(small_desk, BSN)
    withdraw(small_desk, "nl")
    before = there(small_desk)
    newer = answer_about("bsn", text_in("nl", version=2), text_in("pl", version=2, translated_from=2))
    assert upgrade(small_desk, newer) == ImportReport(added=0, changed=0, unchanged=0, own=1, left=1)
    assert there(small_desk) == before


def test_a_shipped_text_that_comes_by_file_is_upgraded_like_the_others(small_desk: SmallWorkplace) -> None:
    own = answer_about("bsn", text_in("nl", body="Eigen."))
    second = answer_about("bsn", text_in("nl", version=2), text_in("pl", translated_from=2))
    changed = text_in("pl", translated_from=2, body="Własny.")
    take_over(small_desk, own)
    take_over(small_desk, answer_about("bsn", second.texts["nl"], changed), shipped=[second])
    third = answer_about(
        "bsn", text_in("nl", version=3, body="Nieuw."), text_in("pl", version=2, translated_from=3)
    )
    assert upgrade(small_desk, third) == ImportReport(added=1, changed=0, unchanged=0, hidden=0, own=1)
    assert there(small_desk).texts["nl"].body == "Nieuw."


def test_an_upgrade_leaves_a_translation_that_the_desk_has_changed(small_desk: SmallWorkplace) -> None:
    upgrade(small_desk, BSN)
    take_over(small_desk, answer_about("bsn", text_in("pl", version=2, body="Własny.")))
    newer = answer_about(
        "bsn", text_in("nl", version=2, body="Nieuw."), text_in("pl", version=3, translated_from=2)
    )
    assert upgrade(small_desk, newer) == ImportReport(added=1, changed=0, unchanged=0, own=1)
    found = find(small_desk)
    assert found is not None
    assert (found.text.body, found.outdated) == ("Własny.", True)


def test_an_upgrade_leaves_an_answer_whose_source_the_desk_has_changed(small_desk: SmallWorkplace) -> None:
    upgrade(small_desk, BSN)
    take_over(small_desk, answer_about("bsn", text_in("nl", version=2, body="Eigen.")))
    before = there(small_desk)
    newer = answer_about(
        "bsn", text_in("nl", version=3), text_in("pl", version=2, translated_from=3), text_in("tr")
    )
    digid = answer_about("digid", text_in("nl"))
    assert upgrade(small_desk, newer, digid) == ImportReport(added=1, changed=0, unchanged=0, own=1, left=2)
    assert there(small_desk) == before


@pytest.mark.parametrize(
    ("own", "texts"),
    [
        (StandardAnswer("bsn", "en", {"en": text_in("en", translated_from=None)}), 1),
        (answer_about("bsn", text_in("nl", body="Eigen."), text_in("pl")), 2),
    ],
)
def test_an_upgrade_leaves_an_answer_that_the_desk_had_first(
    small_desk: SmallWorkplace, own: StandardAnswer, texts: int
) -> None:
    take_over(small_desk, own)
    left = 3 - texts
    assert upgrade(small_desk, BSN) == ImportReport(added=0, changed=0, unchanged=0, own=texts, left=left)
    assert there(small_desk) == own


def test_of_an_older_version_of_the_program_nothing_is_taken(small_desk: SmallWorkplace) -> None:
    upgrade(small_desk, answer_about("bsn", text_in("nl", version=2), text_in("pl", translated_from=2)))
    assert upgrade(small_desk, BSN) == ImportReport(added=0, changed=0, unchanged=0, left=3)


def test_nobody_has_to_check_an_answer_about_a_topic_that_is_no_longer_there(
    small_desk: SmallWorkplace,
) -> None:
    take_over(small_desk, answer_about("bsn", text_in("nl", status=UNCHECKED, checked_by=None)))
    with small_desk.database.begin() as session:
        session.execute(update(TopicRow).where(TopicRow.code == "bsn").values(active=False))
        (state,) = list_texts(session, small_desk.desk.id, date(2027, 3, 1), 6)
        assert state.reason is None
        assert export_answers(session, small_desk.desk.id)
        session.execute(update(TopicRow).where(TopicRow.code == "bsn").values(active=True))


def test_use_by_staff_is_counted_of_texts_that_staff_are_given(small_desk: SmallWorkplace) -> None:
    take_over(small_desk, BSN)
    count = partial(count_use_by_staff, desk_id=small_desk.desk.id, topic="bsn", locale="pl")
    write = small_desk.database.write
    assert [write(partial(count, version=1)) for _ in range(2)] == [1, 2]
    with pytest.raises(NoSuchText):
        write(partial(count, version=2))
    withdrawn = update(StandardAnswerText).values(status=TextStatus.WITHDRAWN)
    write(lambda session: session.execute(withdrawn))
    with pytest.raises(NoSuchText):
        write(partial(count, version=1))
