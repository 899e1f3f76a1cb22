"""The file of standard answers: what is written is read again, and everything wrong is told at once."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicebalie.core.answer_file import parse_answer_file, write_answer_file
from servicebalie.core.errors import Fault, InvalidInput
from servicebalie.core.standard_answers import AnswerText, StandardAnswer
from servicebalie.core.vocabulary import TextStatus
from tests.support.answers import answer_about, text_in

TOPICS = ("bsn", "digid")
LOCALES = ("nl", "en", "pl", "zh-Hans")

GOOD = """
[[answers]]
topic = "bsn"
source_locale = "nl"

[answers.texts.nl]
version = 2
status = "checked"
checked = 2026-11-26
checked_by = "adviser"
source = "Rijksoverheid"
address = "https://www.government.nl/topics/personal-data"
body = '''
U krijgt het als u zich inschrijft.

{service} kan u helpen.
'''

[answers.texts.zh-Hans]
version = 1
translated_from = 1
status = "check-before-use"
checked = 2026-11-20
source = "Rijksoverheid"
address = "https://www.government.nl"
body = "登记时您会得到它。"
"""


def faults(content: str) -> dict[str, str]:
    """Return the codes of what is wrong with a file, by place."""
    with pytest.raises(InvalidInput) as refused:
        parse_answer_file(content, TOPICS, LOCALES)
    return {fault.pointer: fault.code for fault in refused.value.faults}


def test_a_file_is_read_as_it_was_meant() -> None:
    (answer,) = parse_answer_file(GOOD, TOPICS, LOCALES)
    assert (answer.topic, answer.source_locale, list(answer.texts)) == ("bsn", "nl", ["nl", "zh-Hans"])
    assert answer.texts["nl"] == AnswerText(
        locale="nl",
        version=2,
        translated_from=None,
        status=TextStatus.CHECKED,
        checked_on=date(2026, 11, 26),
        checked_by="adviser",
        source_name="Rijksoverheid",
        source_url="https://www.government.nl/topics/personal-data",
        body="U krijgt het als u zich inschrijft.\n\n{service} kan u helpen.",
    )
    assert answer.texts["zh-Hans"].translated_from == 1
    assert answer.texts["zh-Hans"].checked_by is None


def test_the_source_text_is_written_first() -> None:
    written = write_answer_file([answer_about("bsn", text_in("en"), text_in("nl"), text_in("ar"))])
    places = [written.index(f"[answers.texts.{locale}]") for locale in ("nl", "ar", "en")]
    assert places == sorted(places)


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}\x00"), min_size=1)
STORED = WORDS.map(lambda text: text.replace("\r\n", "\n").replace("\r", "\n").strip()).filter(bool)


@st.composite
def texts(draw: st.DrawFn, locale: str) -> AnswerText:
    status = draw(st.sampled_from(TextStatus))
    return text_in(
        locale,
        version=draw(st.integers(1, 1_000_000)),
        translated_from=None if locale == "nl" else draw(st.integers(1, 1_000_000)),
        status=status,
        checked_on=draw(st.dates()),
        checked_by=draw(STORED.map(lambda text: text.replace("@", "a")[:60].strip()).filter(bool))
        if status is TextStatus.CHECKED
        else None,
        source_name=draw(STORED.map(lambda text: text[:160].strip()).filter(bool)),
        body=draw(STORED),
    )


@st.composite
def files(draw: st.DrawFn) -> tuple[StandardAnswer, ...]:
    return tuple(
        answer_about(
            topic, *(draw(texts(locale)) for locale in draw(st.lists(st.sampled_from(LOCALES), min_size=1)))
        )
        for topic in draw(st.lists(st.sampled_from(TOPICS), unique=True))
    )


@given(files().filter(bool))
def test_what_is_written_is_read_again_whatever_was_typed(answers: tuple[StandardAnswer, ...]) -> None:
    assert parse_answer_file(write_answer_file(answers), TOPICS, LOCALES) == answers


@pytest.mark.parametrize(
    "body", ['"""', 'He said """"no""""', "back\\slash", "tab\tbell\x07 delete\x7f", '"']
)
def test_quotes_backslashes_and_control_characters_come_through(body: str) -> None:
    answer = answer_about("bsn", text_in("nl", body=f"a{body}b", source_name=f"a{body}b"))
    assert parse_answer_file(write_answer_file([answer]), TOPICS, LOCALES) == (answer,)


