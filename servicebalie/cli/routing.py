"""`servicebalie routing`: the rules by which questions go elsewhere than their topic says."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import click

from servicebalie.cli.deployment import open_database, settings_of_environment
from servicebalie.cli.noting import note_command
from servicebalie.cli.sentences import counted, fault_sentence
from servicebalie.core.audit import AuditAction, RecordKind
from servicebalie.core.code_lists import CodeLists
from servicebalie.core.directory import Directory, Location
from servicebalie.core.errors import Fault
from servicebalie.core.opening import AMSTERDAM, Opening
from servicebalie.core.routing import RoutingFacts
from servicebalie.core.routing_check import RuleReport, check_reading
from servicebalie.core.routing_explanation import Candidate, Explanation, explain
from servicebalie.core.routing_rule_file import IN_FILE, Reading, parse_rule_file, write_rule_file
from servicebalie.core.vocabulary import Arrival, Channel, Group, Registration, Stay
from servicebalie.i18n.desk_words import reason_sentence
from servicebalie.services.desks import find_desk
from servicebalie.services.directory import read_directory
from servicebalie.services.referral_counts import referral_counts
from servicebalie.services.routing_rules import MAX_NOTE, list_versions, set_rules
from servicebalie.services.routing_trials import MOST_QUESTIONS, Trial, try_rules

C = TypeVar("C", bound=StrEnum)

desk_option = click.option("--desk", "slug", help="The short name of the desk, where there are several.")
file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def routing() -> None:
    """Decide by rules where questions go; docs/operating/routing.md explains them."""


@routing.command("show")
@click.option("--history", is_flag=True, help="Tell when the rules were changed instead.")
@desk_option
def show(history: bool, slug: str | None) -> None:
    """Write the rules in force, as a file that can be changed and set."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        desk = find_desk(session, slug or settings.desk)
        if history:
            for version in list_versions(session, desk.id, 100):
                note = f": {version.note}" if version.note else ""
                rules = counted(version.rules, "rule")
                click.echo(f"{version.version} {version.created_at:%Y-%m-%d} {rules}{note}")
            return
        directory = read_directory(session, desk.id)
    click.echo(f"# Version {directory.rules.version}")
    click.echo(write_rule_file(directory.rules.rules, directory), nl=False)


