"""The HTTP session against a server that misbehaves in every way a shop might."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from scripted_server import Asked, Reply, Script, ScriptedServer

from reconcile.errors import (
    AnswerLost,
    AuthenticationFailed,
    BadAnswer,
    PermissionMissing,
    RequestRefused,
    SystemFault,
    Unreachable,
)
from reconcile.http import Bearer, Interrupted, Session
from reconcile.http.answers import encoded
from reconcile.http.retry import retry_after

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
SECRET = "s3cret-passphrase"


class Waits(list[float]):
    """Remembers how long the session would have slept."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@contextmanager
def shop(script: Script, **settings: Any) -> Iterator[tuple[Session, ScriptedServer]]:
    settings = {"sleep": Waits(), "now": lambda: NOW, "timeout": 5.0, **settings}
    with (
        ScriptedServer(script) as server,
        closing(Session(server.url, system="Shop", **settings)) as session,
    ):
        yield session, server


def then(*replies: Reply) -> Script:
    """These replies in order, the last one again and again."""
    return lambda _asked, number: replies[min(number, len(replies) - 1)]


OK = Reply(body=b'{"ok":true}')
PAGE = b"<!doctype html><html><body>Please log in</body></html>"


def test_fractions_come_back_as_decimals_with_their_digits() -> None:
    with shop(then(Reply(body=b'{"price": 12.340, "count": 3}'))) as (session, _):
        body = session.get("/things")
    assert body["price"] == Decimal("12.340")
    assert str(body["price"]) == "12.340"
    assert body["count"] == 3
    assert isinstance(body["count"], int)


def test_an_empty_answer_is_none() -> None:
    with shop(then(Reply(body=b""))) as (session, _):
        assert session.request("DELETE", "/things/1").body is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("19.90"), b'{"amount":19.9}'),
        (Decimal("20.00"), b'{"amount":20}'),
        (b'{"amount":1}', b'{"amount":1}'),
    ],
)
def test_decimals_are_sent_as_exact_numbers(value: Any, expected: bytes) -> None:
    assert encoded(value if isinstance(value, bytes) else {"amount": value}) == expected


def test_a_decimal_that_json_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="more digits"):
        encoded({"amount": Decimal("0.12345678901234567890123")})


def test_cookies_are_never_sent_back() -> None:
    cookie = Reply(headers={"Set-Cookie": "PHPSESSID=abc; path=/"})
    with shop(then(cookie)) as (session, server):
        session.get("/a")
        session.get("/b")
    assert all("cookie" not in asked.headers for asked in server.asked)


@pytest.mark.parametrize("status", [429, 502, 503, 504, 524])
def test_a_read_is_repeated_when_the_shop_is_busy(status: int) -> None:
    with shop(then(Reply(status), Reply(status), OK)) as (session, _):
        answer = session.request("GET", "/things")
        assert answer.body == {"ok": True}
        assert answer.attempts == 3
        assert session.traffic.requests == 3
        assert session.traffic.retries == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_the_shops_own_waiting_time_is_obeyed() -> None:
    waits = Waits()
    with shop(then(Reply(429, headers={"Retry-After": "7"}), OK), sleep=waits) as (session, _):
        session.get("/things")
    assert waits == [7.0]


def test_a_waiting_time_of_an_hour_is_reported_instead() -> None:
    waits = Waits()
    script = then(Reply(429, headers={"Retry-After": "3600"}), OK)
    with shop(script, sleep=waits) as (session, _), pytest.raises(Unreachable):
        session.get("/things")
    assert waits == []


def test_who_asked_for_it_is_asked_before_anything_is_sent_again() -> None:
    waits = Waits()
    asked: list[tuple[int | None, float]] = []

    def patience(fault: SystemFault, seconds: float) -> bool:
        asked.append((fault.status, seconds))
        return len(asked) < 2

    busy = Reply(429, headers={"Retry-After": "7"})
    with shop(then(busy, busy, OK), sleep=waits) as (session, server):
        session.ask_before_retry(patience)
        with pytest.raises(Unreachable) as caught:
            session.request("POST", "/things", json={})
        assert session.traffic.retries == 1
    assert asked == [(429, 7.0), (429, 7.0)]
    assert (caught.value.status, len(server.asked), waits) == (429, 2, [])


