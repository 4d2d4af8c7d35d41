"""Sending to receivers that are really there, and to some that misbehave."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from mail_server import MailServer as Receiver
from mail_server import certificate
from message_samples import message
from scripted_server import Asked, Reply, ScriptedServer

from reconcile.notify import post as posting
from reconcile.notify.message import Message, State
from reconcile.notify.send import deliver, send, wants
from reconcile.notify.tries import LONGEST_WAIT
from reconcile.settings import (
    Email,
    Encryption,
    GithubSummary,
    MailServer,
    Recipient,
    Secret,
    Slack,
    Unusable,
    Webhook,
    When,
)

PATH = "/services/T000/B000/top-secret-path"
WHERE = "reconcile.yml:40"


class Clock:
    """Sleeps at once; `waited` holds the seconds."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


def _slack(url: str) -> Slack:
    return Slack(Secret(url + PATH), When.ALWAYS, WHERE)


def _hook(url: str, secret: str = "hook-secret") -> Webhook:
    return Webhook(Secret(url + PATH), Secret(secret), When.ALWAYS, WHERE)


def _answering(*replies: Reply) -> ScriptedServer:
    """The last reply is repeated."""
    return ScriptedServer(lambda _, before: replies[min(before, len(replies) - 1)])


def _letters(port: int, encryption: Encryption = Encryption.NONE, login: str = "") -> Email:
    server = MailServer("127.0.0.1", port, encryption, login, Secret("top-secret-password"))
    return Email(("ops@example.com",), "reconcile@example.com", server, When.ALWAYS, WHERE)


def test_slack_gets_blocks() -> None:
    with _answering(Reply(body=b"ok")) as server:
        assert deliver(message(), _slack(server.url)) == ""
    [asked] = server.asked
    assert (asked.method, asked.path) == ("POST", PATH)
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(asked.body)["blocks"][0]["type"] == "header"


def _is_signed(asked: Asked, secret: str) -> bool:
    """As a receiver checks it."""
    stamp = asked.headers["x-reconcile-timestamp"]
    signed = stamp.encode() + b"." + asked.body
    expected = "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, asked.headers["x-reconcile-signature"])


def test_a_webhook_is_signed() -> None:
    told = message()
    with _answering(Reply(status=204, body=b"")) as server:
        assert deliver(told, _hook(server.url)) == ""
    [asked] = server.asked
    assert _is_signed(asked, "hook-secret")
    assert not _is_signed(asked, "another")
    assert asked.headers["x-reconcile-id"] == told.id == json.loads(asked.body)["id"]
    age = datetime.now(UTC).timestamp() - int(asked.headers["x-reconcile-timestamp"])
    assert 0 <= age < 60


def test_a_webhook_without_a_secret_is_not_signed() -> None:
    with _answering(Reply()) as server:
        assert deliver(message(), _hook(server.url, "")) == ""
    assert "x-reconcile-signature" not in server.asked[0].headers


BUSY = Reply(status=429, headers={"Retry-After": "3"})
DOWN = Reply(status=503)
RETRIED = {
    "busy once": ([BUSY, Reply()], "", [3.0]),
    "down once": ([DOWN, Reply()], "", [1.0]),
    "down twice": ([DOWN, DOWN, Reply()], "", [1.0, 2.0]),
    "down": ([DOWN], "it answered with status 503", [1.0, 2.0]),
    "asks for an hour": (
        [Reply(status=503, headers={"Retry-After": "3600"}), Reply()],
        "",
        [LONGEST_WAIT],
    ),
    "nonsense": ([Reply(status=500, headers={"Retry-After": "soon"}), Reply()], "", [1.0]),
}


@pytest.mark.parametrize("case", RETRIED)
def test_what_passes_by_itself_is_tried_again(case: str) -> None:
    replies, why, waited = RETRIED[case]
    clock, told = Clock(), message()
    with _answering(*replies) as server:
        assert deliver(told, _hook(server.url), clock) == why
    assert clock.waited == waited
    assert len(server.asked) == len(waited) + 1
    assert {json.loads(asked.body)["id"] for asked in server.asked} == {told.id}


