"""What is fuzzed: every reader of what comes from outside, with what must hold whatever comes.

A target gets any bytes. It refuses them as the product does, or reads them and checks what it read; anything
else that is raised is a finding.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from servicebalie.api.cursors import make_cursor, read_cursor
from servicebalie.core.answer_file import parse_answer_file, write_answer_file
from servicebalie.core.directory import Directory, Schedule
from servicebalie.core.directory_checks import faults_of_entries
from servicebalie.core.directory_files import Format, read_directory_file, write_directory
from servicebalie.core.errors import (
    Fault,
    InvalidInput,
    InvalidOpeningHours,
    InvalidReference,
    InvalidReturnCode,
)
from servicebalie.core.holiday_hours import need_school_holidays, with_days
from servicebalie.core.openid import InvalidRoleRules, parse_role_rules
from servicebalie.core.opening import check_opening_hours, is_open, next_opening, openings_within
from servicebalie.core.origins import origin_of, parse_network
from servicebalie.core.partner_file import parse_partner_file
from servicebalie.core.personal_numbers import MASK, find_personal_numbers, mask_personal_numbers
from servicebalie.core.reference_codes import (
    decode_visit,
    encode_visit,
    normalise_reference,
    normalise_return_code,
)
from servicebalie.core.routing_check import check_rules
from servicebalie.core.routing_rule_file import Reading, parse_rule_file, read_rules, write_rule_file
from servicebalie.core.theme import InvalidTheme, UnreadableColours
from servicebalie.core.theme_file import parse_theme_file
from servicebalie.core.vocabulary import Role
from servicebalie.core.weekly_hours import weekly_rules
from servicebalie.i18n.desk_words import FAULTS
from servicebalie.i18n.registry import DESK_LOCALES, LOCALES, NEWCOMER_LOCALES, negotiate
from servicebalie.services.code_lists import shipped_code_lists
from servicebalie.services.demo import demo_partners
from tests.fuzz.served import bodies

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
PROXIES = (parse_network("10.0.0.0/8"), parse_network("fd00::/8"))

Target = Callable[[bytes], None]


def cursor(sent: bytes) -> None:
    """A cursor is refused, or says where a page begins."""
    try:
        key = read_cursor(_text(sent))
    except InvalidInput as refusal:
        _sayable(refusal.faults)
        return
    assert read_cursor(make_cursor(key)) == key


def return_code(sent: bytes) -> None:
    """A return code is eighteen plain digits however it was typed; references are letters and digits."""
    typed = _text(sent)
    try:
        code = normalise_return_code(typed)
        assert len(code) == 18
        assert code.isascii()
        assert normalise_return_code(code) == code
    except InvalidReturnCode:
        pass
    try:
        reference = normalise_reference(typed)
        assert reference.isascii()
        assert normalise_reference(reference) == reference
    except InvalidReference:
        pass
    try:
        visit = decode_visit(typed)
        assert decode_visit(encode_visit(visit)) == visit
    except InvalidReference:
        pass


def accept_language(sent: bytes) -> None:
    """Whatever somebody would like to read, the answer is in one of the languages that there are."""
    header = sent.decode("latin-1")
    for offered in (LOCALES, NEWCOMER_LOCALES, DESK_LOCALES):
        assert negotiate(header, offered) in offered


def forwarded_for(sent: bytes) -> None:
    """Where a request comes from can always be told, and is never longer than an address."""
    header = sent.decode("latin-1")
    for peer in ("10.1.2.3", "203.0.113.7", None):
        origin = origin_of(peer, header, PROXIES)
        assert len(origin.address) < 50
        assert origin_of(peer, header, ()) == origin_of(peer, None, ())


def personal_numbers(sent: bytes) -> None:
    """What is found lies in the text, nothing twice, and masking hides it and changes nothing but signs."""
    text = _text(sent)
    found = find_personal_numbers(text)
    (masked,) = mask_personal_numbers(text)
    assert len(masked) == len(text)
    end = 0
    for one in found:
        assert end <= one.start < one.end <= len(text)
        assert not any(map(str.isalnum, masked[one.start : one.end]))
        end = one.end
    for before, after in zip(text, masked, strict=True):
        assert before == after or (after == MASK and found)


def opening_hours(sent: bytes) -> None:
    """Hours are refused, or say when something opens; also hours that were stored unseen."""
    text = _text(sent)
    schedules = [Schedule(text)]
    opening = next_opening(schedules, NOW)
    assert is_open(schedules, NOW) == (opening is not None and opening.starts_at <= NOW)
    assert opening is None or opening.ends_at is None or opening.starts_at < opening.ends_at
    weekly_rules(text)
    try:
        check_opening_hours(text)
    except InvalidOpeningHours:
        return
    dated = with_days(text, [(NOW.date(), NOW.date())])
    assert not need_school_holidays(dated)
    if dated:
        check_opening_hours(dated)
    for each in openings_within(schedules, NOW, timedelta(days=14)):
        assert each.starts_at < NOW + timedelta(days=14)


def directory_csv(sent: bytes) -> None:
    """A sheet is refused with words for all that is wrong, or survives going out and in."""
    _directory(sent, Format.CSV)


def directory_json(sent: bytes) -> None:
    """HSDS is refused with words for all that is wrong, or survives going out and in."""
    _directory(sent, Format.JSON)


def routing_rules(sent: bytes) -> None:
    """Rules, in a file or as JSON, are refused with words, or can be checked, written and read again."""
    directory = _directory_of_demo()
    readings = [parse_rule_file(_text(sent), directory)]
    try:
        document = json.loads(sent)
    except (ValueError, RecursionError):
        pass
    else:
        readings.append(read_rules(document, directory))
    for reading in readings:
        _check_rules(reading, directory)


def partner_file(sent: bytes) -> None:
    """The file of a desk is read, or refused with one of the errors that its reader promises."""
    try:
        file = parse_partner_file(_text(sent))
    except (ValueError, KeyError):
        return
    assert file.counter.name
    for organisation in file.organisations:
        assert all(service.destination is organisation.kind for service in organisation.services)


def answer_file(sent: bytes) -> None:
    """Standard answers are refused with words, or survive going out and in."""
    topics = shipped_code_lists().topics
    try:
        answers = parse_answer_file(_text(sent), topics, LOCALES)
    except InvalidInput as refusal:
        _sayable(refusal.faults)
        return
    assert parse_answer_file(write_answer_file(answers), topics, LOCALES) == answers


def theme_file(sent: bytes) -> None:
    """A theme is refused, or read."""
    try:
        parse_theme_file(_text(sent))
    except (InvalidTheme, UnreadableColours):
        return


def role_rules(sent: bytes) -> None:
    """The roles of who signs in elsewhere are refused, or every one of them is a role with a value."""
    try:
        rules = parse_role_rules(_text(sent))
    except InvalidRoleRules:
        return
    assert rules
    assert all(rule.value and rule.role in Role for rule in rules)


TARGETS: Mapping[str, Target] = {
    "accept-language": accept_language,
    "answer-file": answer_file,
    "bodies": bodies,
    "cursor": cursor,
    "directory-csv": directory_csv,
    "directory-json": directory_json,
    "forwarded-for": forwarded_for,
    "opening-hours": opening_hours,
    "partner-file": partner_file,
    "personal-numbers": personal_numbers,
    "return-code": return_code,
    "role-rules": role_rules,
    "routing-rules": routing_rules,
    "theme-file": theme_file,
}


def _text(sent: bytes) -> str:
    """Return text with everything in it that JSON can bring, lone surrogates included."""
    try:
        return sent.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError:
        return sent.decode("utf-8", errors="replace")


def _sayable(faults: Iterable[Fault]) -> None:
    """Fail where there are no words for a fault, or where they need what the fault does not know."""
    for fault in faults:
        assert FAULTS[fault.code] % fault.params


def _directory(sent: bytes, form: Format) -> None:
    lists = shipped_code_lists()
    entries, faults = read_directory_file(sent, lists, form)
    faults += faults_of_entries(entries, date(2026, 11, 3)) if not faults else []
    _sayable(faults)
    if faults or not all(_has_uids(entry) for entry in entries):
        return
    for other in Format:
        again, found = read_directory_file(write_directory(entries, lists, other), lists, other)
        assert (again, found) == (entries, []), other


def _has_uids(entry: object) -> bool:
    return "uid=None" not in repr(entry)


def _check_rules(reading: Reading, directory: Directory) -> None:
    _sayable(reading.faults)
    if reading.faults:
        return
    _sayable(check_rules(reading.rules, directory, NOW).faults)
    written = write_rule_file(reading.rules, directory)
    assert parse_rule_file(written, directory) == reading


@cache
def _directory_of_demo() -> Directory:
    file = demo_partners()
    listed = enumerate((each for one in file.organisations for each in one.services), start=1)
    services = {number: replace(service, id=number) for number, service in listed}
    return Directory(1, file.counter, services, shipped_code_lists())
