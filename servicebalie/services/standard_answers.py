"""Standard answers: finding the one for somebody, keeping them by file, and having them checked.

Only the newest version of a text counts. Older ones stay, because their numbers tell whether a change made
the text better.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Update, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from servicebalie.core.answer_file import parse_answer_file, write_answer_file
from servicebalie.core.errors import Fault, InvalidInput, ServicebalieError
from servicebalie.core.standard_answers import (
    FOR_NEWCOMERS,
    FOR_STAFF,
    AnswerText,
    CheckReason,
    ChosenText,
    StandardAnswer,
    choose_text,
    why_to_check,
)
from servicebalie.core.vocabulary import TextStatus
from servicebalie.models.standard_answers import StandardAnswerRow, StandardAnswerText
from servicebalie.services.code_lists import read_code_lists, shipped_code_lists
from servicebalie.shipped import reference_data

MONTHS_BETWEEN_CHECKS = 6
"""How long a check is good for, unless a desk wants otherwise."""


class NoSuchText(ServicebalieError):
    """The desk has no standard answer about `topic`, or none in one of the languages that were named."""

    code = "no-such-text"


class Event(StrEnum):
    """What is counted of a text: that it was shown on the pages, what people said when they had read it,
    and that staff read it out or sent it."""

    SHOWN = "shown"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    USED = "used"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many texts an import added (new versions among them), changed in their check only, and left.

    `hidden` are those of the added that newcomers do not see until somebody has checked them, though they
    saw an earlier version. Of what an import of the shipped answers did not touch, `own` are those that the
    desk has changed or withdrawn; `left` are those that do not fit the desk's source text, or are older than
    what it has.
    """

    added: int
    changed: int
    unchanged: int
    hidden: int = 0
    own: int = 0
    left: int = 0

    def __add__(self, other: "ImportReport") -> "ImportReport":
        """Return what both imports did together."""
        return ImportReport(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.hidden + other.hidden,
            self.own + other.own,
            self.left + other.left,
        )


@dataclass(frozen=True, slots=True)
class TextState:
    """A text as those see it who keep it: why it must be looked at, and how often it was used."""

    topic: str
    text: AnswerText
    reason: CheckReason | None
    counts: Mapping[Event, int]


def find_answer(
    session: Session, desk_id: int, topic: str, locale: str, allowed: Collection[TextStatus]
) -> ChosenText | None:
    """Return the text of a desk for questions about a topic in a language, or None.

    `allowed` is the status that a text may have for those who ask (`core.standard_answers`).
    """
    answer = _read(session, desk_id, StandardAnswerRow.topic == topic).get(topic)
    return choose_text(answer, locale, allowed) if answer else None


def read_answer(session: Session, desk_id: int, topic: str) -> StandardAnswer | None:
    """Return all texts of a desk for questions about a topic, or None."""
    return _read(session, desk_id, StandardAnswerRow.topic == topic).get(topic)


def count_use(session: Session, desk_id: int, chosen: ChosenText, event: Event) -> None:
    """Count that a text was used; nothing is kept of when or by whom.

    The database adds the one, so that of people who read at once none is lost.
    """
    counter = _counter(event)
    session.execute(
        _update(desk_id, chosen.topic, chosen.text.locale, chosen.text.version).values({counter: counter + 1})
    )


def count_use_by_staff(session: Session, desk_id: int, topic: str, locale: str, version: int) -> int:
    """Count that staff read out or sent a version of a text, and return how often.

    Raises `NoSuchText`, also for one that was withdrawn: staff are not given it either.
    """
    counter = StandardAnswerText.used
    text = _update(desk_id, topic, locale, version).where(StandardAnswerText.status.in_(FOR_STAFF))
    changed = session.execute(text.values(used=counter + 1).returning(counter))
    used = changed.scalar()
    if used is None:
        raise NoSuchText(topic=topic)
    return used


