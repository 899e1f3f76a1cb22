"""The wheel alone, installed outside the repository, is a complete servicebalie."""

import os
import subprocess
import urllib.request
import zipfile
from pathlib import Path

import pytest

from scripts import bootstrap, processes

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this checkout."""
    directory = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", directory, ROOT)
    [built] = directory.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a fresh environment with the wheel and the locked versions of what it needs."""
    directory = tmp_path_factory.mktemp("installed")
    locked = directory / "requirements.txt"
    uv("export", "--frozen", "--no-dev", "--no-emit-project", "--output-file", locked, "--project", ROOT)
    uv("venv", "--python", bootstrap.ENVIRONMENT / "bin" / "python", directory / "environment")
    python = directory / "environment" / "bin" / "python"
    uv("pip", "install", "--python", python, "--constraints", locked, wheel)
    return python.parent


def uv(*arguments: str | Path) -> None:
    """Run uv, away from the repository, with the package index of this machine."""
    index = bootstrap.named_index()
    environment = bootstrap.uv_environment() | ({"UV_DEFAULT_INDEX": index} if index else {})
    del environment["UV_PROJECT_ENVIRONMENT"]
    subprocess.run([bootstrap.find_uv(), "--quiet", *arguments], check=True, cwd="/", env=environment)


def names_in(wheel: Path) -> set[str]:
    """Return the names of all files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_migration_is_inside(wheel: Path) -> None:
    migrations = [file.relative_to(ROOT / "migrations") for file in (ROOT / "migrations").rglob("*.py")]
    assert migrations
    assert {f"servicebalie/_migrations/{file}" for file in migrations} <= names_in(wheel)


def test_every_translation_is_inside_and_compiled(wheel: Path) -> None:
    catalogues = [file.relative_to(ROOT / "translations") for file in (ROOT / "translations").rglob("*.po")]
    assert catalogues
    compiled = {f"servicebalie/_translations/{file.with_suffix('.mo')}" for file in catalogues}
    assert compiled <= names_in(wheel)


def test_templates_styles_layouts_and_reference_data_are_inside(wheel: Path) -> None:
    package = ROOT / "servicebalie"
    folders = (package / "web" / "templates", package / "web" / "static", package / "reference_data")
    files = [file for folder in folders for file in folder.rglob("*.*")]
    layouts = list((package / "documents").glob("*.typ"))
    assert files
    assert layouts
    shipped = {str(file.relative_to(ROOT)) for file in (*files, *layouts)}
    assert shipped <= names_in(wheel)


def test_the_installed_commands_migrate_and_serve(installed: Path, tmp_path: Path, port: int) -> None:
    command = installed / "servicebalie"
    for arguments in (["migrate"], ["desk", "create", "--name", "Desk", "--tokens-file", "tokens.json"]):
        subprocess.run([command, *arguments], check=True, cwd=tmp_path, env=plain_environment())
    serve = [command, "serve", "--host", "127.0.0.1", "--port", str(port)]
    server = processes.start("server", serve, directory=tmp_path, log=tmp_path / "server.log", settings={})
    try:
        processes.wait_until_it_answers(server, port)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
            assert page.status == 200
    finally:
        processes.stop([server])


def plain_environment() -> dict[str, str]:
    """Return the environment without any setting of servicebalie or of another Python."""
    prefixes = ("SERVICEBALIE_", "PYTHON", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
