"""`servicebalie check`: what a deployment lacks, and what in it is weak."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

import click

from servicebalie.cli.check_services import check_services
from servicebalie.cli.check_settings import check_files, check_settings
from servicebalie.config import InvalidSetting, Settings
from servicebalie.core.deployment_check import Finding, Level, worst
from servicebalie.i18n.catalogues import translations
from servicebalie.i18n.check_words import MISSING, SENTENCES, SUMMARY, WEAK
from servicebalie.i18n.registry import DESK_LOCALES

Look = Callable[[Settings], Iterable[Finding]]
"""A look at what the deployment speaks to."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as a JSON object.")
@click.option(
    "--language",
    type=click.Choice(list(DESK_LOCALES)),
    help="The language of the sentences; without it that of the environment (LANG), or English.",
)
@click.pass_obj
def check(looks: Sequence[Look], as_json: bool, language: str | None) -> None:
    """Tell what this deployment lacks and what in it is weak, each with what to do about it.

    Ends with 0 when all is right, with 1 when something is weak, with 2 when something is missing. Looks at
    settings, files, the database, the mail server, the translator, the worker and the desk, and changes
    nothing.
    """
    # A worker speaks to the translator, and no command knows workers: so the looks of others are handed in.
    findings = _look(os.environ, (check_services, *looks))
    if as_json:
        click.echo(json.dumps([_as_json(finding) for finding in findings], indent=2))
    else:
        _tell(findings, language or _language_of(os.environ))
    sys.exit(worst(findings))


def _look(environment: Mapping[str, str], looks: Sequence[Look]) -> list[Finding]:
    try:
        settings = Settings.from_env(environment)
    except InvalidSetting as refusal:
        return [Finding("setting", Level.MISSING, refusal.params)]
    return [
        *check_settings(settings, environment),
        *check_files(settings, environment),
        *(finding for look in looks for finding in look(settings)),
    ]


def _tell(findings: Sequence[Finding], language: str) -> None:
    said = translations(language, "desk").gettext
    names = {Level.WEAK: said(WEAK), Level.MISSING: said(MISSING)}
    for finding in sorted(findings, key=lambda one: -one.level):
        if finding.level is not Level.RIGHT:
            click.echo(f"{names[finding.level]}: {said(SENTENCES[finding.code]) % finding.params}")
    counts = {level.name.lower(): sum(one.level is level for one in findings) for level in Level}
    click.echo(said(SUMMARY) % counts)


def _as_json(finding: Finding) -> dict[str, object]:
    return {"code": finding.code, "level": finding.level.name.lower(), "params": dict(finding.params)}


def _language_of(environment: Mapping[str, str]) -> str:
    wanted = (environment.get("LC_ALL") or environment.get("LANG") or "").partition("_")[0]
    return wanted if wanted in DESK_LOCALES else "en"
