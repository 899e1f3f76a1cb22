"""Searches what is left of a year for all that somebody wrote or left: the database, its files, the logs.

    python -m scripts.leaks [--persons 300] [--only sqlite|postgresql]

A simulated desk lives its year (`servicebalie demo`); after that people with names, addresses and numbers
come by the API, partners answer, mails go out and commands look after it all. What was entered is noted
where it is entered. Ends with status 1 when any of it stands anywhere in the open: in a dump, in the files
with their journals, or in what the server, the worker and the commands wrote. Names of staff and partners are
not looked for: the desk keeps these to show them.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click
import psycopg
import requests
from sqlalchemy import make_url

from api_tests.server import SECRET, RunningServer
from scripts.system_packages import require_postgresql
from servicebalie.cli.demo import first_month
from servicebalie.core.sealing import Sealed
from servicebalie.core.simulation import Period, simulate
from servicebalie.db import Database
from servicebalie.services.demo import demo_population
from servicebalie.services.demo_questions import WHY_ANOTHER
from servicebalie.services.demo_states import ADDRESSES
from tests.support.network import free_port
from tests.support.postgres_server import PostgresServer
from tests.support.sealed import opened

ROOT = Path(__file__).resolve().parent.parent
SEED, LAST = 1, date(2026, 11, 25)
IN_THE_OPEN = "Bibliotheek Eindhoven"
"""What is no secret and is in every database: a partner of the desk."""
LEAST = 10
"""How many bytes a text must have: shorter ones also stand in the names of topics and services."""

AROUND = 40
"""How many bytes before and after what was found are shown."""

VISITORS = 100
FIRST_NAMES = ("Ankica", "Bogdanka", "Chidiebere", "Dilnoza", "Eskinder", "Farkhunda", "Giedrius", "Hrisanti")
LAST_NAMES = ("Achterberg-Nowak", "Wolkenstein", "Oyelowo-Smit", "Kaczmarczyk", "Szentgyörgyi", "Tesfamariam")


@dataclass(slots=True)
class Lived:
    """A desk that lived: where its database and its logs are, and what was entered, in clear."""

    url: str
    files: Path
    logs: Path
    entered: set[str] = field(default_factory=set)

    def command(self, *arguments: str) -> None:
        """Run a command of servicebalie; what it writes is kept as a log. Raises CalledProcessError."""
        with (self.logs / f"{arguments[0]}.log").open("ab") as log:
            subprocess.run(
                [sys.executable, "-m", "servicebalie", *arguments],
                cwd=ROOT,
                env={**os.environ, **self._settings},
                stdout=log,
                stderr=log,
                check=True,
            )

    @property
    def _settings(self) -> dict[str, str]:
        return {
            "SERVICEBALIE_DATABASE_URL": self.url,
            "SERVICEBALIE_SECRET": SECRET,
            "SERVICEBALIE_MASTER_KEY": "6d" * 32,
            "SERVICEBALIE_PUBLIC_ADDRESS": "https://desk.example",
            "SERVICEBALIE_MAIL_URL": f"directory:{self.logs.parent / 'mails'}",
            "SERVICEBALIE_MAIL_FROM": "desk@desk.example",
        }


@click.command()
@click.option("--persons", type=click.IntRange(1), default=300, show_default=True, help="Visitors a month.")
@click.option("--only", type=click.Choice(["sqlite", "postgresql"]))
def main(persons: int, only: str | None) -> None:
    """Live a year on each database, search what is left, and tell what was found."""
    leaked = False
    for system in [only] if only else ["sqlite", "postgresql"]:
        with _database(system) as lived:
            live(lived, persons)
            size, found = search(lived, dump(lived))
        texts = searched_for(lived.entered)
        print(
            f"{system}: {len(lived.entered)} texts entered, {len(texts)} lines of {LEAST} bytes or more "
            f"searched for in {size:,} bytes: {len(found)} found"
        )
        for text, place in sorted(found.items()):
            print(f"  {text!r} in {place}")
        leaked = leaked or bool(found)
    sys.exit(leaked)


@contextmanager
def _database(system: str) -> Iterator[Lived]:
    with tempfile.TemporaryDirectory(prefix="servicebalie-leaks-") as directory:
        logs, files = Path(directory, "logs"), Path(directory, "files")
        for each in (logs, files):
            each.mkdir()
        if system == "sqlite":
            yield Lived(f"sqlite:///{files / 'desk.sqlite'}", files, logs)
            return
        # A durable server writes whole pages to its journal, as in production.
        with PostgresServer(durable=True) as server:
            yield Lived(server.url(), server.directory, logs)


def live(lived: Lived, persons: int) -> None:
    """Let the year pass and people come by, and note what they enter."""
    tokens = lived.logs.parent / "tokens.json"
    lived.command("migrate")
    lived.command(
        *("demo", "--seed", str(SEED), "--persons", str(persons), "--until", LAST.isoformat()),
        *("--tokens-file", str(tokens)),
    )
    lived.entered |= entered_by_demo(persons)
    with RunningServer(lived.url, free_port(), lived.logs / "server.log") as server:
        people = People(server.address, json.loads(tokens.read_text(encoding="utf-8")), lived.entered)
        for number in range(VISITORS):
            people.come(number)
        if people.answers[True] < 6 * VISITORS:
            raise RuntimeError(f"too little was done with what people entered: {people.answers}")
    for arguments in (("worker", "--once"), ("check",), ("audit", "verify"), ("status",)):
        try:
            lived.command(*arguments)
        except subprocess.CalledProcessError:
            if arguments != ("check",):  # which finds much to say about a desk in a temporary directory
                raise
    unknown = sealed_texts(lived.url) - lived.entered
    if unknown:
        raise RuntimeError(f"{len(unknown)} texts were entered without being noted: {sorted(unknown)[:3]}")


def entered_by_demo(persons: int) -> set[str]:
    """Return what simulated people and partners write and leave, drawn anew as `servicebalie demo` does."""
    population = demo_population()
    period = Period(first_month(LAST).starts_at.date(), LAST, persons)
    visits = simulate(population, period, random.Random(SEED).random)  # noqa: S311 - nothing secret
    questions = [question for visit in visits for question in visit.questions]
    texts = {question.text for question in questions if question.text}
    texts |= {message.text for question in questions for message in question.messages}
    # Whatever was said may have been translated.
    texts |= {text for by_language in population.parallel for text in by_language.values()}
    left = {f"person-{visit.person}@example.org" for visit in visits if visit.leaves_email}
    return texts | left | ADDRESSES | {WHY_ANOTHER}


class People:
    """People with names who come to the desk, and the partners who answer them, over HTTP."""

    def __init__(self, address: str, tokens: dict[str, str], entered: set[str]) -> None:
        self._address = f"{address}/api/v1"
        self._tokens = tokens
        self._entered = entered
        self.answers: Counter[bool] = Counter()

    def come(self, number: int) -> None:
        """Let somebody come, and everybody do what they can with the question."""
        first = FIRST_NAMES[number % len(FIRST_NAMES)]
        last = LAST_NAMES[number % len(LAST_NAMES)]
        email, phone = f"{first}.{number}.bewoner@example.com".lower(), f"+316{40_000_000 + 317_811 * number}"
        self._entered |= {first, last, email, phone, f"0{phone[3:]}", phone[1:]}
        text = self._written(f'{first} {last}, kamer {number}: "mijn baas\nheeft mijn pas" – šta sad?')
        body = {"topic": "dutch-course", "municipality": "GM0772", "consent": True, "text": text}
        contact = {"email": email, "phone": phone, "followUp": True}
        question = self._send("desk", "POST", "/questions", {**body, "contact": contact})
        said = self._written(f"Beste {first}, kom op {number}")
        self._send("desk", "POST", f"/questions/{question['reference']}/messages", {"text": said})
        for searched in ({"email": email}, {"phone": phone}):
            self._send("desk", "POST", "/visits/search", searched)
        referral = f"/referrals/{question['referrals'][0]['reference']}"
        for act, what in (("accept", "note"), ("answer", "text"), ("ask-back", "text")):
            said = self._written(f"{act}: {last} belt {number} keer")
            self._send("partner", "POST", f"{referral}/{act}", {what: said})
        # What is refused is not logged either.
        misplaced = {"email": text, "phone": last}
        for wrong in ({**body, "text": text * 200}, {**body, "contact": misplaced}, [text]):
            self._send("desk", "POST", "/questions", wrong)
        self._send("desk", "GET", f"/questions?topic={first}&service={last}&cursor={email}", None)

    def _written(self, text: str) -> str:
        self._entered.add(text)
        return text

    def _send(self, role: str, method: str, path: str, body: object) -> Any:
        token = {"Authorization": f"Bearer {self._tokens[role]}"}
        answer = requests.request(method, self._address + path, json=body, headers=token, timeout=60)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise RuntimeError(f"{method} {path.partition('?')[0]} crashed")
        self.answers[answer.ok] += 1
        return answer.json()


def sealed_texts(url: str) -> set[str]:
    """Return everything that is sealed in the database, opened."""
    database = Database(url)
    with database.read() as session:
        texts = {text for what in Sealed for text in opened(session, what).values() if text}
    database.dispose()
    return texts


def dump(lived: Lived) -> Path:
    """Write what a backup of the database would hold, and bring its files to where they would be stolen."""
    out = lived.logs.parent / "dump.sql"
    if lived.url.startswith("sqlite"):
        with closing(sqlite3.connect(lived.files / "desk.sqlite")) as connection, out.open("w") as written:
            written.writelines(f"{line}\n" for line in connection.iterdump())
        return out
    address = make_url(lived.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    subprocess.run([require_postgresql() / "pg_dump", "--file", out, address], check=True)
    return out


def search(lived: Lived, dumped: Path) -> tuple[int, dict[str, str]]:
    """Return how many bytes were searched, and of what was entered where it stands in them.

    Raises RuntimeError when not even what is no secret is found.
    """
    places = [dumped, lived.files, lived.logs]
    patterns = {form: text for text in searched_for(lived.entered) for form in forms_of(text)}
    for place in (dumped, lived.files):
        if not _grep({IN_THE_OPEN}, [place]):
            raise RuntimeError(f"not even {IN_THE_OPEN} is found in {place}, so the search is no proof")
    size = sum(file.stat().st_size for place in places for file in _files_in(place))
    return size, {patterns[form]: place for form, place in _grep(set(patterns), places).items()}


def searched_for(entered: set[str]) -> set[str]:
    """Return the lines that were entered and are long enough to be looked for; all names and numbers."""
    lines = {line.strip() for text in entered for line in text.splitlines()}
    short = {*FIRST_NAMES, *LAST_NAMES}
    return {line for line in lines if len(line.encode()) >= LEAST or line in short or line.isdecimal()}


def forms_of(text: str) -> set[str]:
    """Return how a text may stand in a file: as it is, in JSON, and as the bytes of a dump."""
    return {text, json.dumps(text)[1:-1], text.encode().hex(), text.encode().hex().upper()}


def _grep(patterns: set[str], places: list[Path]) -> dict[str, str]:
    """Return which of the patterns stand in the files, each with a file and what stands around it there."""
    listed = "\n".join(sorted(patterns)).encode()
    command = ["grep", "-roabHF", "-f", "-", *map(str, places)]
    found = subprocess.run(
        command, input=listed, stdout=subprocess.PIPE, env={"LC_ALL": "C", "PATH": os.defpath}, check=False
    )
    if found.returncode > 1:
        raise RuntimeError(f"grep ended with status {found.returncode}")
    where = {}
    for line in found.stdout.decode().splitlines():
        file, offset, pattern = line.split(":", 2)
        where[pattern] = f"{file}: {_around(Path(file), int(offset), len(pattern.encode()))!r}"
    return where


def _around(file: Path, offset: int, length: int) -> bytes:
    start = max(0, offset - AROUND)
    with file.open("rb") as content:
        content.seek(start)
        return content.read(offset - start + length + AROUND)


def _files_in(place: Path) -> Iterator[Path]:
    yield from (file for file in (place, *place.rglob("*")) if file.is_file())


if __name__ == "__main__":
    main()
