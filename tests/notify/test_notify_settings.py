"""`notify:` in reconcile.yml: what is read, and every mistake with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile.config import Config, load
from reconcile.config.notify import job_page
from reconcile.errors import SettingsError
from reconcile.settings import (
    Email,
    Encryption,
    GithubSummary,
    MailServer,
    NotifySettings,
    Secret,
    Slack,
    Unusable,
    Webhook,
    When,
)

SHOPS = """\
version: 1
source:
  {system: magento, url: "${MAGENTO_URL}", auth: {method: bearer, token: "${MAGENTO_TOKEN}"}}
target: {system: medusa, url: "${MEDUSA_URL}", auth: {method: api_key, api_key: "${MEDUSA_KEY}"}}
"""
NOTIFY = """\
notify:
  to:
    - {slack: "${SLACK_URL}"}
    - webhook: ${HOOK_URL}
      secret: ${HOOK_SECRET}
      when: always
    - {email: [ops@example.com, "${SECOND}"], from: r@b.example, smtp: "${SMTP_URL}", when: failure}
    - {github_summary: true, when: always}
"""
VARIABLES = {
    "MAGENTO_URL": "https://magento.example",
    "MAGENTO_TOKEN": "magento-token",
    "MEDUSA_URL": "https://medusa.example",
    "MEDUSA_KEY": "sk_live_1",
    "SLACK_URL": "https://hooks.slack.com/services/T0/B0/hidden",
    "HOOK_URL": "https://hooks.example.com/hidden?key=1",
    "HOOK_SECRET": "hook-hidden",
    "SECOND": "ada@example.com",
    "SMTP_URL": "smtp://ada%40example.com:p%2Fa%3Ahidden@mail.example.com",
    "GITHUB_STEP_SUMMARY": "/tmp/summary.md",
}
OF_JOBS = (
    "GITHUB_SERVER_URL",
    "CI_JOB_URL",
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "BUILD_URL",
)
Settings = Callable[..., Config]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Reads settings with this section `notify`; `variables` replace those above."""
    monkeypatch.chdir(tmp_path)
    for name in OF_JOBS:
        monkeypatch.delenv(name, raising=False)

    def _read(notify: str = NOTIFY, **variables: str) -> Config:
        (tmp_path / "reconcile.yml").write_text(SHOPS + notify)
        for name, value in {**VARIABLES, **variables}.items():
            monkeypatch.setenv(name, value)
        return load(tmp_path)

    return _read


def test_all_kinds(settings: Settings) -> None:
    server = MailServer(
        "mail.example.com", 587, Encryption.STARTTLS, "ada@example.com", Secret("p/a:hidden")
    )
    hook = Webhook(
        Secret(VARIABLES["HOOK_URL"]), Secret("hook-hidden"), When.ALWAYS, "reconcile.yml:8"
    )
    assert settings().notify == NotifySettings(
        to=(
            Slack(Secret(VARIABLES["SLACK_URL"]), When.DRIFT, "reconcile.yml:7"),
            hook,
            Email(
                ("ops@example.com", "ada@example.com"),
                "r@b.example",
                server,
                When.FAILURE,
                "reconcile.yml:11",
            ),
            GithubSummary(Path("/tmp/summary.md"), When.ALWAYS, "reconcile.yml:12"),
        )
    )


def test_nobody_is_told_unless_the_settings_say_so(settings: Settings) -> None:
    assert settings("").notify == NotifySettings()
    assert settings("notify: {to: []}\n").notify.to == ()


def test_no_secret_shows(settings: Settings) -> None:
    config = settings()
    assert "hidden" not in repr(config) + repr(config.notify)


