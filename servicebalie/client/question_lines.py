"""One question as lines of text."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from servicebalie.client.answers import (
    Contact,
    Event,
    InboxItem,
    InboxReferral,
    Message,
    NewcomerAnswer,
    Question,
    Referral,
    StandardAnswer,
    Translation,
)
from servicebalie.client.code_lists import CodeLists
from servicebalie.client.terminal import moment, one_line, period, time_of_end, width
from servicebalie.client.texts import _
from servicebalie.client.vocabulary import (
    AUTHORS,
    CHANNELS,
    MARKS,
    NEWCOMER_OUTCOMES,
    OUTCOMES,
    PERSONAL_NUMBERS,
    REFERRAL_KINDS,
    REFERRAL_STATUSES,
    RETURN_REASONS,
    STATUSES,
    UNMET_REASONS,
    Labels,
)

Row = tuple[str, str | None]

_CLOCKS_DIFFER = timedelta(minutes=1)


def question_lines(question: Question, lists: CodeLists) -> list[str]:
    """Write a question, where it went and why, and its messages; what is not known takes no line."""
    facts: list[Row] = [
        (_("Question"), question.reference),
        (_("Status"), _status(question)),
        # Translators: the person does not want the desk to use the question any more.
        (_("Restricted"), _("Kept only; nothing may be done with it") if question.restricted else None),
        (_("Says the newcomer"), _by_newcomer(question.by_newcomer) if question.by_newcomer else None),
        (_("Back because"), label(MARKS, question.mark)),
        (_("Topic"), lists.label("topics", question.topic)),
        (_("Text"), question.text),
        *((_translated_to(translation, lists), translation.text) for translation in question.translations),
        (_("Language"), lists.label("languages", question.language)),
        # Translators: somebody asked for an interpreter.
        (_("Interpreter"), _("Asked for") if question.interpreter_requested else None),
        (_("Municipality"), lists.label("municipalities", question.municipality)),
        (_("Channel"), label(CHANNELS, question.channel)),
        (_("Received"), moment(question.received_at)),
        (_("Due"), _due(question)),
        (_("May be passed on since"), moment(question.consented_at) if question.consented_at else None),
        *(_contact(question.contact, sensitive=question.sensitive) if question.contact else ()),
        *(_referral(question.referral) if question.referral else ()),
        (_("Visit"), question.visit),
        (_("Return code"), question.return_code),
    ]
    return [
        *_aligned(facts),
        *(_event(event) for event in question.events),
        *(line for message in question.messages for line in _message(message, lists)),
        *warning_lines(question),
    ]


def warning_lines(question: Question) -> list[str]:
    """Warn of numbers that nobody needs here, if the text or a message seems to hold any."""
    numbers = _personal_numbers(question)
    if not numbers:
        return []
    sentence = _("The text seems to hold %(numbers)s. Mask it with: balie mask %(reference)s")
    return [sentence % {"numbers": numbers, "reference": question.reference}]


def referral_lines(referral: InboxReferral, lists: CodeLists) -> list[str]:
    """Write a referral as its partner sees it; what is not known takes no line."""
    item = referral.item
    said = (
        label(REFERRAL_STATUSES, item.status),
        label(RETURN_REASONS, item.returned_reason),
        label(OUTCOMES, item.outcome),
        label(UNMET_REASONS, item.unmet_reason),
    )
    facts: list[Row] = [
        (_("Question"), item.question),
        (_("Status"), ", ".join(filter(None, said))),
        (_("Topic"), lists.label("topics", item.topic)),
        (_("Text"), referral.text),
        (_("Language"), lists.label("languages", item.language)),
        (_("Municipality"), lists.label("municipalities", item.municipality)),
        (_("Service"), item.service),
        (_("Due"), _due(item)),
        *(_contact(referral.contact, sensitive=referral.sensitive) if referral.contact else ()),
    ]
    numbers = _personal_numbers(referral)
    warning = _("The text seems to hold %(numbers)s. The desk can mask it.") % {"numbers": numbers}
    return [
        *_aligned(facts),
        *(line for message in referral.messages for line in _message(message, lists)),
        *([warning] if numbers else []),
    ]


def standard_answer_lines(answer: StandardAnswer, lists: CodeLists) -> list[str]:
    """Write a standard answer, above it what staff must know before they use it."""
    checked = (
        _("%(date)s by %(function)s") % {"date": answer.checked_on, "function": answer.checked_by}
        if answer.checked_by
        else _("Nobody here checked it: check it before you use it")
    )
    facts: list[Row] = [
        (_("Topic"), lists.label("topics", answer.topic)),
        (_("Language"), lists.label("languages", answer.language.partition("-")[0])),
        (_("Note"), _in_other_language(answer)),
        (_("Outdated"), _outdated(answer)),
        (_("Checked"), checked),
        (_("Source"), answer.source),
        (_("Version"), str(answer.version)),
    ]
    return [*_aligned(facts), "", *answer.text.splitlines()]


def standard_answer_notes(answer: StandardAnswer) -> list[str]:
    """Say what is weak about a standard answer that goes out as it is."""
    return [note for note in (_in_other_language(answer), _outdated(answer)) if note]


def _in_other_language(answer: StandardAnswer) -> str | None:
    return _("There is none in the language that was asked for") if answer.in_other_language else None


def _outdated(answer: StandardAnswer) -> str | None:
    return _("The text that it was translated from has changed since") if answer.outdated else None


def label(labels: Labels, code: str | None) -> str | None:
    """Give the translated label of a code; an unknown code stands for itself."""
    return _(labels[code]) if code and code in labels else code


def _personal_numbers(written: Question | InboxReferral) -> str:
    """Name the kinds of numbers that a text and its messages seem to hold, each once."""
    kinds = [*written.personal_numbers, *(kind for one in written.messages for kind in one.personal_numbers)]
    return ", ".join(label(PERSONAL_NUMBERS, kind) or "" for kind in dict.fromkeys(kinds))


def _status(question: Question) -> str:
    status = label(STATUSES, question.status)
    outcome, reason = label(OUTCOMES, question.outcome), label(UNMET_REASONS, question.unmet_reason)
    return ", ".join(filter(None, (status, outcome, reason)))


def _by_newcomer(answer: NewcomerAnswer) -> str:
    reason = label(UNMET_REASONS, answer.unmet_reason)
    return ", ".join(filter(None, (label(NEWCOMER_OUTCOMES, answer.outcome), reason)))


def _due(due: Question | InboxItem) -> str | None:
    if due.due_date and due.overdue:
        return _("%(date)s, overdue") % {"date": due.due_date}
    return due.due_date


def _contact(contact: Contact, *, sensitive: bool) -> list[Row]:
    """Write how to reach the newcomer, and about a sensitive topic first whether mail is safe."""
    safe = _("Safe, says the newcomer") if contact.email_safe else _("Do not mail about this")
    return [
        (_("Mail"), safe if sensitive else None),
        (_("E-mail of the newcomer"), contact.email),
        (_("May be asked later"), _("Whether they were helped") if contact.follow_up else None),
        (_("Phone of the newcomer"), contact.phone),
    ]


def _referral(referral: Referral) -> list[Row]:
    service = referral.service
    rows: list[Row] = [(_("Destination"), label(REFERRAL_KINDS, referral.kind) or _("Stays at the desk"))]
    if service:
        names = ", ".join(filter(None, (service.name, service.organisation)))
        rows += [
            (_("Service"), names),
            (_("Address"), referral.address),
            (_("Phone"), service.phone),
            (_("E-mail"), service.email),
            (_("Website"), service.url),
            *([_opening(*referral.opening)] if referral.opening else []),
        ]
    return [*rows, *((_("Why"), reason) for reason in referral.reasons)]


def _opening(start: datetime, end: datetime | None) -> Row:
    """Write until when a service is open, or when it opens; what has begun starts at this minute."""
    now = datetime.now(UTC)
    # The clock of the server may be a little ahead of that of this computer.
    if start > now + _CLOCKS_DIFFER:
        return _("Next open"), period(start, end)
    if end is None:
        return _("Open now"), _("day and night")
    return _("Open now"), _("until %(time)s") % {"time": time_of_end(now, end)}


def _aligned(rows: list[Row]) -> list[str]:
    shown = [(name, value) for name, value in rows if value]
    widest = max(width(name) for name, _value in shown)
    return [f"{name}:{' ' * (widest - width(name))} {one_line(value)}" for name, value in shown]


def _event(event: Event) -> str:
    reason = label({**UNMET_REASONS, **RETURN_REASONS}, event.reason)
    said = ", ".join(filter(None, (label(REFERRAL_STATUSES, event.status), reason, event.note)))
    return f"[{moment(event.at)}] {event.service}: {one_line(said)}"


def _message(message: Message, lists: CodeLists) -> Iterator[str]:
    author = label(AUTHORS, message.author)
    yield f"[{moment(message.sent_at)}] {author}: {one_line(message.text)}"
    for translation in message.translations:
        yield f"    {_translated_to(translation, lists)}: {one_line(translation.text)}"


def _translated_to(translation: Translation, lists: CodeLists) -> str:
    language = lists.label("languages", translation.language)
    if translation.machine:
        # Translators: a computer translated the text that follows into this language.
        return _("%(language)s, by a computer") % {"language": language}
    return language
