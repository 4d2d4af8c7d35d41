"""reconcile.yml and the environment: what is read, and every mistake with its line and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconcile.config import find_workspace, load, sends_in_clear, shipped_mappings
from reconcile.config.addresses import normal_address, plain_host
from reconcile.config.approver import approver
from reconcile.config.schema import settings_schema
from reconcile.errors import SettingsError
from reconcile.plan.limits import DEFAULTS
from reconcile.settings import ApiKey, BearerToken, Login, OAuthKeys, Secret

SETTINGS = """\
version: 1
source:
  system: magento
  url: ${MAGENTO_URL}
  auth:
    method: oauth
    consumer_key: ${MAGENTO_CONSUMER_KEY}
    consumer_secret: ${MAGENTO_CONSUMER_SECRET}
    access_token: ${MAGENTO_ACCESS_TOKEN}
    access_token_secret: ${MAGENTO_ACCESS_TOKEN_SECRET}
  concurrency: 4
target:
  system: medusa
  url: ${MEDUSA_URL}
  auth: {method: api_key, api_key: "${MEDUSA_API_KEY}"}
paths:
  plans: plans
"""
VARIABLES = {
    "MAGENTO_URL": "https://magento.example/shop/",
    "MAGENTO_CONSUMER_KEY": "ck",
    "MAGENTO_CONSUMER_SECRET": "cs",
    "MAGENTO_ACCESS_TOKEN": "at",
    "MAGENTO_ACCESS_TOKEN_SECRET": "ats",
    "MEDUSA_URL": "http://127.0.0.1:9000",
    "MEDUSA_API_KEY": "sk_1",
}
OAUTH = SETTINGS[SETTINGS.index("  auth:\n") : SETTINGS.index("  concurrency")]
MISTAKES = yaml.safe_load((Path(__file__).parent / "cases/config/mistakes.yml").read_text())
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a workspace with these settings; the environment holds `variables` only."""

    def _write(settings: str = SETTINGS, **variables: str) -> Path:
        (tmp_path / "reconcile.yml").write_text(settings, encoding="utf-8")
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return _write


def test_everything_is_filled_in(write: Write) -> None:
    workspace = write(**VARIABLES)
    config = load(workspace)
    assert config.magento.url == "https://magento.example/shop"
    assert config.magento.auth == OAuthKeys(*map(Secret, ("ck", "cs", "at", "ats")))
    assert (config.magento.view, config.magento.views, config.magento.page_size) == ("", (), 300)
    assert config.medusa.auth == ApiKey(Secret("sk_1"))
    assert (config.plans, config.work) == (workspace / "plans", workspace / ".reconcile")
    assert config.mappings == shipped_mappings() / "magento"


def test_the_workspaces_own_mappings_come_first(write: Write) -> None:
    workspace = write(**VARIABLES)
    (workspace / "mappings" / "magento").mkdir(parents=True)
    assert load(workspace).mappings == workspace / "mappings" / "magento"


def test_no_credentials_are_needed_until_a_shop_is_asked_for(write: Write) -> None:
    config = load(write())
    assert config.medusa_choices.concurrency == 2
    with pytest.raises(SettingsError):
        _ = config.medusa


def test_the_environment_wins_over_the_file(write: Write) -> None:
    workspace = write(**{**VARIABLES, "MEDUSA_API_KEY": "sk_environment"})
    (workspace / ".env").write_text("MEDUSA_API_KEY=sk_file\nEXTRA='pa$$word'\n")
    config = load(workspace)
    assert config.medusa.auth == ApiKey(Secret("sk_environment"))
    assert config.variables["EXTRA"] == "pa$$word"


def test_the_file_fills_what_the_environment_lacks(write: Write) -> None:
    workspace = write()
    (workspace / ".env").write_text("".join(f"{name}={VARIABLES[name]}\n" for name in VARIABLES))
    assert load(workspace).medusa.auth == ApiKey(Secret("sk_1"))