def test_who_asked_for_it_is_not_asked_when_all_is_well() -> None:
    with shop(then(OK)) as (session, _):
        session.ask_before_retry(lambda fault, seconds: pytest.fail("nothing is sent again"))
        session.get("/things")


def test_a_write_refused_by_rate_limits_is_repeated() -> None:
    with shop(then(Reply(429), OK)) as (session, server):
        session.request("POST", "/things", json={})
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(502),
        Reply(504),
        Reply(silent=True),
        Reply(body=b'{"id": "cut in h', cut_after=5),
        Reply(body=b'{"id": "damaged'),
    ],
)
def test_a_write_whose_answer_is_lost_is_never_repeated(reply: Reply) -> None:
    with shop(then(reply, OK)) as (session, server):
        with pytest.raises(AnswerLost):
            session.request("POST", "/things", json={"a": 1})
        assert len(server.asked) == 1


def test_a_write_that_times_out_is_lost() -> None:
    with shop(then(Reply(hangs=True)), timeout=0.05) as (session, server):
        with pytest.raises(AnswerLost):
            session.request("POST", "/things", json={})
        assert len(server.asked) == 1


def test_an_idempotent_write_is_repeated() -> None:
    with shop(then(Reply(502), OK)) as (session, _):
        assert session.request("POST", "/things/1", json={}, idempotent=True).attempts == 2


def test_a_read_that_times_out_is_interrupted() -> None:
    with (
        shop(then(Reply(hangs=True)), timeout=0.05) as (session, server),
        pytest.raises(Interrupted),
    ):
        session.request("GET", "/things", attempts=2)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "reply", [Reply(body=b'{"items":[1,2', cut_after=8), Reply(body=b'{"items":[1,2')]
)
def test_truncated_json_is_read_again(reply: Reply) -> None:
    with shop(then(reply, OK)) as (session, _):
        assert session.get("/things") == {"ok": True}


def test_json_that_stays_truncated_is_a_bad_answer() -> None:
    with (
        shop(then(Reply(body=b'{"items":[1,2'))) as (session, _),
        pytest.raises(BadAnswer, match="cut short"),
    ):
        session.get("/things")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b'{"a": 1e999999999}',
        b'{"a": 1e-99999999999999999999}',
    ],
)
def test_what_json_forbids_is_a_bad_answer(body: bytes) -> None:
    with shop(then(Reply(body=body))) as (session, _), pytest.raises(BadAnswer):
        session.get("/things")


def test_a_login_page_with_status_200_is_a_bad_answer_at_once() -> None:
    with shop(then(Reply(body=PAGE))) as (session, server):
        with pytest.raises(BadAnswer, match="web page") as caught:
            session.get("/things")
        assert len(server.asked) == 1
    assert "url" in caught.value.remedy


def test_redirects_are_not_followed() -> None:
    away = Reply(302, headers={"Location": "https://user:pw@evil.example/login?token=1"})
    with shop(then(away)) as (session, server), pytest.raises(BadAnswer) as caught:
        session.get("/things")
    assert len(server.asked) == 1
    assert "https://evil.example/login" in str(caught.value)
    assert "pw" not in str(caught.value)


def _refusal(message: str) -> bytes:
    return json.dumps({"type": "invalid_data", "message": message}).encode()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(400, _refusal("no title")), RequestRefused),
        (Reply(401, _refusal("who?")), AuthenticationFailed),
        (Reply(403, _refusal("not you")), PermissionMissing),
        (Reply(404, _refusal("no such thing")), RequestRefused),
        (Reply(404, PAGE), BadAnswer),
        (Reply(413, PAGE), RequestRefused),
        (Reply(414, PAGE), RequestRefused),
        (Reply(500, _refusal("boom")), RequestRefused),
        (Reply(503, PAGE), Unreachable),
    ],
)
def test_refusals_become_errors_with_the_shops_words(
    reply: Reply, expected: type[SystemFault]
) -> None:
    with shop(then(reply)) as (session, _), pytest.raises(expected) as caught:
        session.get("/things")
    assert caught.value.status == reply.status
    if reply.body != PAGE:
        assert json.loads(reply.body)["message"] in str(caught.value)