def test_retry_after_may_be_a_date() -> None:
    clock = Clock()
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    with _answering(Reply(status=429, headers={"Retry-After": date}), Reply()) as server:
        assert deliver(message(), _slack(server.url), clock) == ""
    assert 6 < clock.waited[0] <= 9


REFUSED = {
    "gone": (Reply(status=404, body=b"no_service"), "it answered with status 404 (no_service)"),
    "wordy": (
        Reply(status=400, body=f"No such hook {PATH}".encode()),
        "it answered with status 400",
    ),
    "elsewhere": (
        Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        "it answered with a redirect (status 302), which is not followed",
    ),
    "for ever elsewhere": (
        Reply(status=308, headers={"Location": "http://127.0.0.1:1/"}),
        "it answered with a redirect (status 308), which is not followed",
    ),
    "silent": (Reply(silent=True), "the exchange broke off (ConnectionError)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_not_tried_again(case: str) -> None:
    reply, why = REFUSED[case]
    with _answering(reply) as server:
        assert deliver(message(), _slack(server.url), Clock()) == why
    assert len(server.asked) == 1


def test_no_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT", 0.2)
    with _answering(Reply(hangs=True)) as server:
        why = deliver(message(), _slack(server.url), Clock())
    assert why == "it did not answer within 0.2 seconds"
    assert len(server.asked) == 1


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "tries"), [("127.0.0.1", 3), ("no-such-host.invalid", 3)], ids=["port", "name"]
)
def test_nobody_there(host: str, tries: int) -> None:
    clock = Clock()
    url = f"http://{host}:{_closed_port()}"
    assert deliver(message(), _slack(url), clock) == "it cannot be reached"
    assert len(clock.waited) == tries - 1


def test_a_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with Receiver(context, implicit=True) as server:
        why = deliver(message(), _slack(f"https://127.0.0.1:{server.port}"), Clock())
    assert why == "its TLS certificate was not accepted"


def test_an_address_that_is_none() -> None:
    why = deliver(message(), Slack(Secret("https://[top-secret"), When.ALWAYS, WHERE), Clock())
    assert why
    assert "secret" not in why


def test_secrets_stand_in_no_sentence_and_no_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with _answering(Reply(status=500, body=PATH.encode())) as server:
        recipients: list[Recipient] = [
            _slack(server.url),
            _hook(server.url),
            _slack(f"http://127.0.0.1:{_closed_port()}"),
            _letters(_closed_port(), Encryption.STARTTLS, "user"),
        ]
        sentences = send(message(), recipients, Clock())
    assert len(sentences) == 4
    shown = "\n".join([*sentences, *map(repr, recipients), caplog.text, *capfd.readouterr()])
    assert "top-secret" not in shown
    assert "hook-secret" not in shown
    assert sentences[0] == f"slack ({WHERE}) was not told: it answered with status 500."


def test_one_failure_does_not_keep_others_from_being_told() -> None:
    unusable = Unusable("slack", "X is not set", "", When.DRIFT, WHERE)
    with _answering(Reply(body=b"ok")) as server:
        sentences = send(message(), [unusable, _slack(server.url)], Clock())
    assert sentences == [f"slack ({WHERE}) was not told: X is not set."]
    assert len(server.asked) == 1


def test_a_bug_is_told_by_its_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Message) -> bytes:
        raise RuntimeError("top-secret")

    monkeypatch.setattr("reconcile.notify.slack.payload", broken)
    assert deliver(message(), _slack("http://127.0.0.1"), Clock()) == ("an unforeseen RuntimeError")


WANTED = {
    When.ALWAYS: {State.SAME: True, State.DRIFT: True, State.FAILED: True},
    When.DRIFT: {State.SAME: False, State.DRIFT: True, State.FAILED: True},
    When.FAILURE: {State.SAME: False, State.DRIFT: False, State.FAILED: True},
}


