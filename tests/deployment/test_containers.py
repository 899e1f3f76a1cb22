"""The image and the compose file fit together and leave no door open."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from sqlalchemy.engine import make_url

from scripts.bootstrap import UV_VERSION
from tests.support.postgres_server import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
OURS = ("migrate", "web", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file as data, its anchors resolved."""
    data: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return data


@pytest.fixture(scope="module")
def dockerfile() -> str:
    """The text of the Dockerfile."""
    return (ROOT / "Dockerfile").read_text()


def compose_command() -> list[str] | None:
    """Return the Compose of this machine, the newer kind first, or None when it has none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = subprocess.run([*command, "version"], check=False, capture_output=True)
            if asked.returncode == 0:
                return command
    return None


def faults_of_compose() -> str:
    """Return what Compose says against the file; nothing where there is no Compose to ask."""
    command = compose_command()
    if command is None:
        return ""
    asked = [*command, "--file", ROOT / "docker-compose.yml", "config", "--quiet"]
    return subprocess.run(asked, check=False, capture_output=True, text=True).stderr


def test_every_reference_in_the_compose_file_leads_somewhere(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        sources = {volume.split(":")[0] for volume in service.get("volumes", [])}
        files = {source for source in sources if source.startswith("./")}
        assert sources - files <= set(compose["volumes"])
        assert all((ROOT / file).is_file() for file in files)
    assert faults_of_compose() == ""


def test_the_tables_are_migrated_before_anything_uses_them(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_role_of_the_application_obeys_row_level_security(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    """The first role of the image is a superuser, and only that; ours is made by a script without rights."""
    administrator = compose["services"]["database"]["environment"]["POSTGRES_USER"]
    for name in OURS:
        address = compose["services"][name]["environment"]["SERVICEBALIE_DATABASE_URL"]
        assert make_url(address).username not in {administrator, "servicebalie", None}
    script = ROOT / "containers/make-role.sh"
    with PostgresServer() as server, psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE servicebalie")
        password = tmp_path / "password"
        password.write_text("it's \\ a password")
        database = make_url(server.url())
        variables = {
            "PGHOST": str(database.query["host"]),
            "POSTGRES_USER": str(database.username),
            "POSTGRES_DB": "servicebalie",
            "DATABASE_PASSWORD_FILE": str(password),
        }
        subprocess.run(["sh", script], check=True, env=os.environ | variables, capture_output=True)
        made = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles, pg_database "
            "WHERE datname = 'servicebalie' AND datdba = pg_roles.oid AND rolname = 'servicebalie'"
        ).fetchall()
    assert made == [(False, False, True, True)]


def test_only_migrating_knows_the_password_of_who_owns_the_tables(compose: dict[str, Any]) -> None:
    owner = make_url(compose["services"]["migrate"]["environment"]["SERVICEBALIE_OWNER_DATABASE_URL"])
    assert owner.username == "servicebalie"
    for name in ("web", "worker"):
        service = compose["services"][name]
        assert "SERVICEBALIE_OWNER_DATABASE_URL" not in service["environment"]
        assert "database_password" not in service["secrets"]


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if re.search("SECRET|PASSWORD|MASTER_KEY", name):
                assert name.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in service["secrets"]
            assert not re.search(r"://[^/@]*:[^/@]*@", value)


def test_every_image_is_pinned(compose: dict[str, Any], dockerfile: str) -> None:
    images = [service["image"] for service in compose["services"].values()]
    images += re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert all(re.search(r":\d+(\.\d+)+", image) for image in images), images


def test_only_the_web_server_is_reached_from_outside_and_only_through_a_proxy(
    compose: dict[str, Any],
) -> None:
    published = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_change_nothing_but_their_temporary_files(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["database", "worker"])
def test_long_running_services_tell_whether_they_are_well(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"][0] == "CMD"


def test_the_image_runs_without_rights_and_checks_its_health(dockerfile: str) -> None:
    final = dockerfile.rsplit("FROM ", 1)[1]
    assert re.search(r"^USER servicebalie$", final, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", final, re.MULTILINE)


def test_the_image_is_installed_by_the_same_uv_as_everywhere(dockerfile: str) -> None:
    assert re.findall(r"uv==(\S+)", dockerfile) == [UV_VERSION]


def test_what_the_image_copies_is_in_its_context(dockerfile: str) -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {"pyproject.toml", "uv.lock", "README.md", "hatch_build.py", "servicebalie"} <= allowed
    assert all((ROOT / name).exists() for name in allowed)
    assert "COPY . ." in dockerfile