@pytest.mark.parametrize(("allowed", "sent"), [(1, 1), (3, 3)])
def test_a_server_error_is_repeated_as_often_as_the_caller_says(allowed: int, sent: int) -> None:
    with shop(then(Reply(500))) as (session, server):
        with pytest.raises(RequestRefused):
            session.request("GET", "/things", server_error_attempts=allowed)
        assert len(server.asked) == sent


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_that_was_never_made_may_be_tried_again(method: str) -> None:
    waits = Waits()
    url = f"http://127.0.0.1:{_closed_port()}"
    with (
        closing(Session(url, system="Shop", sleep=waits, attempts=3)) as session,
        pytest.raises(Unreachable) as caught,
    ):
        session.request(method, "/things", json={})
    assert len(waits) == 2
    assert "url" in caught.value.remedy


@pytest.mark.parametrize("url", ["http://", "ftp://shop.example", "http://[::1"])
def test_what_is_no_address_is_unreachable_at_once(url: str) -> None:
    waits = Waits()
    with (
        closing(Session(url, system="Shop", sleep=waits)) as session,
        pytest.raises(Unreachable),
    ):
        session.get("/things")
    assert waits == []


def test_plain_http_on_a_tls_address_is_not_trusted() -> None:
    waits = Waits()
    with (
        ScriptedServer(then(OK)) as server,
        closing(
            Session(server.url.replace("http:", "https:"), system="Shop", sleep=waits)
        ) as session,
        pytest.raises(Unreachable, match="TLS"),
    ):
        session.get("/things")
    assert waits == []


def _echoing_secrets(asked: Asked, _number: int) -> Reply:
    said = f"bad header {asked.headers['authorization']} and {SECRET}\x1b[31m\nred"
    return Reply(400, json.dumps({"message": said}).encode())


def test_secrets_and_control_characters_never_show() -> None:
    bearer = Bearer(lambda: "token-0123456789")
    with (
        shop(_echoing_secrets, auth=bearer, secrets=[SECRET]) as (session, _),
        pytest.raises(RequestRefused) as caught,
    ):
        session.get(f"/things/{SECRET}")
    shown = str(caught.value)
    assert SECRET not in shown
    assert "token-0123456789" not in shown
    assert "\x1b" not in shown
    assert "\n" not in shown


def test_a_very_long_explanation_is_cut() -> None:
    with (
        shop(then(Reply(400, _refusal("x" * 50_000)))) as (session, _),
        pytest.raises(RequestRefused) as caught,
    ):
        session.get("/things")
    assert len(str(caught.value)) < 1_000


def _only(token: str) -> Script:
    def script(asked: Asked, _number: int) -> Reply:
        return OK if asked.headers.get("authorization") == f"Bearer {token}" else Reply(401)

    return script


def test_an_expired_token_is_renewed_once() -> None:
    tokens = iter(["expired", "fresh"])
    with shop(_only("fresh"), auth=Bearer(lambda: next(tokens))) as (session, server):
        assert session.get("/things") == {"ok": True}
        session.get("/things")
    assert len(server.asked) == 3


def test_a_fixed_token_that_is_refused_is_not_sent_again() -> None:
    with shop(_only("right"), auth=Bearer(lambda: "wrong")) as (session, server):
        with pytest.raises(AuthenticationFailed):
            session.get("/things")
        assert len(server.asked) == 1


def test_anonymous_requests_carry_no_credentials() -> None:
    with shop(then(OK), auth=Bearer(lambda: "token")) as (session, server):
        session.request("GET", "/things", anonymous=True)
    assert "authorization" not in server.asked[0].headers


def test_credentials_in_a_url_are_not_repeated() -> None:
    word = base64.b64encode(b"password").decode()
    url = f"http://user:{word}@127.0.0.1:{_closed_port()}"
    with (
        closing(Session(url, system="Shop", sleep=Waits(), attempts=1)) as session,
        pytest.raises(Unreachable) as caught,
    ):
        session.get("/things")
    assert word not in str(caught.value)