def test_other_ways_to_sign_in(write: Write) -> None:
    bearer = SETTINGS.replace(OAUTH, "  auth: {method: bearer, token: '${MAGENTO_ACCESS_TOKEN}'}\n")
    assert load(write(bearer, **VARIABLES)).magento.auth == BearerToken(Secret("at"))
    login = "  auth: {method: password, username: ann, password: '${MAGENTO_ACCESS_TOKEN}'}\n"
    magento = load(write(SETTINGS.replace(OAUTH, login), **VARIABLES)).magento
    assert magento.auth == Login("ann", Secret("at"))
    by_mail = "{method: password, email: ann@shop.example, password: '${MEDUSA_API_KEY}'}"
    medusa = SETTINGS.replace('{method: api_key, api_key: "${MEDUSA_API_KEY}"}', by_mail)
    assert load(write(medusa, **VARIABLES)).medusa.auth == Login("ann@shop.example", Secret("sk_1"))


def test_secrets_do_not_show(write: Write) -> None:
    config = load(write(**{**VARIABLES, "MEDUSA_API_KEY": "sk_hidden"}))
    shown = repr(config) + repr(config.medusa) + repr(config.magento)
    assert "sk_hidden" not in shown
    assert "'ats'" not in shown


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_in_the_file(write: Write, mistake: str) -> None:
    case = MISTAKES[mistake]
    assert case["replace"] in SETTINGS
    workspace = write(SETTINGS.replace(case["replace"], case["with"], 1), **VARIABLES)
    with pytest.raises(SettingsError) as caught:
        load(workspace)
    assert str(caught.value).startswith(case["error"])
    assert "abc123" not in str(caught.value)


def test_the_schema_knows_every_limit() -> None:
    assert set(settings_schema()["properties"]["limits"]["properties"]) == set(DEFAULTS)


def test_a_new_workspace_names_every_setting_and_every_default() -> None:
    text = files("reconcile.workspace").joinpath("reconcile.yml").read_text()
    names = set(_names(settings_schema()))
    assert {name for name in names if not re.search(rf"\b{name}:", text)} == set()
    limits = dict(re.findall(r"^#   (\w+): (\d+)", text, re.MULTILINE))
    assert {name: float(limits[name]) for name in DEFAULTS} == DEFAULTS


