"""Runs servicebalie on this machine: `./run`."""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import bootstrap, processes
from scripts.system_packages import MissingSoftware

DESCRIPTION = """\
Starts servicebalie on this machine, on SQLite in var/. The first time it makes an environment in .venv and
fills the database with simulated questions. It prints the addresses and the tokens, also in var/demo.json,
and runs until Ctrl-C (exit status 0)."""

ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class RunFailed(Exception):
    """servicebalie cannot run; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where one servicebalie lives: its command, the directory it works in, and its files."""

    command: Path
    directory: Path

    @property
    def var(self) -> Path:
        """The directory of everything that is not code: database, secret, logs, mail, tokens."""
        return self.directory / "var"

    @property
    def tokens(self) -> Path:
        """The file that keeps the tokens readable; the database knows only their hashes."""
        return self.var / "tokens.json"

    def discard_database(self) -> None:
        """Remove the database in var/ with the tokens; one that the environment names stays."""
        if "SERVICEBALIE_DATABASE_URL" not in os.environ:
            for file in (self.tokens, *self.var.glob("servicebalie*.sqlite*")):
                file.unlink(missing_ok=True)

    def call(self, *arguments: str | Path) -> str:
        """Run one command to its end and return what it printed. Raises RunFailed if it fails."""
        finished = subprocess.run(
            [self.command, *arguments],
            check=False,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        if finished.returncode != 0:
            shown = " ".join(str(argument) for argument in arguments)
            raise RunFailed(
                f"this failed (its own message is above): servicebalie {shown}\n{finished.stdout}"
            )
        return finished.stdout

    def status(self) -> dict[str, Any]:
        """Return `desks`, a number; `latest_release`, a month or None; `simulated`, whether it is made up."""
        status: dict[str, Any] = json.loads(self.call("status", "--json"))
        return status


def main(arguments: Sequence[str]) -> int:
    """Run as `./run` with these arguments and return the exit status."""
    options = parse(arguments)
    stop_as_on_ctrl_c()
    try:
        refuse_a_port_in_use(options.port)
        commands = bootstrap.prepare(with_tests=False)
        deployment = Deployment(commands / "servicebalie", bootstrap.ROOT)
        status = prepare_database(deployment, empty=options.empty)
        serve(deployment, options.port, status)
    except (RunFailed, processes.ProgramFailed, bootstrap.PreparationFailed, MissingSoftware) as failure:
        print(f"run: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options `port` and `empty`; ends the program on wrong ones or --help."""
    parser = argparse.ArgumentParser("./run", description=DESCRIPTION)
    parser.add_argument("--port", type=port_number, default=8000, help="listen on this port (8000)")
    parser.add_argument("--empty", action="store_true", help="a new database gets a desk but no questions")
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    """Return a number from 1 to 65535. Raises ArgumentTypeError for anything else."""
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def stop_as_on_ctrl_c() -> None:
    """Make every request to stop raise KeyboardInterrupt, also in background jobs, born deaf to SIGINT."""
    for asked in ASKED_TO_STOP:
        if asked is not signal.SIGHUP or signal.getsignal(asked) is not signal.SIG_IGN:
            signal.signal(asked, signal.default_int_handler)


def refuse_a_port_in_use(port: int) -> None:
    """Do nothing when the port is free. Raises RunFailed otherwise."""
    if not processes.is_free(port):
        raise RunFailed(
            f"port {port} is in use, or not allowed here. Choose another with ./run --port NUMBER"
        )


def prepare_database(deployment: Deployment, *, empty: bool) -> dict[str, Any]:
    """Bring the tables up to date, give a new database a desk, see to the tokens, and return the status."""
    # The database holds what people wrote; nobody else on this machine needs to read it.
    deployment.var.mkdir(mode=0o700, exist_ok=True)
    deployment.call("migrate")
    status = deployment.status()
    if status["desks"] == 0:
        set_up_desk(deployment, empty=empty)
        return deployment.status()
    if empty:
        print("The database in var/ has a desk already; for an empty one, move var/ away first.")
    if not deployment.tokens.exists():
        print("The tokens of this database were not kept; making new ones.")
        deployment.call("tokens", "renew", "--tokens-file", deployment.tokens)
    return status


def set_up_desk(deployment: Deployment, *, empty: bool) -> None:
    """Make the first desk of a database, with a year of simulated questions or without any."""
    keep = ("--tokens-file", deployment.tokens)
    if empty:
        deployment.call("desk", "create", "--name", "My desk", *keep)
    else:
        print("Simulating the questions of a year, once; this takes a moment ...", flush=True)
        try:
            deployment.call("demo", *keep)
        except BaseException:
            # Half a year would look like a whole one the next time.
            deployment.discard_database()
            raise


def serve(deployment: Deployment, port: int, status: dict[str, Any]) -> None:
    """Serve until asked to stop, then stop everything. Raises ProgramFailed when a program ends by itself."""
    logs = deployment.var / "log"
    address = ["--host", "127.0.0.1", "--port", str(port)]
    # Mails to newcomers name the address at which they can come back.
    settings = {"SERVICEBALIE_PUBLIC_ADDRESS": f"http://127.0.0.1:{port}"}
    programs = []
    try:
        for name, arguments in (("server", ["serve", *address]), ("worker", ["worker"])):
            command: list[str | Path] = [deployment.command, *arguments]
            log = logs / f"{name}.log"
            programs.append(
                processes.start(name, command, directory=deployment.directory, log=log, settings=settings)
            )
        processes.wait_until_it_answers(programs[0], port)
        tell(deployment, port, status)
        processes.wait_until_one_ends(programs)
    finally:
        # A second Ctrl-C must not cut the stopping short and leave a program behind.
        for asked in ASKED_TO_STOP:
            signal.signal(asked, signal.SIG_IGN)
        processes.stop(programs)


def tell(deployment: Deployment, port: int, status: dict[str, Any]) -> None:
    """Print the addresses and tokens, and keep them in var/demo.json."""
    where = addresses(port, status["latest_release"])
    tokens: dict[str, str] = json.loads(deployment.tokens.read_text())
    write_private(deployment.var / "demo.json", json.dumps({**where, "tokens": tokens}, indent=2) + "\n")
    print(announcement(where, tokens, simulated=status["simulated"]), flush=True)


def addresses(port: int, latest_release: str | None) -> dict[str, str]:
    """Return where the form, the API and the latest report are; without a report, where it will be."""
    origin = f"http://127.0.0.1:{port}"
    report = f"{origin}/en/trends" + (f"/{latest_release}" if latest_release else "")
    return {"form": f"{origin}/", "api": f"{origin}/api/v1", "report": report}


def announcement(where: dict[str, str], tokens: dict[str, str], *, simulated: bool) -> str:
    """Return the text that tells a person where everything is."""
    rows = [
        ("form for newcomers", where["form"]),
        ("API, explained", f"{where['api']}/docs"),
        ("latest report" + (" (simulated)" if simulated else ""), where["report"]),
        *((f"token, {role}", token) for role, token in tokens.items()),
    ]
    width = max(len(label) for label, _ in rows)
    lines = [f"  {label:<{width}}  {value}" for label, value in rows]
    return "\n".join(
        ["", "servicebalie is running. Stop it with Ctrl-C.", "", *lines, "", "The same is in var/demo.json."]
    )


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, replacing an earlier one as a whole."""
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(text)
    draft.replace(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
