"""The client's own sentences: written in English, translated by the catalogue `client`."""

import gettext
import os
from pathlib import Path

DOMAIN = "client"
LANGUAGES = ("nl", "en")

_PACKAGE = Path(__file__).parents[1]


def catalogues() -> Path:
    """Give the directory of the catalogues: inside an installed package, else at the top of the source."""
    packaged = _PACKAGE / "_translations"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "translations"


gettext.bindtextdomain(DOMAIN, str(catalogues()))


def _(message: str) -> str:
    """Translate a sentence into the language of the user."""
    return gettext.dgettext(DOMAIN, message)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a sentence with a number in it."""
    return gettext.dngettext(DOMAIN, one, many, count)


def mark(message: str) -> str:
    """Mark a sentence for translation where it is written; `_` translates it where it is shown."""
    return message


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence with a number in it for translation where it is written."""
    return one, many


def use_language(language: str) -> None:
    """Let `language` go before LANG and its relatives in this process."""
    os.environ["LANGUAGE"] = language


def current_language() -> str:
    """Give the language in which sentences come out: of the catalogue in use, else English."""
    found = gettext.find(DOMAIN, str(catalogues()))
    return Path(found).parts[-3] if found else "en"


# click looks its own sentences up in the text domain of the process, which `main` sets to ours.
CLICK_SENTENCES = (
    mark("Usage:"),
    mark("Options"),
    mark("Positional arguments"),
    mark("Commands"),
    mark("Show this message and exit."),
    mark("Error: {message}"),
    mark("Aborted!"),
    mark("Try '{command} {option}' for help."),
    mark("Missing option"),
    mark("Missing argument"),
    mark("Missing command."),
    mark("Invalid value: {message}"),
    mark("Invalid value for {param_hint}: {message}"),
    mark("No such command {name!r}."),
    mark("No such option {name!r}."),
    mark_plural("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    mark_plural("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