def shipped_answers(locales: Collection[str]) -> tuple[StandardAnswer, ...]:
    """Return the standard answers that come with servicebalie; all of them are to be checked before use."""
    topics = shipped_code_lists().topics
    files = sorted(reference_data("answers").glob("*.toml"))
    return tuple(
        answer
        for file in files
        for answer in parse_answer_file(file.read_text(encoding="utf-8"), topics, locales)
    )


def import_answers(
    session: Session,
    desk_id: int,
    answers: Sequence[StandardAnswer],
    *,
    shipped: Iterable[StandardAnswer] = (),
) -> ImportReport:
    """Take over standard answers into a desk, all or none of them.

    New texts are the desk's own, but for those that are the same as one of `shipped`, the answers that come
    with servicebalie: those get its newer versions.
    Texts of the desk that are not among them stay as they are. A changed text must have a higher version.
    The check of a text, and which source version it fits, are taken over when the check is not older than
    the one known here; but nothing that somebody here checked or withdrew goes back to `check-before-use`.
    Raises `InvalidInput` with all that is wrong.
    """
    known = _read(session, desk_id)
    faults: list[Fault] = []
    added: list[tuple[StandardAnswer, AnswerText]] = []
    changed: list[tuple[StandardAnswer, AnswerText]] = []
    unchanged = hidden = 0
    for number, answer in enumerate(answers):
        there = known.get(answer.topic)
        faults += _faults(answer, there, f"/answers/{number}")
        for text in answer.texts.values():
            here = there.texts.get(text.locale) if there else None
            match _change(text, here):
                case "added":
                    added.append((answer, text))
                    hidden += here is not None and _hides(text, here)
                case "changed":
                    changed.append((answer, text))
                case _:
                    unchanged += 1
    if faults:
        raise InvalidInput(*faults)
    ids = _answer_ids(session, desk_id, answers)
    came_with_it = {answer.topic: answer.texts for answer in shipped}
    for answer, text in added:
        same = _is_same(text, came_with_it.get(answer.topic, {}).get(text.locale))
        session.add(StandardAnswerText(answer_id=ids[answer.topic], shipped=same, **_columns(text)))
    session.flush()
    for answer, text in changed:
        _store_check(session, desk_id, answer.topic, text)
    return ImportReport(len(added), len(changed), unchanged, hidden)


def import_shipped(session: Session, desk_id: int, answers: Sequence[StandardAnswer]) -> ImportReport:
    """Take over the answers that come with servicebalie, and leave what the desk has made its own.

    A text that the desk has changed or withdrawn stays. So do all texts of an answer of which it has changed
    or withdrawn the source, because shipped translations would say something else, or still say it.
    """
    known = _read(session, desk_id)
    own = _own_texts(session, desk_id)
    taken = []
    kept = left = 0
    for answer in answers:
        there = known.get(answer.topic)
        own_here = {locale for topic, locale in own if topic == answer.topic} & answer.texts.keys()
        texts = _texts_to_take(answer, there, own_here)
        kept += len(own_here)
        left += len(answer.texts) - len(own_here) - len(texts)
        if texts:
            taken.append(replace(answer, texts=texts))
    report = import_answers(session, desk_id, taken, shipped=answers)
    return replace(report, own=kept, left=left)


def export_answers(session: Session, desk_id: int) -> str:
    """Return the file of a desk's standard answers: the newest version of every text, without numbers."""
    return write_answer_file(_read(session, desk_id).values())


def mark_checked(
    session: Session, desk_id: int, topic: str, locales: Collection[str], *, by: str, on: date
) -> int:
    """Note that the newest texts about a topic were checked, and return how many; none named: all of them.

    A withdrawn text comes back by being named. A translation stays outdated until it says, in the file,
    which version of the source it fits. Raises `NoSuchText`.
    """
    answer = read_answer(session, desk_id, topic)
    if answer is None or not answer.texts.keys() >= set(locales):
        raise NoSuchText(topic=topic)
    texts = [
        text
        for locale, text in answer.texts.items()
        if locale in locales or (not locales and text.status is not TextStatus.WITHDRAWN)
    ]
    for text in texts:
        checked = replace(text, status=TextStatus.CHECKED, checked_on=on, checked_by=by)
        _store_check(session, desk_id, topic, checked)
    return len(texts)