MISTAKES = {
    'slack: "${SLACK_URL}"|slack: https://hooks.slack.com/hidden': (
        "reconcile.yml:7: `notify.to.0.slack` is a secret and must not be written into this file. "
        "Remedy: Write `slack: ${SLACK_WEBHOOK_URL}` and put the value into .env"
    ),
    "secret: ${HOOK_SECRET}|secret: hidden": (
        "reconcile.yml:9: `notify.to.1.secret` is a secret and must not be written into this file."
    ),
    'smtp: "${SMTP_URL}"|smtp: "smtp://ada:hidden@mail"': (
        "reconcile.yml:11: `notify.to.2.smtp` is a secret and must not be written into this file."
    ),
    "slack:|slak:": "reconcile.yml:7: 'slak' is not a setting in `notify.to.0`. Did you mean "
    "'slack'?",
    'slack: "${SLACK_URL}"|when: drift': (
        "reconcile.yml:7: `notify.to.0` must have `slack` or `webhook` or `email` or "
        "`github_summary`."
    ),
    'slack: "${SLACK_URL}"|slack: "${SLACK_URL}", email: [a@example.com]': (
        "reconcile.yml:7: 'email' is not a setting in `notify.to.0`."
    ),
    "when: always|when: allways": (
        "reconcile.yml:10: `notify.to.1.when` must be always or drift or failure, not 'allways'. "
        "Did you mean 'always'?"
    ),
    '[ops@example.com, "${SECOND}"]|ops@example.com': (
        "reconcile.yml:11: `notify.to.2.email` must be a list, not a text."
    ),
    '[ops@example.com, "${SECOND}"]|[]': (
        "reconcile.yml:11: `notify.to.2.email` is empty. Remedy: Give a value such as "
        "`[ops@example.com]`."
    ),
    ", from: r@b.example|": (
        "reconcile.yml:11: `notify.to.2.from` is missing. Remedy: Add "
        "`from: reconcile@example.com`."
    ),
    "github_summary: true|github_summary: false": (
        "reconcile.yml:12: `notify.to.3.github_summary` must be True, not 'False'."
    ),
    "  to:|  two:": "reconcile.yml:6: 'two' is not a setting in `notify`. Did you mean 'to'?",
    '{slack: "${SLACK_URL}"}|https://hooks': (
        "reconcile.yml:7: `notify.to.0` must be a section of names and values, not a text."
    ),
}


@pytest.mark.parametrize("change", MISTAKES)
def test_mistakes_in_the_file(settings: Settings, change: str) -> None:
    before, _, after = change.partition("|")
    assert before in NOTIFY
    with pytest.raises(SettingsError) as caught:
        settings(NOTIFY.replace(before, after, 1))
    assert str(caught.value).startswith(MISTAKES[change])
    assert "hidden" not in str(caught.value)


UNUSABLE = {
    "SLACK_URL=": (0, "reconcile.yml:7", "The environment variable SLACK_URL is empty"),
    "HOOK_SECRET=": (1, "reconcile.yml:9", "The environment variable HOOK_SECRET is empty"),
    "SLACK_URL=http://hooks.slack.com/hidden": (
        0,
        "reconcile.yml:7",
        "`notify.to.0.slack` must begin with https://: it leads out of the private network",
    ),
    "SLACK_URL=ftp://hidden": (0, "reconcile.yml:7", "`notify.to.0.slack` must begin with"),
    "SLACK_URL=hidden": (0, "reconcile.yml:7", "`notify.to.0.slack` is not an address"),
    "SLACK_URL=https://[hidden": (0, "reconcile.yml:7", "`notify.to.0.slack` is not an address"),
    "SLACK_URL=https://a:hidden@b.example": (
        0,
        "reconcile.yml:7",
        "`notify.to.0.slack` must not hold a user or a password",
    ),
    "HOOK_URL=https://hooks.example/hid den": (
        1,
        "reconcile.yml:8",
        "`notify.to.1.webhook` is not an address",
    ),
    "SECOND=ada": (2, "reconcile.yml:11", "`notify.to.2.email.1` is not an e-mail address"),
    "SECOND=a@b.example\nBcc: c@d.example": (
        2,
        "reconcile.yml:11",
        "`notify.to.2.email.1` is not an e-mail address",
    ),
    "SMTP_URL=mail.example:25": (
        2,
        "reconcile.yml:11",
        "`notify.to.2.smtp` is not an address",
    ),
    "SMTP_URL=https://mail.example": (
        2,
        "reconcile.yml:11",
        "`notify.to.2.smtp` must begin with smtp:// or smtps://",
    ),
    "SMTP_URL=smtp://a:b@mail.example/hidden": (
        2,
        "reconcile.yml:11",
        "`notify.to.2.smtp` must end after the port",
    ),
}


