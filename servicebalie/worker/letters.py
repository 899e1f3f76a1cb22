"""What a mail says, in the language of its reader."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from servicebalie.i18n.catalogues import translations
from servicebalie.i18n.registry import DEFAULT, DESK_LOCALES, NEWCOMER_LOCALES, Locale


class Audience(StrEnum):
    """Who reads a letter; the value is the directory of its templates."""

    NEWCOMER = "newcomer"
    PARTNER = "partner"
    STAFF = "staff"


_DOMAINS = {Audience.NEWCOMER: "newcomer", Audience.PARTNER: "desk", Audience.STAFF: "desk"}
_LOCALES = {
    Audience.NEWCOMER: NEWCOMER_LOCALES,
    Audience.PARTNER: DESK_LOCALES,
    Audience.STAFF: DESK_LOCALES,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in one language, as plain text and as the same in HTML."""

    locale: Locale
    subject: str
    text: str
    html: str


def letter_locale(audience: Audience, tag: str) -> Locale:
    """Return the locale in which to write to somebody who reads `tag`: that one if we write it."""
    locales = _LOCALES[audience]
    return locales.get(tag) or locales[DEFAULT]


def write_letter(audience: Audience, template: str, locale: Locale, *, link: str, **facts: str) -> Letter:
    """Fill in a template, `mails/<audience>/<template>.txt`.

    Its first paragraph is the subject. `link` is an address that stands in a paragraph of its own.
    """
    environment = _environment(locale.tag, _DOMAINS[audience])
    written = environment.get_template(f"{audience}/{template}.txt").render(link=link, **facts)
    subject, *paragraphs = written.strip().split("\n\n")
    html = environment.get_template("letter.html").render(
        locale=locale, subject=subject, paragraphs=paragraphs, link=link
    )
    return Letter(locale, subject, "\n\n".join(paragraphs) + "\n", html)


def as_mail(
    letter: Letter,
    *,
    sender: Address,
    recipient: Address,
    reply_to: Address | None,
    message_id: str,
    now: datetime,
) -> EmailMessage:
    """Return the letter as a mail; the same `message_id` marks a repetition as one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = recipient
    if reply_to:
        mail["Reply-To"] = reply_to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    # Asks programs that answer mail by themselves not to answer this one (RFC 3834, 5).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    # Set before the second form was added, it would now speak of the first form only.
    mail["Content-Language"] = letter.locale.tag
    return mail


def mail_address(email: str, name: str = "") -> Address:
    """Return an e-mail address for a header, its domain as mail servers know it (IDNA).

    Raises `ValueError` for a text that is no address.
    """
    local, _, domain = email.rpartition("@")
    if not (local and domain):
        raise ValueError("an e-mail address has two parts")
    return Address(name, local, domain.encode("idna").decode())


@cache
def _environment(locale_tag: str, domain: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("servicebalie.worker", "mails"),
        autoescape=select_autoescape(),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
    )
    install = environment.install_gettext_translations  # type: ignore[attr-defined]  # the extension adds it
    install(translations(locale_tag, domain), newstyle=True)
    return environment
