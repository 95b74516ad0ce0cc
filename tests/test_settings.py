"""Settings come from the environment and a file; whatever is wrong with them is said before anything starts."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from banyan.kit.mail import Mail, mailer
from banyan.kit.storage import Storage
from banyan.settings import Settings, SettingsError, hidden, load, masked


def file(folder: Path, text: str) -> Path:
    path = folder / "banyan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_there_is_a_value_for_everything(tmp_path: Path) -> None:
    settings = load({}, data=tmp_path)
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8000)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.mail_url == f"folder://{tmp_path}/mail"
    assert settings.storage_url == f"{tmp_path}/files"


def test_the_listener_for_administration_has_a_port_of_its_own(tmp_path: Path) -> None:
    assert load({}, data=tmp_path).admin_url == ""
    env = {"BANYAN_ADMIN_PORT": "9000"}
    assert load(env, data=tmp_path).admin_url == "http://127.0.0.1:9000"
    named = load({**env, "BANYAN_ADMIN_BASE_URL": "https://admin.example/"}, data=tmp_path)
    assert named.admin_url == "https://admin.example"
    with pytest.raises(SettingsError, match=r"both listen on port 9000.*BANYAN_ADMIN_PORT"):
        load(env, data=tmp_path, server={"port": 9000})


@pytest.mark.parametrize(
    "url", ["", "/srv/files", "files", "s3://bucket/banyan", "file:///srv/files", "az://container"]
)
def test_files_are_kept_in_a_folder_or_in_an_object_store(tmp_path: Path, url: str) -> None:
    assert load({"BANYAN_STORAGE_URL": url}, data=tmp_path).storage.url == url


@pytest.mark.parametrize("url", ["ftp://host/files", "s4://bucket", "s3://"])
def test_what_files_cannot_be_kept_in_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match=r"BANYAN_STORAGE_URL.*s3://bucket/banyan"):
        load({"BANYAN_STORAGE_URL": url}, data=tmp_path)


def test_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    for good in ("", "*", "127.0.0.1", "127.0.0.1, ::1,10.0.0.0/8"):
        assert load({"BANYAN_SERVER_PROXIES": good}, data=tmp_path).server.proxies == good
    for wrong in ("nginx", "10.0.0.1/8", "127.0.0.1;::1"):
        with pytest.raises(SettingsError, match=r"BANYAN_SERVER_PROXIES.*127.0.0.1,10.0.0.0/8"):
            load({"BANYAN_SERVER_PROXIES": wrong}, data=tmp_path)


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file(tmp_path, '[server]\nport = 1\nhost = "file"\n[log]\nlevel = "error"\n')
    env = {"BANYAN_SERVER_PORT": "2", "BANYAN_LOG_LEVEL": "debug"}
    settings = load(env, data=tmp_path, server={"port": 3, "host": None})
    assert (settings.server.port, settings.server.host, settings.log.level) == (3, "file", "debug")


def test_the_file_may_be_elsewhere(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("[server]\nport = 1234\n")
    assert load({"BANYAN_CONFIG": str(other), "BANYAN_DATA": str(tmp_path)}).server.port == 1234
    with pytest.raises(SettingsError, match="does not exist"):
        load({"BANYAN_CONFIG": str(tmp_path / "none.toml")})


def test_the_data_folder_is_absolute_and_understands_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine").mkdir()
    file(tmp_path / "mine", "[server]\nport = 77\n")
    for name in ("mine", "~/mine"):
        settings = load({"BANYAN_DATA": name})
        assert (settings.data, settings.server.port) == (tmp_path / "mine", 77)


def test_values_of_the_environment_become_what_they_should_be(tmp_path: Path) -> None:
    env = {
        "BANYAN_DATABASE_STATEMENT_TIMEOUT": "2.5",
        "BANYAN_DATABASE_URL": "postgresql://a:b@c/d",
        "BANYAN_SERVER_BASE_URL": "https://learn.example/",
        "BANYAN_ACCOUNTS_SIGN_IN_PER_ADDRESS": "5 per 10 minutes",
        "BANYAN_MAIL_URL": "",
        "BANYAN_SERVER_PORT": "",
        "PATH": "/bin",
    }
    settings = load(env, data=tmp_path)
    assert settings.database.statement_timeout == 2.5
    assert settings.base_url == "https://learn.example"
    assert settings.accounts.sign_in_per_address == "5 per 10 minutes"
    assert settings.server.port == 8000


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("BANYAN_DATABSE_URL", "Did you mean BANYAN_DATABASE_URL?"),
        ("BANYAN_PORT", "Did you mean BANYAN_SERVER_PORT or BANYAN_ADMIN_PORT?"),
        ("BANYAN_SERVER_PORTS", "Did you mean BANYAN_SERVER_PORT?"),
        ("BANYAN_QQQQQQ", "`banyan config` lists them all"),
    ],
)
def test_an_unknown_variable_is_told_with_what_may_have_been_meant(tmp_path: Path, name: str, suggestion: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({name: "x"}, data=tmp_path)
    assert f"There is no setting {name}." in str(caught.value)
    assert suggestion in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[sever]\nport = 1", r"there is no section \[sever\]. Did you mean server\?"),
        ("[server]\nprot = 1", r"there is no setting prot in \[server\]. Did you mean port\?"),
        ("server = 1", r"\[server\] is a section"),
        ("port = 1", r"there is no section \[port\]"),
        ('data = "x"', "by --data or BANYAN_DATA"),
        ("[server\n", "is not valid TOML"),
        ("[server]\nport = 'x'", "BANYAN_SERVER_PORT"),
    ],
)
def test_what_is_wrong_in_the_file_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    file(tmp_path, text)
    with pytest.raises(SettingsError, match=complaint):
        load({}, data=tmp_path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "banyan.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is not valid TOML"):
        load({}, data=tmp_path)
    (tmp_path / "banyan.toml").unlink()
    (tmp_path / "banyan.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load({}, data=tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BANYAN_SERVER_PORT", "eighty", "int"),
        ("BANYAN_SERVER_PORT", "65536", "65535"),
        ("BANYAN_DATABASE_CONNECTIONS", "0", ">= 1"),
        ("BANYAN_DATABASE_URL", "mysql://s3cret@x", "postgresql://user:password@host:5432/database"),
        (
            "BANYAN_DATABASE_URL",
            "postgresql://banyan:s3cret@db:many/banyan",
            "postgresql://user:password@host:5432/data",
        ),
        ("BANYAN_DATABASE_URL", "postgresql://banyan:s3cret/@db/banyan", "postgresql://user:password@host:5432/data"),
        ("BANYAN_DATABASE_REPLICAS", "postgresql://one/x postgresql://two:65536/x", "postgresql://user:password@one/"),
        ("BANYAN_REDIS_URL", "localhost:6379", "redis://"),
        ("BANYAN_REDIS_URL", "redis://:s3cret@cache:many", "redis://"),
        ("BANYAN_ARCHIVE_AFTER_MONTHS", "1000000", "1200"),
        ("BANYAN_MAIL_URL", "mailto:me", "smtp://"),
        ("BANYAN_SERVER_BASE_URL", "learn.example", "https://learn.example"),
        ("BANYAN_LOG_LEVEL", "loud", "loud"),
        ("BANYAN_ACCOUNTS_SIGN_IN_PER_ADDRESS", "often", "20 per minute"),
        ("BANYAN_ACCOUNTS_MAILS_PER_ADDRESS", "0 per hour", "20 per minute"),
    ],
)
def test_a_wrong_value_is_told_with_its_name_and_what_would_be_right(
    tmp_path: Path, name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load({name: value}, data=tmp_path)
    assert name in str(caught.value)
    assert expected in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("database", "postgresql://banyan:s3cret@db/banyan", "postgresql://banyan:***@db/banyan"),
        ("database", "postgresql://db/banyan?user=x&password=s3cret", "postgresql://db/banyan?user=x&password=***"),
        ("database", "postgresql://db/banyan", "postgresql://db/banyan"),
        ("redis", "redis://:s3cret@cache:6379/0", "redis://:***@cache:6379/0"),
        ("mail", "smtps://me%40x:s3cret@mail:465", "smtps://me%40x:***@mail:465"),
        ("storage", "s3://bucket?secret_access_key=s3cret&region=x", "s3://bucket?secret_access_key=***&region=x"),
    ],
)
def test_secrets_are_masked_where_settings_are_shown(tmp_path: Path, name: str, value: str, shown: str) -> None:
    settings = load({f"BANYAN_{name.upper()}_URL": value}, data=tmp_path)
    assert masked(settings)[name]["url"] == shown
    assert "s3cret" not in repr(settings)


def test_a_password_that_is_no_part_of_a_url_is_hidden_too() -> None:
    assert hidden("postgresql://banyan:s3/cr@et@db/banyan") == "postgresql://banyan:***@db/banyan"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BANYAN_DATABASE_URL", "postgresql:///banyan?host=/run/postgresql"),
        ("BANYAN_DATABASE_URL", "postgresql://banyan@%2Frun%2Fpostgresql/banyan"),
        ("BANYAN_DATABASE_URL", "postgres://banyan:a%40b,c@[::1]:5432,two,three:65535/banyan?sslmode=require"),
        ("BANYAN_DATABASE_REPLICAS", "postgresql://one:5433/banyan  postgresql://:5434/banyan"),
        ("BANYAN_REDIS_URL", "redis://"),
        ("BANYAN_REDIS_URL", "rediss://user:a%40b@cache.example:6380/1?ssl_cert_reqs=none"),
        ("BANYAN_REDIS_URL", "unix:///run/redis.sock?db=1"),
    ],
)
def test_whatever_leads_somewhere_is_taken(tmp_path: Path, name: str, value: str) -> None:
    load({name: value}, data=tmp_path)


def test_every_secret_is_masked_and_every_default_is_right(tmp_path: Path) -> None:
    shown = masked(load({}, data=tmp_path))
    assert shown.keys() == set(Settings.__struct_fields__)
    again = msgspec.convert(shown, Settings, dec_hook=lambda kind, value: kind(value))
    assert again == load({}, data=tmp_path)


@pytest.mark.parametrize("name", ["with space", "hash#mark", "100% ü?", "file:x"])
async def test_a_data_folder_of_any_name_holds_its_files_and_letters(tmp_path: Path, name: str) -> None:
    settings = load({}, data=tmp_path / name)

    async def chunks() -> AsyncIterator[bytes]:
        yield b"bytes"

    await Storage(settings.storage_url).put(chunks(), limit=100)
    await mailer(settings.mail_url, settings.mail.sender).send(Mail("a@b.example", "A", "Hello", "Text"))
    assert len([path for path in (tmp_path / name / "files").rglob("*") if path.is_file()]) == 1
    assert len(list((tmp_path / name / "mail").glob("*.eml"))) == 1
    for folder in ("files", "mail"):
        assert (tmp_path / name / folder).stat().st_mode & 0o077 == 0, "letters hold links that open accounts"
