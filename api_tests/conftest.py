"""One server per database for the whole run, and a desk of its own for each test."""

import uuid
from collections.abc import Callable, Iterator

import pytest
import requests

from api_tests.client import Client
from api_tests.description import Description
from api_tests.server import RunningServer
from servicebalie.db import Database
from tests.support.network import free_port
from tests.support.small_desk import SmallDesk, make_small_desk

ClientOf = Callable[[str | None], Client]


@pytest.fixture(scope="session")
def server(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A running server, once on SQLite and once on PostgreSQL; its log holds nothing that people wrote."""
    log = tmp_path_factory.mktemp("server") / "log"
    with RunningServer(shared_database_url, free_port(), log) as server:
        yield server
    written = log.read_text(encoding="utf-8", errors="replace")
    assert {text for text in Client.typed if text in written} == set()


@pytest.fixture(scope="session")
def database(shared_database_url: str) -> Iterator[Database]:
    """The database of the running server."""
    database = Database(shared_database_url)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def description(server: RunningServer) -> Description:
    """What the running server says about itself."""
    return Description(requests.get(f"{server.address}/api/v1/openapi.json", timeout=60).json())


@pytest.fixture
def small_desk(database: Database) -> SmallDesk:
    """A desk that no other test knows."""
    with database.begin() as session:
        return make_small_desk(session, f"Desk {uuid.uuid4()}")


@pytest.fixture
def client_of(server: RunningServer, description: Description, small_desk: SmallDesk) -> Iterator[ClientOf]:
    """Makes a client for a user of the small desk, or for None one without a token."""
    clients = []

    def make(user: str | None) -> Client:
        client = Client(server.address, description, small_desk.tokens[user] if user else None)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def desk(client_of: ClientOf) -> Client:
    """A client for a desk worker who is cleared for sensitive questions."""
    return client_of("desk")


@pytest.fixture
def other_desk(server: RunningServer, description: Description, database: Database) -> Iterator[Client]:
    """A client for a worker of another desk on the same server."""
    with database.begin() as session:
        tokens = make_small_desk(session, f"Desk {uuid.uuid4()}").tokens
    client = Client(server.address, description, tokens["desk"])
    yield client
    client.close()
