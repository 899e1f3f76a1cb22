"""Texts are translated by a server of its own kind, and what goes wrong there is told by a code."""

import json

import pytest

from servicebalie.worker import translators
from servicebalie.worker.translators import LibreTranslate, open_translator
from servicebalie.worker.transports import NotSent
from tests.worker.translation_server import (
    KEY_MISSING,
    KEY_WRONG,
    LANGUAGE_GONE,
    PATH_MISSING,
    TOO_LONG,
    TOO_MANY,
    WRONG_PATH,
    Interpreter,
    Trouble,
    translated,
)

TEXT = "Kom morgen langs."


def translator_at(server: Interpreter, key: str | None = None) -> LibreTranslate:
    """Return a translator that uses the server."""
    return LibreTranslate(server.address, key)


def failure_of(server: Interpreter) -> tuple[str, bool]:
    """Return why a text is not translated, and whether that is final."""
    with pytest.raises(NotSent) as refused:
        translator_at(server).translate(TEXT, "nl", "pl")
    return refused.value.failure, refused.value.final


def test_a_text_is_sent_as_plain_text_with_both_languages_and_the_key(server: Interpreter) -> None:
    assert translator_at(server, "a-key").translate(TEXT, "nl", "pl") == translated(TEXT, "pl")
    assert server.asked == [{"q": TEXT, "source": "nl", "target": "pl", "format": "text", "api_key": "a-key"}]


def test_without_a_key_none_is_sent(server: Interpreter) -> None:
    translator_at(server).translate(TEXT, "nl", "pl")
    assert "api_key" not in server.asked[0]


def test_a_pair_that_the_server_does_not_offer_sends_no_text(server: Interpreter) -> None:
    translator = translator_at(server)
    assert translator.translate(TEXT, "nl", "ti") is None
    assert translator.translate(TEXT, "ti", "nl") is None
    assert translator.translate(TEXT, "pl", "en") is None
    assert server.asked == []


@pytest.mark.parametrize(
    ("code", "theirs"), [("zh", "zh-Hans"), ("no", "nb"), ("fil", "tl"), ("pt", "pt-BR"), ("prs", "fa")]
)
def test_a_language_that_the_server_calls_otherwise_is_found(
    server: Interpreter, code: str, theirs: str
) -> None:
    translator = translator_at(server)
    assert translator.translate(TEXT, "nl", code) == translated(TEXT, theirs)
    assert translator.translate(TEXT, code, "nl") == translated(TEXT, "nl")
    assert [(body["source"], body["target"]) for body in server.asked] == [("nl", theirs), (theirs, "nl")]


def test_a_language_itself_is_preferred_to_one_like_it(server: Interpreter) -> None:
    server.languages.append({"code": "pt", "name": "Portuguese", "targets": ["nl"]})
    translator_at(server).translate(TEXT, "pt", "nl")
    assert server.asked[0]["source"] == "pt"


def test_which_languages_there_are_is_asked_once_an_hour(
    server: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator = translator_at(server)
    translator.translate(TEXT, "nl", "pl")
    translator.translate(TEXT, "pl", "nl")
    assert server.languages_asked == 1
    monkeypatch.setattr(translators, "LANGUAGES_KEPT_SECONDS", -1.0)
    server.languages = []
    assert translator.translate(TEXT, "nl", "pl") is None


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        (TOO_MANY, "translator-429"),
        (WRONG_PATH, "translator-404"),
        (PATH_MISSING, "translator-301"),
        (Trouble(500), "translator-500"),
        (Trouble(400), "translator-400"),
        (Trouble(403, b"\xff<html>"), "translator-403"),
        (Trouble(413), "translator-413"),
        (LANGUAGE_GONE, "translator-400"),
        (TOO_LONG, "translator-text-too-long"),
        (KEY_MISSING, "translator-key"),
        (KEY_WRONG, "translator-key"),
        (Trouble(content=b"<html>"), "translator-not-understood"),
        (Trouble(content=b"\xff\xfe"), "translator-not-understood"),
        (Trouble(content=b"[" * 100_000), "translator-not-understood"),
        (Trouble(content=b"7"), "translator-not-understood"),
        (Trouble(content=b" " * 300_000), "translator-answer-too-large"),
        (Trouble(content=b"{}", headers={"Content-Length": "9"}), "translator-away"),
    ],
)
@pytest.mark.parametrize("path", ["/languages", "/translate"])
def test_what_may_be_better_later_is_tried_again(
    server: Interpreter, path: str, trouble: Trouble, failure: str
) -> None:
    server.trouble(path, trouble)
    assert failure_of(server) == (failure, False)


@pytest.mark.parametrize(
    "languages", [None, {}, [{}], ["nl"], [{"code": "nl", "targets": None}], [{"code": [], "targets": []}]]
)
def test_languages_that_are_no_list_of_languages_offer_nothing(
    server: Interpreter, languages: object
) -> None:
    server.languages = languages
    translator = translator_at(server)
    if languages == {}:
        assert translator.translate(TEXT, "nl", "pl") is None
    else:
        assert failure_of(server) == ("translator-not-understood", False)


@pytest.mark.parametrize("answer", ["", " \n", "\x00", "x" * 16_001, None, 7, ["Przyjdź jutro."]])
def test_an_answer_that_is_no_translation_is_not_taken_for_one(server: Interpreter, answer: object) -> None:
    server.trouble("/translate", Trouble(content=json.dumps({"translatedText": answer}).encode()))
    assert failure_of(server) == ("translator-not-understood", False)


def test_a_translation_holds_nothing_that_a_database_refuses(server: Interpreter) -> None:
    server.trouble("/translate", Trouble(content=b'{"translatedText": "Przy\\u0000jd\\ud800 jutro. "}'))
    assert translator_at(server).translate(TEXT, "nl", "pl") == "Przyjd? jutro."


def test_a_server_that_knows_many_languages_is_asked_to_refuse_in_english(server: Interpreter) -> None:
    translator_at(server).translate(TEXT, "nl", "pl")
    assert server.asked_in == {"en"}


def test_a_server_that_does_not_answer_may_answer_later(
    server: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translators, "TIMEOUT", (0.2, 0.2))
    server.trouble("/translate", Trouble(seconds=1.0))
    assert failure_of(server) == ("translator-away", False)


def test_an_answer_that_never_ends_is_not_waited_for(
    server: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translators, "LONGEST_ANSWER_SECONDS", -1.0)
    assert failure_of(server) == ("translator-too-slow", False)


def test_a_server_that_is_not_there_may_be_there_later(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    assert failure_of(Interpreter(f"http://127.0.0.1:{port}")) == ("translator-away", False)


def test_people_are_told_which_program_translates_and_where() -> None:
    translator = open_translator("https://translate.example.org/path", None)
    assert translator is not None
    assert translator.engine == "LibreTranslate, translate.example.org"


def test_without_an_address_there_is_no_translator() -> None:
    assert open_translator(None, None) is None
