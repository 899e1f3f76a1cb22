"""What can go wrong between the desk and the server; the words are in `servicebalie.client.command`."""

from dataclasses import dataclass
from pathlib import Path


class ClientError(Exception):
    """Root of everything that the client reports in a sentence instead of a traceback."""


class NotConfigured(ClientError):
    """No address or no token is known."""


class InvalidAddress(ClientError):
    """The address is neither https nor http on this computer itself."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class InvalidToken(ClientError):
    """The token has characters that no token has, such as spaces."""


class UnreadableSettings(ClientError):
    """The settings file is not valid TOML, or `address` or `token` in it is not a text."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class ReadableByOthers(ClientError):
    """Other users of this computer can read the file with the token."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class NotReachable(ClientError):
    """The server gave no answer of its own; `status` is what came instead of one, if anything."""

    def __init__(self, address: str, status: int | None = None) -> None:
        super().__init__(address, status)
        self.address = address
        self.status = status


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in what was sent; `pointer` is a JSON pointer into the request, or empty."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What the server said in problem+json (RFC 9457)."""

    status: int
    code: str
    title: str
    detail: str
    faults: tuple[Fault, ...]


class Refused(ClientError):
    """The server itself answered, and said no."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