@pytest.mark.parametrize("variable", UNUSABLE)
def test_a_wrong_variable_concerns_one_recipient_alone(settings: Settings, variable: str) -> None:
    name, _, value = variable.partition("=")
    index, where, why = UNUSABLE[variable]
    told = settings(**{name: value}).notify.to
    wrong = told[index]
    assert isinstance(wrong, Unusable)
    assert wrong.where == where
    assert wrong.why.startswith(why)
    assert "hidden" not in repr(wrong)
    assert [type(each) for each in told].count(Unusable) == 1


CLEAR = {
    "http://127.0.0.1:8000/hook": False,
    "http://hooks:8000/hook": True,
    "http://10.0.0.7/hook": True,
    "http://hooks.internal/hook": True,
    "https://hooks.example/hook": False,
}


@pytest.mark.parametrize("address", CLEAR)
def test_http_stays_in_private_networks_and_is_known_to_be_open(
    settings: Settings, address: str
) -> None:
    recipient = settings(HOOK_URL=address).notify.to[1]
    assert isinstance(recipient, Webhook)
    assert recipient.in_clear is CLEAR[address]


@pytest.mark.parametrize(
    ("address", "line", "port", "encryption", "in_clear"),
    [
        ("smtp://mail.example", "", 587, Encryption.STARTTLS, False),
        ("smtps://mail.example", "", 465, Encryption.TLS, False),
        ("smtps://mail.example:4465", "starttls: false, ", 4465, Encryption.TLS, False),
        ("smtp://localhost:25", "starttls: false, ", 25, Encryption.NONE, False),
        ("smtp://[::1]:25", "starttls: false, ", 25, Encryption.NONE, False),
        ("smtp://mail:1025", "starttls: false, ", 1025, Encryption.NONE, True),
    ],
)
def test_mail_servers(
    settings: Settings,
    address: str,
    line: str,
    port: int,
    encryption: Encryption,
    *,
    in_clear: bool,
) -> None:
    notify = NOTIFY.replace("from: r@", f"{line}from: r@")
    recipient = settings(notify, SMTP_URL=address).notify.to[2]
    assert isinstance(recipient, Email)
    assert (recipient.server.port, recipient.server.encryption) == (port, encryption)
    assert (recipient.server.username, recipient.in_clear) == ("", in_clear)


def test_the_link_of_the_settings(settings: Settings) -> None:
    with_link = NOTIFY.replace("  to:", "  link: https://ci.example/${SECOND}\n  to:")
    assert settings(with_link).notify.link == "https://ci.example/ada@example.com"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "${NOT_SET}"])
def test_a_wrong_link_keeps_nobody_from_being_told(settings: Settings, link: str) -> None:
    notify = settings(NOTIFY.replace("  to:", f"  link: {link}\n  to:")).notify
    assert notify.link == ""
    assert notify.faults[0].startswith("reconcile.yml:6: ")
    assert len(notify.to) == 4


GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "shop/move",
    "GITHUB_RUN_ID": "77",
}
JOBS = [
    (GITHUB, "https://github.com/shop/move/actions/runs/77"),
    ({**GITHUB, "GITHUB_RUN_ID": ""}, ""),
    ({"CI_JOB_URL": "https://gitlab.example/-/jobs/1"}, "https://gitlab.example/-/jobs/1"),
    ({"BUILD_URL": "not an address"}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("variables", "page"), JOBS)
def test_else_the_page_of_the_job(variables: dict[str, str], page: str) -> None:
    assert job_page(variables) == page


def test_what_no_message_may_repeat(settings: Settings) -> None:
    assert settings().secrets == tuple(
        sorted(
            {
                VARIABLES["HOOK_SECRET"],
                VARIABLES["HOOK_URL"],
                VARIABLES["MAGENTO_TOKEN"],
                VARIABLES["MEDUSA_KEY"],
                VARIABLES["SLACK_URL"],
                VARIABLES["SMTP_URL"],
                "services/T0/B0/hidden",
                "hidden?key=1",
                "p/a:hidden",
                "p%2Fa%3Ahidden",
            }
        )
    )