@routing.command("check")
@file_argument
@desk_option
def check(file: Path, slug: str | None) -> None:
    """Tell what is wrong with the rules of a file (TOML), and what is worth knowing; nothing is stored."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        directory = read_directory(session, find_desk(session, slug or settings.desk).id)
    reading = _accepted(file, directory)
    click.echo(f"{counted(len(reading.rules), 'rule')}, no faults.")


@routing.command("set")
@file_argument
@click.option("--note", help="Why, for colleagues.")
@desk_option
def set_command(file: Path, note: str | None, slug: str | None) -> None:
    """Put the rules of a file (TOML) in force; the former ones are kept."""
    if note is not None and not 1 <= len(note) <= MAX_NOTE:
        raise click.BadParameter(f"use at most {MAX_NOTE} characters", param_hint="--note")
    settings = settings_of_environment()
    with open_database(settings) as database, database.begin() as session:
        desk = find_desk(session, slug or settings.desk)
        directory = read_directory(session, desk.id)
        rules = _accepted(file, directory).rules
        version = set_rules(
            session, desk.id, rules, after=directory.rules.version, now=datetime.now(UTC), note=note
        )
        note_command(session, desk.id, AuditAction.RULES_CHANGED, RecordKind.RULES, version)
    click.echo(f"In force as version {version}: {counted(len(rules), 'rule')}.")


@routing.command("explain")
@click.option("--topic", help="The code of a topic.")
@click.option("--language", help="The language of the person.")
@click.option("--municipality", help="Where the person lives, such as GM0772.")
@click.option("--group", type=click.Choice([one.value for one in Group]), help="The newcomer group.")
@click.option(
    "--stay", type=click.Choice([one.value for one in Stay]), help="How long the person expects to stay."
)
@click.option(
    "--arrival", type=click.Choice([one.value for one in Arrival]), help="How long ago the person arrived."
)
@click.option(
    "--registration",
    type=click.Choice([one.value for one in Registration]),
    help="Where the person is registered.",
)
@click.option(
    "--channel", type=click.Choice([one.value for one in Channel]), help="How the question comes in."
)
@click.option("--consent/--no-consent", default=True, help="Whether the person agrees to a hand-over.")
@desk_option
def explain_command(
    *,
    topic: str | None,
    language: str | None,
    municipality: str | None,
    group: str | None,
    stay: str | None,
    arrival: str | None,
    registration: str | None,
    channel: str | None,
    consent: bool,
    slug: str | None,
) -> None:
    """Tell where a question would go at this moment, and why."""
    facts = RoutingFacts(
        topic=topic,
        language=language,
        municipality=municipality,
        group=_code(Group, group),
        stay=_code(Stay, stay),
        arrival=_code(Arrival, arrival),
        registration=_code(Registration, registration),
        channel=_code(Channel, channel),
        consents=consent,
    )
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        directory = read_directory(session, find_desk(session, slug or settings.desk).id)
        _refuse_unknown(facts, directory.code_lists)
        now = datetime.now(UTC)
        explanation = explain(facts, directory, now, referral_counts(session))
    for line in _explained(explanation, now):
        click.echo(line)


@routing.command("try")
@file_argument
@click.option(
    "--last",
    type=click.IntRange(1, MOST_QUESTIONS),
    default=1000,
    show_default=True,
    help="On how many of the newest questions.",
)
@desk_option
def try_command(file: Path, last: int, slug: str | None) -> None:
    """Tell which questions would have gone elsewhere by the rules of a file; nothing is stored."""
    settings = settings_of_environment()
    with open_database(settings) as database, database.read() as session:
        desk = find_desk(session, slug or settings.desk)
        directory = read_directory(session, desk.id)
        rules = _accepted(file, directory).rules
        trial = try_rules(session, desk.id, directory, rules, last=last, cleared=True)
    for line in _tried(trial):
        click.echo(line)


def _accepted(file: Path, directory: Directory) -> Reading:
    """Return the rules of a file and tell warnings; ends the command with all that is wrong with them."""
    try:
        content = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.BadParameter(f"{file} is not text in UTF-8") from None
    reading = parse_rule_file(content, directory)
    report = check_reading(reading, directory, datetime.now(UTC), as_topic=IN_FILE)
    _tell(report, reading.names)
    if report.faults:
        raise click.ClickException(f"These rules cannot be used: {counted(len(report.faults), 'fault')}.")
    return reading


def _tell(report: RuleReport, names: Sequence[str]) -> None:
    for fault in report.faults:
        click.echo(_told(fault, names), err=True)
    for warning in report.warnings:
        click.echo(f"Warning: {_told(warning, names)}", err=True)


def _told(fault: Fault, names: Sequence[str]) -> str:
    place = f"{_place(fault.pointer, names)}: " if fault.pointer else ""
    return f"{place}{fault_sentence(fault)}"


def _place(pointer: str, names: Sequence[str]) -> str:
    """Return which rule a pointer means, by its number from 1 and its name, and which field of it."""
    listed, *rest = pointer.removeprefix("/").split("/")
    if listed != "rules" or not rest:
        return pointer
    number, *field = rest
    name = names[int(number)]
    rule = f'rule {int(number) + 1} "{name}"' if name else f"rule {int(number) + 1}"
    # Of several values of a field it is told which one is meant, counted from 0 in the pointer.
    return ", ".join([rule, *(f"value {int(part) + 1}" if part.isdecimal() else part for part in field)])


def _code(codes: type[C], value: str | None) -> C | None:
    return None if value is None else codes(value)


def _refuse_unknown(facts: RoutingFacts, lists: CodeLists) -> None:
    for value, known, option in (
        (facts.topic, lists.topics, "--topic"),
        (facts.language, lists.languages, "--language"),
        (facts.municipality, lists.municipalities, "--municipality"),
    ):
        if value is not None and value not in known:
            raise click.BadParameter(f"{value} is not in the list", param_hint=option)


def _explained(explanation: Explanation, now: datetime) -> Iterator[str]:
    decision = explanation.decision
    kind = decision.kind or "kept at the desk"
    yield f"To {decision.service.full_name} ({decision.destination}, {kind}){_at(decision.location)}"
    yield f"Open: {_when(decision.opening, now)}"
    yield "Because:"
    for reason in decision.reasons:
        sentence = reason_sentence(reason)
        about = f" ({reason.value})" if reason.value and reason.value not in sentence else ""
        yield f"  {sentence}{about}"
    yield f"Rules, version {decision.rules_version}:"
    for looks in explanation.rules:
        for look in looks.rules:
            outcome = f"no, because of {look.failed}" if look.failed else "yes"
            yield f"  {look.rule}: {outcome} (topic {looks.topic or 'unknown'})"
    yield from _table_of(explanation.candidates, explanation.others, now)


def _table_of(candidates: Iterable[Candidate], others: int, now: datetime) -> Iterator[str]:
    yield "Places that were compared, the best first:"
    for number, one in enumerate(candidates, start=1):
        said = [
            "full" if one.full else "has room",
            "speaks the language" if one.speaks else "does not speak the language",
            one.distance.name.lower().replace("_", " "),
            f"open {_when(one.opening, now)}",
            *([] if one.load is None else [f"{one.load:.0%} in use"]),
        ]
        yield f"  {number}. {one.service.full_name}{_at(one.location)}: {', '.join(said)}"
    if others:
        yield f"  and {others} more"


def _tried(trial: Trial) -> Iterator[str]:
    yield f"Of {counted(trial.looked_at, 'question')}, {trial.moved} would have gone elsewhere."
    for move in trial.moves:
        former, new = (
            f"{service.full_name} ({service.destination})" for service in (move.from_service, move.to_service)
        )
        yield f"{move.count:6} from {former} to {new}"
    if trial.references:
        yield f"The newest of them: {' '.join(trial.references)}"


def _at(location: Location | None) -> str:
    return f", {location.street}, {location.city}" if location else ""


def _when(opening: Opening | None, now: datetime) -> str:
    if opening is None:
        return "by appointment"
    if opening.starts_at > now:
        return f"{opening.starts_at.astimezone(AMSTERDAM):from %Y-%m-%d %H:%M}"
    return f"now, until {opening.ends_at.astimezone(AMSTERDAM):%H:%M}" if opening.ends_at else "now"