@pytest.mark.parametrize("when", When)
@pytest.mark.parametrize("state", State)
def test_who_is_told_of_what(when: When, state: State, tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    recipient = GithubSummary(file, when, WHERE)
    assert wants(recipient, state) is WANTED[when][state]
    assert send(message(state=state), [recipient]) == []
    assert file.exists() is WANTED[when][state]


def test_a_summary_outside_github_is_nothing() -> None:
    assert send(message(), [GithubSummary(None, When.ALWAYS, WHERE)]) == []


def test_a_summary_that_cannot_be_written(tmp_path: Path) -> None:
    recipient = GithubSummary(tmp_path / "none" / "summary.md", When.ALWAYS, WHERE)
    assert deliver(message(), recipient) == "the summary cannot be written (FileNotFoundError)"


def test_an_email_in_clear() -> None:
    with Receiver() as server:
        assert deliver(message(), _letters(server.port)) == ""
    [mail] = server.mails
    assert (mail.sender, mail.to) == ("reconcile@example.com", ("ops@example.com",))
    assert (mail.encrypted, mail.login) == (False, "")
    assert mail.content["Subject"].startswith("reconcile drift: there are differences")


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.TLS])
def test_an_email_over_tls(
    encryption: Encryption, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Receiver(context, implicit=encryption is Encryption.TLS) as server:
        assert deliver(message(), _letters(server.port, encryption, "user")) == ""
    [mail] = server.mails
    assert (mail.encrypted, mail.login) == (True, "user\0top-secret-password")


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.TLS])
def test_a_mail_server_nobody_vouches_for(encryption: Encryption, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with Receiver(context, implicit=encryption is Encryption.TLS) as server:
        why = deliver(message(), _letters(server.port, encryption, "user"), Clock())
    assert why == "the mail server's TLS certificate was not accepted"
    assert server.mails == []
    assert not any(line.startswith("AUTH") for line in server.said)


def test_a_mail_server_without_encryption_gets_no_password() -> None:
    with Receiver() as server:
        why = deliver(message(), _letters(server.port, Encryption.STARTTLS, "user"), Clock())
    assert why.startswith("the mail server offers no encryption (STARTTLS)")
    assert not any(line.startswith("AUTH") for line in server.said)


MAIL = {
    "later": ({"MAIL": [451, 250]}, "", 1),
    "greylisted": ({"RCPT": [450, 250]}, "", 1),
    "busy": ({"CONNECT": [421, 220]}, "", 1),
    "later, for ever": ({"DATA": [452]}, "the mail server refused it with reply 452", 2),
    "never": ({"RCPT": [550]}, "the mail server refused it with reply 550", 0),
    "not this": ({"DATA": [554]}, "the mail server refused it with reply 554", 0),
}


@pytest.mark.parametrize("case", MAIL)
def test_what_mail_servers_refuse(case: str) -> None:
    replies, why, waits = MAIL[case]
    clock = Clock()
    with Receiver(replies=replies) as server:
        assert deliver(message(), _letters(server.port), clock) == why
    assert len(clock.waited) == waits
    assert len(server.mails) == (0 if why else 1)


def test_a_mail_that_was_taken_is_sent_whatever_comes_afterwards() -> None:
    with Receiver(replies={"QUIT": [500]}) as server:
        assert deliver(message(), _letters(server.port), Clock()) == ""
    assert len(server.mails) == 1


def test_a_wrong_password_is_not_tried_again() -> None:
    clock = Clock()
    with Receiver(replies={"AUTH": [535]}) as server:
        why = deliver(message(), _letters(server.port, login="user"), clock)
    assert why == "the mail server did not accept the user and password"
    assert clock.waited == []


def test_some_addresses_are_refused() -> None:
    with Receiver(replies={"RCPT": [550, 250]}) as server:
        two = ("no@example.com", "ops@example.com")
        mail_server = MailServer("127.0.0.1", server.port, Encryption.NONE)
        recipient = Email(two, "reconcile@example.com", mail_server, When.ALWAYS, WHERE)
        why = deliver(message(), recipient, Clock())
    assert why == "the mail server refused 1 of the addresses, and took the rest"
    assert server.mails[0].to == ("ops@example.com",)