def list_texts(session: Session, desk_id: int, today: date, months: int) -> Iterator[TextState]:
    """Yield the newest texts of a desk; `months` is how many whole months a check is good for.

    Those about a topic that is no longer offered can wait.
    """
    counts = _counts(session, desk_id)
    topics = read_code_lists(session).topics
    for answer in _read(session, desk_id).values():
        for text in answer.texts.values():
            reason = why_to_check(answer, text, today, months) if topics[answer.topic].active else None
            yield TextState(answer.topic, text, reason, counts[answer.topic, text.locale, text.version])


_TEXT_COLUMNS = tuple(AnswerText.__slots__)
_NEWER = aliased(StandardAnswerText)
_IS_NEWEST = ~exists().where(
    _NEWER.answer_id == StandardAnswerText.answer_id,
    _NEWER.locale == StandardAnswerText.locale,
    _NEWER.version > StandardAnswerText.version,
)
_NEWEST = (
    select(
        StandardAnswerRow.topic,
        StandardAnswerRow.source_locale,
        *(getattr(StandardAnswerText, name) for name in _TEXT_COLUMNS),
    )
    .join(StandardAnswerText, StandardAnswerText.answer_id == StandardAnswerRow.id)
    .where(_IS_NEWEST)
    .order_by(StandardAnswerRow.topic, StandardAnswerText.locale)
)


def _read(session: Session, desk_id: int, *where: ColumnElement[bool]) -> dict[str, StandardAnswer]:
    """Return the answers of a desk by topic, in the order of topics and locales, in one query."""
    texts: defaultdict[str, dict[str, AnswerText]] = defaultdict(dict)
    sources: dict[str, str] = {}
    for topic, source, *columns in session.execute(
        _NEWEST.where(StandardAnswerRow.desk_id == desk_id, *where)
    ):
        text = AnswerText(**dict(zip(_TEXT_COLUMNS, columns, strict=True)))
        sources[topic] = source
        texts[topic][text.locale] = text
    return {topic: StandardAnswer(topic, source, texts[topic]) for topic, source in sources.items()}


def _counts(session: Session, desk_id: int) -> Mapping[tuple[str, str, int], Mapping[Event, int]]:
    rows = session.execute(
        select(
            StandardAnswerRow.topic,
            StandardAnswerText.locale,
            StandardAnswerText.version,
            *(_counter(event) for event in Event),
        )
        .join(StandardAnswerText, StandardAnswerText.answer_id == StandardAnswerRow.id)
        .where(StandardAnswerRow.desk_id == desk_id)
    )
    return {
        (topic, locale, version): dict(zip(Event, numbers, strict=True))
        for topic, locale, version, *numbers in rows
    }


def _own_texts(session: Session, desk_id: int) -> Collection[tuple[str, str]]:
    """Return the topics and locales of which the newest text did not come with servicebalie, or was
    withdrawn by the desk."""
    own = or_(~StandardAnswerText.shipped, StandardAnswerText.status == TextStatus.WITHDRAWN)
    rows = session.execute(
        select(StandardAnswerRow.topic, StandardAnswerText.locale)
        .join(StandardAnswerText, StandardAnswerText.answer_id == StandardAnswerRow.id)
        .where(StandardAnswerRow.desk_id == desk_id, _IS_NEWEST, own)
    )
    return {(topic, locale) for topic, locale in rows}


def _counter(event: Event) -> Any:
    return getattr(StandardAnswerText, event)


def _faults(answer: StandardAnswer, there: StandardAnswer | None, pointer: str) -> Iterator[Fault]:
    """Yield what keeps an answer from being taken over, given the one of the desk."""
    if there and there.source_locale != answer.source_locale:
        yield Fault(f"{pointer}/source_locale", "other-source-locale", {"known": there.source_locale})
        return
    texts = {**(there.texts if there else {}), **answer.texts}
    source = texts.get(answer.source_locale)
    if source is None:
        yield Fault(f"{pointer}/texts/{answer.source_locale}", "required")
    for locale, text in answer.texts.items():
        here = there.texts.get(locale) if there else None
        if here and text.version < here.version:
            yield Fault(f"{pointer}/texts/{locale}/version", "version-older", {"known": here.version})
        elif here and text.version == here.version and not _same_content(text, here):
            yield Fault(f"{pointer}/texts/{locale}/version", "version-not-raised", {"known": here.version})
        if source and text.translated_from and text.translated_from > source.version:
            place = f"{pointer}/texts/{locale}/translated_from"
            yield Fault(place, "no-such-source-version", {"known": source.version})


