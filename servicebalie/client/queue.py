"""Questions that the server has not taken yet, one private file each, in the order of the visits."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from servicebalie.client.errors import Refused
from servicebalie.client.private_files import write_private
from servicebalie.client.server import Json, Server


@dataclass(frozen=True, slots=True)
class Kept:
    """One request that waits: where it goes, what it says, and the key that makes it happen once.

    `kept_at` is a moment in UTC, written so that names of files sort by it: 20261103T140500Z.
    """

    key: str
    kept_at: str
    path: str
    body: Json

    @property
    def number(self) -> str:
        """The short name by which staff point at it."""
        return self.key[:6]

    @property
    def dated_body(self) -> Json:
        """The request with the moment of the visit; one that adds to an earlier visit has that one's."""
        moment = {"receivedAt": datetime.fromisoformat(self.kept_at).isoformat()}
        if "questions" not in self.body:
            return self.body if "visit" in self.body else {**self.body, **moment}
        if "visit" not in self.body:
            return self.body
        return {**self.body, "visit": {**self.body["visit"], **moment}}


class Queue:
    """The waiting requests in one directory. A file, and the text in it, is deleted once it is sent."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def keep(self, kept: Kept) -> None:
        """Write a request to the disk."""
        write_private(self._file(kept), json.dumps(asdict(kept)))

    def waiting(self) -> list[Kept]:
        """Give the waiting requests, oldest first."""
        return [Kept(**json.loads(file.read_text(encoding="utf-8"))) for file in self._files()]

    def delete(self, kept: Kept) -> None:
        """Forget a request; one that another process has forgotten already is no fault."""
        self._file(kept).unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self.directory.glob("*.json"))

    def _file(self, kept: Kept) -> Path:
        return self.directory / f"{kept.kept_at}-{kept.key}.json"


@dataclass(frozen=True, slots=True)
class Sent:
    """A waiting request that the server took, with its answer."""

    kept: Kept
    answer: Json


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A waiting request that the server refused."""

    kept: Kept
    refusal: Refused


def deliver(queue: Queue, server: Server) -> Iterator[Sent | NotTaken]:
    """Send what waits, oldest first, and delete what the server takes; what it refuses stays.

    Raises NotReachable at the first request that gets no answer.
    """
    for kept in queue.waiting():
        try:
            answer = _sent_late(server, kept)
        except Refused as refusal:
            yield NotTaken(kept, refusal)
        else:
            queue.delete(kept)
            yield Sent(kept, answer)


def _sent_late(server: Server, kept: Kept) -> Json:
    """Send a request with the moment of the visit, or as it was first if that is refused.

    It is refused when the first attempt did arrive and only its answer was lost, because one key stands for
    one request; and when the moment lies too far back, or ahead because the clock was put back.
    """
    try:
        return server.post(kept.path, kept.dated_body, kept.key)
    except Refused:
        return server.post(kept.path, kept.body, kept.key)
