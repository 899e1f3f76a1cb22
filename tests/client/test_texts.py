"""The client speaks English and Dutch, and asks the server for the same."""

import gettext
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import polib
import pytest
from babel.messages.extract import extract_from_dir

from servicebalie.client import texts, vocabulary
from servicebalie.core import vocabulary as core_vocabulary
from servicebalie.core.personal_numbers import PersonalNumber

KEYWORDS = {"_": None, "mark": None, "mark_plural": (1, 2), "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+(?:!r)?\}")


def template():
    return polib.pofile(str(texts.catalogues() / "client.pot"))


def dutch():
    return polib.pofile(str(texts.catalogues() / "nl/LC_MESSAGES/client.po"))


def sources(catalogue):
    return {(entry.msgid, entry.msgid_plural) for entry in catalogue}


def test_the_template_has_every_sentence_of_the_client_and_no_other():
    found = set()
    for _file, _line, message, _comments, _context in extract_from_dir(
        Path(texts.__file__).parent, keywords=KEYWORDS
    ):
        found.add((message, "") if isinstance(message, str) else tuple(message))

    assert found == sources(template())


def test_the_dutch_catalogue_is_complete():
    assert sources(dutch()) == sources(template())
    assert [entry.msgid for entry in dutch() if not entry.translated() or entry.fuzzy] == []


def test_dutch_sentences_have_the_placeholders_of_the_english_ones():
    for entry in dutch():
        pairs = [(entry.msgid, entry.msgstr)]
        if entry.msgid_plural:
            pairs = [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
        for english, translation in pairs:
            assert set(PLACEHOLDER.findall(translation)) == set(PLACEHOLDER.findall(english))


def test_sentences_of_click_are_really_its_own():
    source = "".join(
        inspect.getsource(module)
        for module in (
            click.core,
            click.decorators,
            click.exceptions,
            click.formatting,
            click.parser,
            click.types,
        )
    )
    for sentence in texts.CLICK_SENTENCES:
        for part in (sentence,) if isinstance(sentence, str) else sentence:
            assert f'"{part}"' in source


def test_the_language_of_the_computer_decides(desk, run):
    result = run("list", LANGUAGE="", LC_ALL="nl_NL.UTF-8")

    assert result.stdout == "Geen vragen gevonden.\n"
    assert desk.requests[0].headers["Accept-Language"] == "nl"


def test_a_chosen_language_goes_before_that_of_the_computer(desk, run):
    result = run("--lang", "en", "list", LANGUAGE="", LC_ALL="nl_NL.UTF-8")

    assert result.stdout == "No questions found.\n"
    assert desk.requests[0].headers["Accept-Language"] == "en"


def test_a_language_that_the_client_does_not_speak_becomes_english(desk, run):
    result = run("list", LANGUAGE="", LC_ALL="fr_FR.UTF-8")

    assert result.stdout == "No questions found.\n"
    assert desk.requests[0].headers["Accept-Language"] == "en"


def test_labels_come_in_the_chosen_language(desk, run):
    desk.questions.append(desk.question({"topic": "work", "language": "pl"}))

    assert re.search(r"Verwezen +Werk +Pools", run("--lang", "nl", "list").stdout)
    assert re.search(r"Referred +Work +Polish", run("list").stdout)


def test_help_is_translated_down_to_the_options(run):
    result = run("--lang", "nl", "log", "--help")

    assert "Registreer de vragen van één bezoek." in result.stdout
    assert "Verwacht verblijf." in result.stdout
    assert "Sluit een vraag af met de uitkomst." in run("--lang", "nl", "--help").stdout


def test_a_prompt_is_translated(run):
    result = run("--lang", "nl", "log", "--topic", "work", "--email", typed="asker@example.org\n")

    assert "E-mailadres: " in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--lang", "nl", "log", "--nothing"), "Fout: Er is geen optie '--nothing'."),
        (("--lang", "nl", "list", "--status", "x"), "'x' is geen van 'open'"),
    ],
)
def test_sentences_of_click_are_translated_too(environment, arguments, sentence):
    result = subprocess.run(
        [sys.executable, "-m", "servicebalie.client", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {name: value for name, value in environment.items() if value is not None},
    )

    assert result.returncode == 2
    assert sentence in result.stderr


def test_catalogues_inside_the_installed_package_go_before_those_of_the_source(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "_PACKAGE", tmp_path / "servicebalie")
    assert texts.catalogues() == tmp_path / "translations"

    (tmp_path / "servicebalie/_translations").mkdir(parents=True)
    assert texts.catalogues() == tmp_path / "servicebalie/_translations"


def test_the_catalogue_of_other_programs_is_left_alone():
    assert gettext.textdomain() != texts.DOMAIN


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (vocabulary.CHANNELS, core_vocabulary.Channel),
        (vocabulary.GROUPS, core_vocabulary.Group),
        (vocabulary.STAYS, core_vocabulary.Stay),
        (vocabulary.ARRIVALS, core_vocabulary.Arrival),
        (vocabulary.REGISTRATIONS, core_vocabulary.Registration),
        (vocabulary.STATUSES, core_vocabulary.Status),
        (vocabulary.OUTCOMES, core_vocabulary.Outcome),
        (vocabulary.UNMET_REASONS, core_vocabulary.UnmetReason),
        (vocabulary.REFERRAL_KINDS, core_vocabulary.ReferralKind),
        (vocabulary.REFERRAL_STATUSES, core_vocabulary.ReferralStatus),
        (vocabulary.RETURN_REASONS, core_vocabulary.ReturnReason),
        (vocabulary.MARKS, core_vocabulary.Mark),
        (vocabulary.AUTHORS, core_vocabulary.Author),
        (vocabulary.PERSONAL_NUMBERS, PersonalNumber),
    ],
)
def test_the_client_knows_the_same_codes_as_the_server(labels, codes):
    assert list(labels) == [code.value for code in codes]
