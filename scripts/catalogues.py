"""Keeps the message catalogues equal to the sentences in the code.

    python -m scripts.catalogues update    collect the sentences, bring every catalogue up to date, compile
    python -m scripts.catalogues check     name what `update` would change; fails if there is any

A domain is the words for one kind of reader; `translations/<domain>.cfg` says where they are. English is the
language of the code and has no catalogue. `client` has a template of its own, see its first lines.
"""

import argparse
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from servicebalie.i18n.catalogues import SOURCE
from servicebalie.i18n.registry import DESK_LOCALES, NEWCOMER_LOCALES, Locale

ROOT = Path(__file__).resolve().parent.parent
DOMAINS: Mapping[str, Mapping[str, Locale]] = {"newcomer": NEWCOMER_LOCALES, "desk": DESK_LOCALES}
"""The domains, each with the locales in which it must be complete."""

NOTE_TO_TRANSLATORS = "Translators:"


def main(arguments: Sequence[str]) -> int:
    """Run as `python -m scripts.catalogues` with these arguments and return the exit status."""
    parser = argparse.ArgumentParser("python -m scripts.catalogues")
    parser.add_argument("action", choices=("update", "check"))
    action = parser.parse_args(arguments).action
    stale = {file: text for file, text in wanted_files(ROOT).items() if _read(file) != text}
    if action == "check":
        for file in stale:
            print(f"stale: {file.relative_to(ROOT)} (run: python -m scripts.catalogues update)")
        return 1 if stale else 0
    for file, text in stale.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        print(f"updated: {file.relative_to(ROOT)}")
    compile_catalogues(ROOT)
    return 0


def wanted_files(root: Path) -> dict[Path, str]:
    """Return what each template and catalogue under `root` must hold, given the sentences there now.

    Translations are kept by their exact sentence; those whose sentence is gone are dropped, and nothing
    is guessed from a similar one.
    """
    wanted = {}
    for domain in DOMAINS:
        template = collect(domain, root)
        wanted[template_file(domain, root)] = as_text(template)
        for file in catalogue_files(domain, root):
            catalogue = read_catalogue(file)
            catalogue.update(template, no_fuzzy_matching=True)
            wanted[file] = as_text(catalogue)
    return wanted


def collect(domain: str, root: Path) -> Catalog:
    """Return the sentences of a domain with the files they are in and the notes to translators."""
    with (root / "translations" / f"{domain}.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]  # Babel has no type for it
    template = Catalog()
    for file, _line, sentence, notes, context in extract_from_dir(
        root, methods, options, comment_tags=(NOTE_TO_TRANSLATORS,), strip_comment_tags=True
    ):
        template.add(sentence, None, [(file, 0)], auto_comments=notes, context=context)
    return template


def template_file(domain: str, root: Path) -> Path:
    """Return where the sentences of a domain are kept for translators."""
    return root / "translations" / f"{domain}.pot"


def catalogue_files(domain: str, root: Path) -> list[Path]:
    """Return the catalogues of a domain: of the locales that need one, and of those in preparation."""
    translations = root / "translations"
    directories = {str(locale.babel) for tag, locale in DOMAINS[domain].items() if tag != SOURCE}
    needed = {translations / name / "LC_MESSAGES" / f"{domain}.po" for name in directories}
    return sorted(needed | set(translations.glob(f"*/LC_MESSAGES/{domain}.po")))


def read_catalogue(file: Path) -> Catalog:
    """Return a catalogue, empty where the file does not exist; `file` tells the locale."""
    return read_po(io.StringIO(_read(file)), locale=file.parts[-3])


def as_text(catalogue: Catalog) -> str:
    """Return a catalogue as the text of its file: sorted, without dates, names and line numbers."""
    written = io.BytesIO()
    write_po(
        written,
        catalogue,
        width=110,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    return "\n".join([*_header(catalogue), "", written.getvalue().decode()])


def compile_catalogues(root: Path) -> None:
    """Write the binary form of every catalogue beside it, that of `client` included."""
    for file in root.glob("translations/*/LC_MESSAGES/*.po"):
        with file.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_catalogue(file))


def _header(catalogue: Catalog) -> Iterator[str]:
    yield 'msgid ""'
    yield 'msgstr ""'
    yield r'"Project-Id-Version: servicebalie\n"'
    if catalogue.locale:
        yield rf'"Language: {catalogue.locale}\n"'
        yield rf'"Plural-Forms: {catalogue.plural_forms}\n"'
    yield r'"MIME-Version: 1.0\n"'
    yield r'"Content-Type: text/plain; charset=utf-8\n"'
    yield r'"Content-Transfer-Encoding: 8bit\n"'


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
