"""Settings come from the environment, have defaults on a laptop only, and wrong ones stop the start."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from servicebalie.config import InvalidSetting, Mode, Settings
from servicebalie.core.limits import HOUR, Limit, Limits, Pace
from servicebalie.core.vocabulary import SignedInWith
from servicebalie.services.workplace import FOLLOW_UP_AFTER

SECRET = "0123456789abcdef" * 2
PRODUCTION = {
    "SERVICEBALIE_MODE": "production",
    "SERVICEBALIE_DATABASE_URL": "postgresql://servicebalie@database/servicebalie",
    "SERVICEBALIE_SECRET": SECRET,
    "SERVICEBALIE_MASTER_KEY": "6d" * 32,
    "SERVICEBALIE_PUBLIC_ADDRESS": "https://desk.example.org/",
    "SERVICEBALIE_TRUSTED_PROXIES": "10.0.0.1",
    "SERVICEBALIE_MAIL_URL": "smtp://mail.example.org:25",
    "SERVICEBALIE_MAIL_FROM": "desk@example.org",
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_laptop_needs_no_settings_and_keeps_everything_under_var() -> None:
    settings = Settings.from_env({})
    assert settings.mode is Mode.EMBEDDED
    assert settings.database_url == "sqlite:///var/servicebalie.sqlite"
    assert settings.mail_url == "directory:var/mail"


def test_the_secret_of_a_laptop_is_made_once_and_readable_by_its_owner_alone() -> None:
    first = Settings.from_env({}).secret
    assert len(first) >= 32
    assert Settings.from_env({}).secret == first
    assert stat.S_IMODE(Path("var/secret").stat().st_mode) == 0o600
    assert sorted(file.name for file in Path("var").iterdir()) == ["master-key", "secret"]


def test_processes_that_start_at_once_agree_on_one_secret() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: Settings.from_env({}).secret, range(32)))
    assert len(found) == 1


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "SERVICEBALIE_MODE"])
def test_a_server_has_no_defaults_for_what_would_be_a_danger(name: str) -> None:
    missing = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_env(missing)
    assert refused.value.params["name"].startswith(name)
    assert not Path("var").exists()


def test_a_server_takes_its_settings_as_they_are() -> None:
    settings = Settings.from_env(
        PRODUCTION | {"SERVICEBALIE_TRUSTED_HOSTS": "desk.example.org, , www.example.org"}
    )
    assert settings.database_url == PRODUCTION["SERVICEBALIE_DATABASE_URL"]
    assert settings.public_address == "https://desk.example.org"
    assert settings.secret == SECRET.encode()
    assert settings.trusted_hosts == ("desk.example.org", "www.example.org")


def test_secrets_come_from_files() -> None:
    Path("secret").write_text(f"{SECRET}\n")
    Path("password").write_text("p@ss/word:%\n")
    files = {"SERVICEBALIE_SECRET_FILE": "secret", "SERVICEBALIE_DATABASE_PASSWORD_FILE": "password"}
    settings = Settings.from_env({k: v for k, v in PRODUCTION.items() if k != "SERVICEBALIE_SECRET"} | files)
    assert settings.secret == SECRET.encode()
    assert settings.database_url == "postgresql://servicebalie:p%40ss%2Fword%3A%25@database/servicebalie"


KEY, FORMER = "6d" * 32, "6e" * 32
WITHOUT_KEY = {name: value for name, value in PRODUCTION.items() if name != "SERVICEBALIE_MASTER_KEY"}


@pytest.mark.parametrize(
    "given",
    [
        {"SERVICEBALIE_MASTER_KEY": f"{KEY} {FORMER}"},
        {"SERVICEBALIE_MASTER_KEY_FILE": "keys"},
        {"SERVICEBALIE_MASTER_KEY_COMMAND": "cat 'keys'"},
    ],
)
def test_master_keys_come_from_a_variable_a_file_or_a_command(given: dict[str, str]) -> None:
    Path("keys").write_text(f"{KEY}\n{FORMER}\n")
    assert Settings.from_env(WITHOUT_KEY | given).master_keys == (b"m" * 32, b"n" * 32)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("", "6d" * 31),
        ("", "secret"),
        ("", " "),
        ("_FILE", "missing"),
        ("_COMMAND", "missing"),
        ("_COMMAND", "false"),
        ("_COMMAND", "echo 6d6d"),
        ("_COMMAND", "cat '"),
    ],
)
def test_a_master_key_that_cannot_be_used_stops_the_start(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_env(WITHOUT_KEY | {f"SERVICEBALIE_MASTER_KEY{name}": value})
    assert refused.value.params["name"] == f"SERVICEBALIE_MASTER_KEY{name}"
    assert value not in str(refused.value.params["reason"]).split()


def test_it_is_never_in_doubt_which_master_keys_are_meant() -> None:
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_env(PRODUCTION | {"SERVICEBALIE_MASTER_KEY_COMMAND": "cat keys"})
    assert refused.value.params["reason"] == "must not be set beside SERVICEBALIE_MASTER_KEY"


def test_the_master_key_of_a_laptop_is_made_once_and_readable_by_its_owner_alone() -> None:
    [first] = Settings.from_env({}).master_keys
    assert Settings.from_env({}).master_keys == (first,)
    assert stat.S_IMODE(Path("var/master-key").stat().st_mode) == 0o600


def test_the_published_store_may_have_a_role_with_a_password_of_its_own() -> None:
    Path("password").write_text("word\n")
    own = {
        "SERVICEBALIE_PUBLISHED_DATABASE_URL": "postgresql://trends@database/servicebalie",
        "SERVICEBALIE_PUBLISHED_DATABASE_PASSWORD_FILE": "password",
    }
    settings = Settings.from_env(PRODUCTION | own)
    assert settings.published_database_url == "postgresql://trends:word@database/servicebalie"
    assert Settings.from_env(PRODUCTION).published_database_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVICEBALIE_MODE", "prod"),
        ("SERVICEBALIE_SECRET", "s" * 31),
        ("SERVICEBALIE_SECRET_FILE", "missing/secret"),
        ("SERVICEBALIE_DATABASE_PASSWORD_FILE", "missing"),
        ("SERVICEBALIE_WORKERS", "0"),
        ("SERVICEBALIE_FOLLOW_UP_DAYS", "0"),
        ("SERVICEBALIE_THREADS", "many"),
        ("SERVICEBALIE_SECRET", "s" * 64),
        ("SERVICEBALIE_PUBLIC_ADDRESS", "http://desk.example.org"),
        ("SERVICEBALIE_PUBLIC_ADDRESS", "desk.example.org"),
        ("SERVICEBALIE_TRUSTED_PROXIES", ""),
        ("SERVICEBALIE_RATE_LIMIT_URL", "http://limits:6379"),
        ("SERVICEBALIE_SECURITY_CONTACT", "security@example.org"),
        ("SERVICEBALIE_REQUESTS_PER_TOKEN", "0"),
        ("FLASK_DEBUG", "1"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    given = dict(PRODUCTION)
    if name == "SERVICEBALIE_SECRET_FILE":
        del given["SERVICEBALIE_SECRET"]
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_env({**given, name: value})
    assert refused.value.params["name"] == name


def test_a_server_answers_for_the_host_of_its_public_address_unless_others_are_named() -> None:
    assert Settings.from_env(PRODUCTION).trusted_hosts == ("desk.example.org",)
    to_try_out = PRODUCTION | {
        "SERVICEBALIE_PUBLIC_ADDRESS": "http://127.0.0.1:8000",
        "SERVICEBALIE_TRUSTED_PROXIES": "",
    }
    assert "127.0.0.1" in Settings.from_env(to_try_out).trusted_hosts


def test_a_server_limits_requests_and_a_laptop_nearly_none() -> None:
    laptop, server = Settings.from_env({}).protection, Settings.from_env(PRODUCTION).protection
    assert laptop.request_limits.per_token.acts == 100 * server.request_limits.per_token.acts
    stricter = Settings.from_env({"SERVICEBALIE_REQUESTS_PER_CODE": "9"}).protection.request_limits
    assert stricter == replace(laptop.request_limits, per_code=Pace(9, HOUR))


def test_nothing_is_translated_unless_a_translator_is_named() -> None:
    for nothing in ({}, {"SERVICEBALIE_TRANSLATION_URL": "", "SERVICEBALIE_TRANSLATION_KEY": ""}):
        settings = Settings.from_env(PRODUCTION | nothing)
        assert (settings.translation_url, settings.translation_key) == (None, None)


def test_a_translator_may_have_a_key_in_a_file() -> None:
    url = {"SERVICEBALIE_TRANSLATION_URL": "https://translate.example.org/"}
    Path("key").write_text("a-key\n")
    settings = Settings.from_env(PRODUCTION | url | {"SERVICEBALIE_TRANSLATION_KEY_FILE": "key"})
    assert settings.translation_url == "https://translate.example.org"
    assert settings.translation_key == "a-key"
    assert Settings.from_env(PRODUCTION | url).translation_key is None
    written_here = Settings.from_env(PRODUCTION | url | {"SERVICEBALIE_TRANSLATION_KEY": "another-key"})
    assert written_here.translation_key == "another-key"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("URL", {"URL": "translate.example.org"}),
        ("URL", {"URL": "https://user@translate.example.org"}),
        ("URL", {"URL": "http://translate.example.org"}),
        ("URL", {"KEY": "a-key"}),
        ("KEY", {"URL": "https://translate.example.org", "KEY": "a\nkey"}),
        ("KEY", {"URL": "https://translate.example.org", "KEY": " "}),
        ("KEY_FILE", {"URL": "https://translate.example.org", "KEY_FILE": "missing"}),
    ],
)
def test_a_translator_that_cannot_be_used_stops_the_start(name: str, given: dict[str, str]) -> None:
    settings = {f"SERVICEBALIE_TRANSLATION_{key}": value for key, value in given.items()}
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_env(PRODUCTION | settings)
    assert refused.value.params["name"] == f"SERVICEBALIE_TRANSLATION_{name}"


def test_what_a_place_may_do_in_an_hour_can_be_set() -> None:
    assert Settings.from_env({}).limits.questions == Limit("questions", 300, 1000)
    limits = Settings.from_env(
        {
            "SERVICEBALIE_QUESTIONS_PER_ADDRESS": "20",
            "SERVICEBALIE_WRONG_CODES_PER_NETWORK": "9",
            "SERVICEBALIE_FASTEST_FORM_SECONDS": "0",
        }
    ).limits
    assert limits == Limits(Limit("questions", 20, 1000), Limit("wrong-codes", 60, 9), timedelta(0))


def test_when_people_are_asked_whether_they_were_helped_can_be_set() -> None:
    assert Settings.from_env({}).follow_up_after == FOLLOW_UP_AFTER
    later = Settings.from_env({"SERVICEBALIE_FOLLOW_UP_DAYS": "30"})
    assert later.follow_up_after == timedelta(days=30)


def test_proxies_are_trusted_only_by_address() -> None:
    assert Settings.from_env({}).trusted_proxies == ()
    proxies = Settings.from_env({"SERVICEBALIE_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"}).trusted_proxies
    assert [str(proxy) for proxy in proxies] == ["127.0.0.1/32", "10.0.0.0/8"]
    with pytest.raises(InvalidSetting):
        Settings.from_env({"SERVICEBALIE_TRUSTED_PROXIES": "proxy.example.org"})


def test_the_ways_to_sign_in_can_be_chosen() -> None:
    assert Settings.from_env({}).sign_in == frozenset(SignedInWith)
    chosen = Settings.from_env({"SERVICEBALIE_SIGN_IN": "oidc, password"}).sign_in
    assert chosen == {SignedInWith.OIDC, SignedInWith.PASSWORD}
    with pytest.raises(InvalidSetting):
        Settings.from_env({"SERVICEBALIE_SIGN_IN": "password, magic"})


def test_on_a_server_a_token_alone_opens_the_pages_only_where_the_desk_says_so() -> None:
    assert Settings.from_env(PRODUCTION).sign_in == {SignedInWith.OIDC, SignedInWith.PASSWORD}
    chosen = {**PRODUCTION, "SERVICEBALIE_SIGN_IN": "token"}
    assert Settings.from_env(chosen).sign_in == {SignedInWith.TOKEN}
