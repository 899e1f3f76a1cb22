"""Every sentence reaches every reader: catalogues are up to date, complete, and keep their placeholders."""

import gettext
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from scripts import catalogues
from scripts.catalogues import DOMAINS, ROOT
from servicebalie.i18n.catalogues import SOURCE, translations

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
CATALOGUES = [
    pytest.param(domain, file, id=f"{domain}-{file.parts[-3]}")
    for domain in DOMAINS
    for file in catalogues.catalogue_files(domain, ROOT)
]
COMPLETE = [
    pytest.param(domain, tag, id=f"{domain}-{tag}")
    for domain, locales in DOMAINS.items()
    for tag in locales
    if tag != SOURCE
]


def file_of(domain: str, tag: str) -> Path:
    """Return the catalogue of a domain in a locale of the registry."""
    return ROOT / "translations" / str(DOMAINS[domain][tag].babel) / "LC_MESSAGES" / f"{domain}.po"


def sentences(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def forms(words: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms of a sentence: one, or as many as it has plurals."""
    return (words,) if isinstance(words, str) else tuple(words)


def placeholder_faults(message: Message) -> list[str]:
    """Return the translations that name something unknown or leave out what no English form leaves out.

    A form for one number only may say the number in words, as the English singular may.
    """
    named = [set(PLACEHOLDER.findall(form)) for form in forms(message.id)]
    known, needed = set.union(*named), set.intersection(*named)
    translated = [form for form in forms(message.string) if form]
    return [form for form in translated if not needed <= set(PLACEHOLDER.findall(form)) <= known]


def test_no_template_or_catalogue_is_behind_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogues.main(["check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(("domain", "tag"), COMPLETE)
def test_a_catalogue_that_readers_can_choose_is_complete(domain: str, tag: str) -> None:
    catalogue = catalogues.read_catalogue(file_of(domain, tag))
    unfinished = [
        message.id
        for message in sentences(catalogue)
        if message.fuzzy or not message.string or not all(forms(message.string))
    ]
    assert unfinished == []


@pytest.mark.parametrize(("domain", "file"), CATALOGUES)
def test_every_plural_form_of_the_language_has_its_place(domain: str, file: Path) -> None:
    catalogue = catalogues.read_catalogue(file)
    plurals = [message for message in sentences(catalogue) if message.pluralizable]
    assert [m.id for m in plurals if len(forms(m.string)) != catalogue.num_plurals] == []


@pytest.mark.parametrize(("domain", "file"), CATALOGUES)
def test_translations_keep_the_placeholders(domain: str, file: Path) -> None:
    catalogue = catalogues.read_catalogue(file)
    assert [fault for message in sentences(catalogue) for fault in placeholder_faults(message)] == []


@pytest.mark.parametrize(
    ("english", "translation", "faulty"),
    [
        ("Hello %(name)s", "Cześć %(name)s", False),
        ("Hello %(name)s", "Cześć %(imie)s", True),
        ("Hello %(name)s", "Cześć", True),
        (("%(n)d day", "%(n)d days"), ("%(n)d dzień", "%(n)d dni", "dni"), True),
        (("one day", "%(n)d days"), ("jeden dzień", "%(n)d dni", "%(n)d dni"), False),
    ],
)
def test_a_lost_placeholder_is_noticed(
    english: str | tuple[str, ...], translation: str | tuple[str, ...], faulty: bool
) -> None:
    assert bool(placeholder_faults(Message(english, translation))) is faulty


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a code base of one sentence, on which the script works."""
    (tmp_path / "translations").mkdir()
    for domain in DOMAINS:
        shutil.copy(ROOT / "translations" / f"{domain}.cfg", tmp_path / "translations")
    say(tmp_path, "It rains.")
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    return tmp_path


def say(clone: Path, sentence: str) -> None:
    """Make this the only sentence for newcomers."""
    template = clone / "servicebalie" / "web" / "templates" / "newcomer" / "page.html"
    template.parent.mkdir(parents=True, exist_ok=True)
    template.write_text(f"{{# Translators: weather #}}{{{{ _('{sentence}') }}}}")


def translate(clone: Path, sentence: str, words: str) -> Path:
    """Give a sentence this translation into Polish, and return the catalogue."""
    polish = clone / "translations" / "pl" / "LC_MESSAGES" / "newcomer.po"
    entry = f'msgid "{sentence}"\nmsgstr "'
    polish.write_text(polish.read_text().replace(entry, entry + words))
    return polish


def test_a_new_sentence_makes_the_catalogues_stale_until_they_are_updated(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogues.main(["check"]) == 1
    assert "stale: translations/newcomer.pot" in capsys.readouterr().out
    assert catalogues.main(["update"]) == 0
    assert catalogues.main(["check"]) == 0


def test_an_update_keeps_translations_compiles_them_and_guesses_none(clone: Path) -> None:
    catalogues.main(["update"])
    polish = translate(clone, "It rains.", "Pada.")
    assert catalogues.main(["check"]) == 0
    catalogues.main(["update"])
    with polish.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("It rains.") == "Pada."
    say(clone, "It rains!")
    catalogues.main(["update"])
    assert "Pada." not in polish.read_text()
    assert "fuzzy" not in polish.read_text()


def test_translators_see_the_note_and_the_file_of_a_sentence(clone: Path) -> None:
    catalogues.main(["update"])
    template = (clone / "translations" / "newcomer.pot").read_text()
    assert "#. weather\n#: servicebalie/web/templates/newcomer/page.html\n" in template


def test_a_template_that_cannot_be_read_stops_the_update(clone: Path) -> None:
    say(clone, "It' rains.")
    with pytest.raises(Exception, match="expected token"):
        catalogues.main(["update"])


def test_english_is_the_language_of_the_code() -> None:
    assert translations("en", "newcomer").gettext("Good day,") == "Good day,"


def test_a_missing_catalogue_is_an_error_and_not_english() -> None:
    with pytest.raises(FileNotFoundError):
        translations("ti", "desk")


def test_the_directory_of_a_catalogue_is_named_as_babel_names_the_locale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(
        gettext, "translation", lambda _domain, _directory, languages: asked.append(languages)
    )
    translations.__wrapped__("zh-Hans", "newcomer")
    assert asked == [["zh_Hans"]]