def _names(schema: Any) -> Iterator[str]:
    """Every setting the schema knows, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
        for part in schema.values():
            yield from _names(part)


@pytest.mark.parametrize("content", ["", "# nothing\n", "- a\n", "words"])
def test_a_file_without_settings(write: Write, content: str) -> None:
    with pytest.raises(SettingsError, match=r"reconcile\.yml:1: The file holds no settings\."):
        load(write(content))


ADDRESSES = {
    "ftp://magento.example": "must begin with https:// or http://",
    "magento.example": "must begin with https:// or http://",
    "https://ann:hidden@magento.example": "must not hold a user or a password; those belong",
    "https://": "is not a web address",
    "https://magento.example:port": "is not a web address",
    "https://magento example": "is not a web address",
    "https://magento.example/?a=1": "must end before `?` and `#`",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_are_refused(write: Write, address: str) -> None:
    config = load(write(**{**VARIABLES, "MAGENTO_URL": address}))
    with pytest.raises(SettingsError) as caught:
        _ = config.magento
    text = str(caught.value)
    expected = f"reconcile.yml:4: `source.url` (given by ${{MAGENTO_URL}}) {ADDRESSES[address]}"
    assert text.startswith(expected)
    assert "hidden" not in text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://Shop.Example/", "https://shop.example"),
        (" http://[::1]:9000/shop// ", "http://[::1]:9000/shop"),
        ("https://shop.example:8443", "https://shop.example:8443"),
    ],
)
def test_addresses_in_one_form(given: str, expected: str) -> None:
    assert normal_address(given) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1:9000", False),
        ("http://[::1]", False),
        ("http://localhost:9000", False),
        ("https://shop.example", False),
        ("http://shop.example", True),
        ("http://10.0.0.7", True),
    ],
)
def test_what_sends_credentials_in_clear(address: str, *, expected: bool) -> None:
    assert sends_in_clear(address) is expected


def test_every_missing_variable_is_named_with_its_line(write: Write) -> None:
    given = {"MAGENTO_URL": "https://magento.example", "MAGENTO_CONSUMER_KEY": " "}
    with pytest.raises(SettingsError) as caught:
        _ = load(write(**given)).magento
    assert str(caught.value) == (
        "reconcile.yml:7: The environment variable MAGENTO_CONSUMER_KEY is empty; nor has "
        "MAGENTO_CONSUMER_SECRET (line 8), MAGENTO_ACCESS_TOKEN (line 9), "
        "MAGENTO_ACCESS_TOKEN_SECRET (line 10) a value. Remedy: Write `MAGENTO_CONSUMER_KEY=...` "
        "into the file .env beside reconcile.yml, or export it."
    )


def test_one_missing_variable(write: Write) -> None:
    with pytest.raises(SettingsError) as caught:
        _ = load(write(MEDUSA_API_KEY="sk_1")).medusa
    text = "reconcile.yml:14: The environment variable MEDUSA_URL is not set. Remedy: Write"
    assert str(caught.value).startswith(text)


STATES = {
    "state: s3://bucket/shop": "s3://bucket/shop",
    "state: ${SHARED}": "memory://shop",
    "state: ../shared": "{workspace}/../shared",
    "state: /mnt/shared": "/mnt/shared",
    "": "",
}


@pytest.mark.parametrize("line", STATES)
def test_the_shared_state_is_an_address_or_a_folder(write: Write, line: str) -> None:
    folder = write(f"{SETTINGS}{line}\n", SHARED="memory://shop")
    assert load(folder).state == STATES[line].format(workspace=folder.resolve())


def test_the_shared_state_needs_its_variable(write: Write) -> None:
    folder = write(f"{SETTINGS}state: ${{SHARED}}\n")
    with pytest.raises(SettingsError, match="SHARED is not set") as caught:
        _ = load(folder).state
    assert caught.value.where.endswith(f":{SETTINGS.count(chr(10)) + 1}")


@pytest.mark.parametrize(
    ("named", "home"), [("/var/state", "/var/state"), ("relative", "{home}"), ("", "{home}")]
)
def test_locks_lie_with_the_users_state(
    write: Write, monkeypatch: pytest.MonkeyPatch, named: str, home: str
) -> None:
    folder = write(SETTINGS, XDG_STATE_HOME=named)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada"))
    expected = Path(home.format(home="/home/ada/.local/state")) / "reconcile" / "locks"
    assert load(folder).locks == expected


def test_the_workspace_is_found_upward(write: Write) -> None:
    workspace = write()
    below = workspace / "a" / "b"
    below.mkdir(parents=True)
    assert find_workspace(below) == workspace


def test_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="`reconcile init` writes one here"):
        find_workspace(tmp_path)


def test_the_approver_is_the_person_ci_runs_for() -> None:
    assert approver({"GITHUB_ACTOR": "ann"}) == "ann"


def test_else_the_approver_is_gits_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gitconfig").write_text("[user]\n\tname = Ann Lee\n\temail = ann@shop.example\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.chdir(tmp_path)
    assert approver({}) == "Ann Lee <ann@shop.example>"


@pytest.mark.parametrize(
    "host", ["cdn.example", "a", "bücher.example", "10.0.0.1", "::1", "s3-x.y"]
)
def test_names_of_hosts(host: str) -> None:
    assert plain_host(host)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "*.example",
        "a:80",
        "a/b",
        "a@b",
        "http://a",
        "a b",
        "-a",
        ".a",
        "a?b",
        "a\n",
        "[::1]",
    ],
)
def test_texts_that_are_no_hosts(text: str) -> None:
    assert not plain_host(text)


def test_image_hosts(write: Write) -> None:
    assert load(write()).image_hosts == ()
    hosts = "reports: {image_hosts: [cdn.example, localhost]}\n"
    assert load(write(SETTINGS + hosts)).image_hosts == ("cdn.example", "localhost")