def test_line_ends_are_those_of_one_system() -> None:
    (answer,) = parse_answer_file(GOOD.replace("\n", "\r\n"), TOPICS, LOCALES)
    assert answer.texts["nl"].body == "U krijgt het als u zich inschrijft.\n\n{service} kan u helpen."


def test_a_file_that_is_no_toml_tells_the_line() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_answer_file("[[answers]]\ntopic = bsn\n", TOPICS, LOCALES)
    assert refused.value.faults == (Fault("", "not-toml", {"line": "2"}),)
    assert refused.value.faults[0].params == {"line": "2"}


def test_a_file_that_ends_too_soon_is_no_toml() -> None:
    assert faults('answers = "') == {"": "not-toml"}


def test_all_faults_of_a_file_are_told_at_once() -> None:
    content = """
    extra = 1
    [[answers]]
    topic = "cooking"
    source_locale = "xx"
    [answers.texts.xx]
    [answers.texts.pl]
    version = true
    translated_from = 0
    status = "fine"
    checked = "yesterday"
    checked_by = "someone@example.org"
    source = " "
    address = "http://example.org"
    body = "Call {phone}."
    more = 1
    """
    assert faults(content) == {
        "/extra": "unknown-field",
        "/answers/0/topic": "unknown-topic",
        "/answers/0/source_locale": "unknown-locale",
        "/answers/0/texts/xx": "unknown-locale",
        **{
            f"/answers/0/texts/xx/{name}": "required"
            for name in ("version", "status", "checked", "source", "address", "body")
        },
        "/answers/0/texts/pl/version": "not-a-number",
        "/answers/0/texts/pl/translated_from": "number-out-of-range",
        "/answers/0/texts/pl/status": "unknown-code",
        "/answers/0/texts/pl/checked": "invalid-date",
        "/answers/0/texts/pl/checked_by": "function-not-person",
        "/answers/0/texts/pl/source": "text-empty",
        "/answers/0/texts/pl/address": "invalid-address",
        "/answers/0/texts/pl/body": "unknown-placeholder",
        "/answers/0/texts/pl/more": "unknown-field",
    }


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ('topic = "bsn"', "", "/answers/0/topic", "required"),
        ('source_locale = "nl"', "source_locale = 1", "/answers/0/source_locale", "not-text"),
        ('checked_by = "adviser"', "", "/answers/0/texts/nl/checked_by", "required"),
        (
            "version = 2",
            "version = 2\ntranslated_from = 1",
            "/answers/0/texts/nl/translated_from",
            "source-is-not-translated",
        ),
        ("translated_from = 1", "", "/answers/0/texts/zh-Hans/translated_from", "required"),
        ("登记", "登" * 4000, "/answers/0/texts/zh-Hans/body", "text-too-long"),
    ],
)
def test_one_slip_is_told_by_its_place(old: str, new: str, place: str, code: str) -> None:
    assert faults(GOOD.replace(old, new, 1)) == {place: code}


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", {"/answers": "required"}),
        ('answers = "none"', {"/answers": "not-a-list"}),
        (
            "answers = [1]",
            {
                "/answers/0": "not-an-object",
                "/answers/0/topic": "required",
                "/answers/0/source_locale": "required",
                "/answers/0/texts": "required",
            },
        ),
        (
            '[[answers]]\ntopic = "bsn"\nsource_locale = "nl"\ntexts = 1\n',
            {"/answers/0/texts": "not-an-object"},
        ),
    ],
)
def test_a_file_of_another_shape_is_refused(content: str, wrong: dict[str, Any]) -> None:
    assert faults(content) == wrong


def test_one_topic_has_one_answer() -> None:
    assert faults(GOOD + GOOD) == {"/answers/1/topic": "topic-repeated"}
