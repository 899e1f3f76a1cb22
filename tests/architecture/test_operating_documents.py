"""The documents lead to pages, headings, settings and commands that are there, and name all there are."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from scripts.bootstrap import UV_VERSION
from servicebalie.__main__ import servicebalie
from servicebalie.client.__main__ import balie
from servicebalie.config import Settings
from servicebalie.core.audit import AuditAction
from servicebalie.core.openid import parse_role_rules
from servicebalie.core.scopes import Scope
from servicebalie.core.theme_file import parse_theme_file

ROOT = Path(__file__).resolve().parents[2]
OPERATING = [ROOT / "README.md", ROOT / "docs/translating.md", *sorted(ROOT.glob("docs/operating/*.md"))]
DOCUMENTS = sorted(
    {*OPERATING, *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "benchmarks/README.md"}
)

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
VARIABLE = re.compile(r"\bSERVICEBALIE_[A-Z_]*[A-Z]\b")
IN_TEXT = re.compile(r"`((?:servicebalie|balie) [^`]+)`")
IN_BLOCK = re.compile(
    r"^ {4}(?:\$ )?(?:docker-compose (?:exec|run)(?: -\S+)* \w+ )?(?:\.venv/bin/)?"
    r"((?:servicebalie|balie) .+)$",
    re.MULTILINE,
)
OF_COMPOSE_ONLY = {"SERVICEBALIE_PORT"}
"""What docker-compose.yml reads itself."""

PROGRAMS: dict[str, click.Group] = {"servicebalie": servicebalie, "balie": balie}


class Watched(dict[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


def example(page: str, language: str) -> str:
    """Return the first example of a file in a page for operators."""
    text = (ROOT / "docs/operating" / page).read_text(encoding="utf-8")
    return text.split(f"```{language}\n")[1].split("```")[0]


def anchors(document: Path) -> set[str]:
    """Return what a link to a heading of a document may say after `#`."""
    headings = HEADING.findall(FENCED.sub("", document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def read_variables(folder: Path) -> set[str]:
    """Return the variables that the settings are read from."""
    rules = folder / "roles.toml"
    rules.write_text('[[rule]]\nvalue = "desk"\nrole = "desk"\n', encoding="utf-8")
    databases = ("DATABASE_URL", "PUBLISHED_DATABASE_URL", "OWNER_DATABASE_URL")
    elsewhere = ("OIDC_ISSUER", "PUBLIC_ADDRESS", "TRANSLATION_URL")
    named = {
        **dict.fromkeys(databases, "postgresql://desk@database/servicebalie"),
        **dict.fromkeys(elsewhere, "https://desk.example.org"),
        "OIDC_ROLES_FILE": str(rules),
        "OIDC_CLIENT_ID": "desk",
        "OIDC_CLIENT_SECRET": "secret",
        "SECRET": "0123456789abcdef" * 4,
        "MASTER_KEY": "00" * 32,
    }
    environment = Watched({f"SERVICEBALIE_{name}": value for name, value in named.items()})
    Settings.from_env(environment)
    # What is named by a file instead is not looked for where the thing itself stands.
    found = {name for name in environment.asked if name.startswith("SERVICEBALIE_")} | set(environment)
    return found | {"SERVICEBALIE_SECRET_FILE"}


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command of the documents with the name of its document."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for command in (*IN_TEXT.findall(" ".join(text.split("\n"))), *IN_BLOCK.findall(text)):
            # Behind two spaces a block says what the command is for.
            yield str(document.relative_to(ROOT)), re.split(r" {2,}| [|>]|…", command)[0]


def fault_of(command: str) -> str | None:
    """Return what is wrong with a command as it is written, or None."""
    program, *words = shlex.split(command, comments=True)
    found: click.Command = PROGRAMS[program]
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        names = words.pop(0).split("|")
        missing = [name for name in names if name not in found.commands]
        if missing:
            return f"no command {missing}"
        if len(names) > 1:
            return None
        found = found.commands[names[0]]
    options = {name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)}
    unknown = {word.partition("=")[0] for word in words if word.startswith("--")} - options - {"--help"}
    return f"no option {sorted(unknown)}" if unknown else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_page_and_a_heading(document: Path) -> None:
    wrong = []
    for name, heading in LINK.findall(FENCED.sub("", document.read_text(encoding="utf-8"))):
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (heading and heading not in anchors(target)):
            wrong.append(f"{name}#{heading}")
    assert wrong == []


def test_every_setting_is_in_the_pages_for_operators_and_no_other(tmp_path: Path) -> None:
    told = {name for page in OPERATING for name in VARIABLE.findall(page.read_text(encoding="utf-8"))}
    assert told == read_variables(tmp_path) | OF_COMPOSE_ONLY


def test_the_compose_file_gives_settings_that_there_are(tmp_path: Path) -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(VARIABLE.findall(compose)) <= read_variables(tmp_path) | OF_COMPOSE_ONLY


def test_every_command_in_the_documents_is_there_with_its_options() -> None:
    found = list(commands())
    assert len(found) > 100
    assert [(*each, fault) for each in found if (fault := fault_of(each[1]))] == []


def test_the_pages_name_every_action_of_the_audit_trail_and_every_scope() -> None:
    audit = (ROOT / "docs/operating/audit.md").read_text(encoding="utf-8")
    tokens = (ROOT / "docs/operating/tokens.md").read_text(encoding="utf-8")
    assert [action for action in AuditAction if f"`{action}`" not in audit] == []
    assert [scope for scope in Scope if f"`{scope}`" not in tokens] == []


def test_the_examples_of_files_are_read_as_they_stand() -> None:
    assert parse_theme_file(example("theme.md", "toml")).logo == "logo.svg"
    assert len(parse_role_rules(example("signing-in.md", "toml"))) == 3
    override = yaml.safe_load(example("containers.md", "yaml"))
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert set(override["services"]) <= set(compose["services"])
    for service in override["services"].values():
        assert set(service["secrets"]) <= set(override["secrets"])
        shown = [value for value in service["environment"].values() if value.startswith("/run/secrets/")]
        assert shown == [f"/run/secrets/{name}" for name in service["secrets"]]


def test_a_machine_without_containers_installs_with_the_same_uv() -> None:
    page = (ROOT / "docs/operating/running.md").read_text(encoding="utf-8")
    assert re.findall(r"uv==(\S+)", page) == [UV_VERSION]