def _change(text: AnswerText, here: AnswerText | None) -> str | None:
    """Return what an import does with a text: it is `added`, its check is `changed`, or nothing happens."""
    if here is None or text.version > here.version:
        return "added"
    back_to_unchecked = (
        text.status is TextStatus.CHECK_BEFORE_USE and here.status is not TextStatus.CHECK_BEFORE_USE
    )
    if text == here or back_to_unchecked or text.checked_on < here.checked_on:
        return None
    return "changed"


def _hides(text: AnswerText, here: AnswerText) -> bool:
    """Whether newcomers see a text no more that they saw, because nobody has checked the new version."""
    return here.status in FOR_NEWCOMERS and text.status not in FOR_NEWCOMERS


def _texts_to_take(
    answer: StandardAnswer, there: StandardAnswer | None, own: Collection[str]
) -> Mapping[str, AnswerText]:
    """Return the texts of a shipped answer that a desk has not made its own; `own` are its locales."""
    if there is None:
        return answer.texts
    taken = {
        locale: text
        for locale, text in answer.texts.items()
        if locale not in own and _follows(text, there.texts.get(locale))
    }
    same_source = there.source_locale == answer.source_locale and answer.source_locale in taken
    return taken if same_source else {}


def _follows(text: AnswerText, here: AnswerText | None) -> bool:
    """Whether a text is the one that is here, or a newer version."""
    return here is None or text.version > here.version or _is_same(text, here)


def _is_same(text: AnswerText, other: AnswerText | None) -> bool:
    """Whether a text is the same version of the same words as another one; its check may differ."""
    return other is not None and text.version == other.version and _same_content(text, other)


def _same_content(one: AnswerText, other: AnswerText) -> bool:
    """Whether people read the same; that a translation fits a newer source is found out by checking it."""
    return (one.body, one.source_name, one.source_url) == (other.body, other.source_name, other.source_url)


def _answer_ids(session: Session, desk_id: int, answers: Iterable[StandardAnswer]) -> Mapping[str, int]:
    """Return the key of the answer about each topic, made now where there is none."""
    rows = session.scalars(select(StandardAnswerRow).where(StandardAnswerRow.desk_id == desk_id))
    known = {row.topic: row for row in rows}
    for answer in answers:
        if answer.topic not in known:
            row = StandardAnswerRow(desk_id=desk_id, topic=answer.topic, source_locale=answer.source_locale)
            session.add(row)
            known[answer.topic] = row
    session.flush()
    return {topic: row.id for topic, row in known.items()}


def _store_check(session: Session, desk_id: int, topic: str, text: AnswerText) -> None:
    session.execute(
        _update(desk_id, topic, text.locale, text.version).values(
            translated_from=text.translated_from,
            status=text.status,
            checked_on=text.checked_on,
            checked_by=text.checked_by,
        )
    )


def _update(desk_id: int, topic: str, locale: str, version: int) -> Update:
    """Return the beginning of a change of one version of a text."""
    answer_id = select(StandardAnswerRow.id).where(
        StandardAnswerRow.desk_id == desk_id, StandardAnswerRow.topic == topic
    )
    return (
        update(StandardAnswerText)
        .where(
            StandardAnswerText.answer_id == answer_id.scalar_subquery(),
            StandardAnswerText.locale == locale,
            StandardAnswerText.version == version,
        )
        .execution_options(synchronize_session=False)
    )


def _columns(text: AnswerText) -> dict[str, Any]:
    return {name: getattr(text, name) for name in _TEXT_COLUMNS}
