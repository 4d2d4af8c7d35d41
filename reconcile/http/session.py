"""Sending requests: pooled, verified, without cookies, repeated only where that is safe."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from reconcile.errors import BadAnswer, SystemFault
from reconcile.http.answers import (
    TEMPORARY,
    Answer,
    Refusal,
    encoded,
    fault_of,
    message_of,
    not_json,
    parsed,
    redacted,
    redirected,
)
from reconcile.http.credentials import Anonymous, Bearer
from reconcile.http.failures import Interrupted, lost, transport_failure
from reconcile.http.retry import Again, retry_after, retrying
from reconcile.model import Json

Params = Mapping[str, str] | Sequence[tuple[str, str]]

Patience = Callable[[SystemFault, float], bool]
"""(what went wrong, seconds to wait) -> whether to send the request again, after waiting."""

_log = logging.getLogger(__name__)
_CHUNK = 256 * 1024
_LARGEST_BODY = 512 * 1024 * 1024
"""Bytes of one answer; more is not a page of records but a mistake."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a session has done so far. `requests` counts every attempt."""

    requests: int = 0
    retries: int = 0
    bytes_received: int = 0


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    params: Params
    body: bytes | None
    idempotent: bool
    server_error_attempts: int
    anonymous: bool
    timeout: float
    where: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Received:
    status: int
    headers: Mapping[str, str]
    content: bytes
    authorization: str


class Session:
    """Requests to one shop. Safe to use from several threads at once.

    `url` is the shop's base address; `path` of a request is added to it as it is, so the caller
    encodes what is variable. `words` finds a shop's own explanation in an error body, `fault`
    makes the error of it. `secrets` never appear in an error. `timeout` is seconds without a byte.
    """

    def __init__(
        self,
        url: str,
        *,
        system: str,
        auth: AuthBase | None = None,
        words: Callable[[Json], str] = message_of,
        fault: Callable[[Refusal], SystemFault] = fault_of,
        secrets: Sequence[str] = (),
        timeout: float = 120.0,
        connect_timeout: float = 10.0,
        pool_size: int = 8,
        attempts: int = 5,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.url = url.rstrip("/")
        self.system = system
        self._auth = auth or Anonymous()
        self._words, self._fault, self._secrets = words, fault, tuple(secrets)
        self._timeout, self._connect_timeout, self._attempts = timeout, connect_timeout, attempts
        self._now = now
        self._patience: Patience = _sleeping(sleep)
        self._lock = threading.Lock()
        self._traffic = Traffic()
        self._http = _pooled(pool_size)

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    def ask_before_retry(self, patience: Patience) -> None:
        """From now on `patience` waits before a request is repeated, and may say no.

        It is called from every thread that sends. When it says no, the fault is raised.
        """
        self._patience = patience

    def close(self) -> None:
        self._http.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params = (),
        json: Json = None,
        idempotent: bool | None = None,
        server_error_attempts: int = 1,
        attempts: int | None = None,
        anonymous: bool = False,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return its answer.

        `json` is a JSON value (Decimals become exact numbers) or bytes that are JSON already.
        `idempotent` says that sending it twice does no harm (default: only GET). What could not be
        connected and 429 are always repeated; lost answers, 502, 503, 504 and damaged JSON only
        when idempotent; 500 as often as `server_error_attempts` says. `attempts` caps them all.
        `timeout` replaces the session's for this request, `headers` are added to its own.

        Raises AnswerLost (not idempotent, may have happened), Unreachable, AuthenticationFailed,
        PermissionMissing, RequestRefused (`status` 4xx or 500), BadAnswer.
        """
        call = _Call(
            method=method,
            path=path,
            params=params,
            body=None if json is None else encoded(json),
            idempotent=method == "GET" if idempotent is None else idempotent,
            server_error_attempts=server_error_attempts,
            anonymous=anonymous,
            timeout=timeout or self._timeout,
            where=redacted(f"{method} {_shown(self.url)}{path}", self._secrets),
            headers=headers or {},
        )
        policy = retrying(attempts or self._attempts, self._wait)
        try:
            answer = policy(self._once, call)
        except Again as last:
            raise last.fault from None
        return replace(answer, attempts=int(policy.statistics["attempt_number"]))

    def get(self, path: str, params: Params = ()) -> Json:
        """The body of a GET; a 500 is tried twice. Raises as `request` does."""
        return self.request("GET", path, params=params, server_error_attempts=2).body

    def _once(self, call: _Call) -> Answer:
        received = self._exchange(call)
        if received.status == 401 and self._renewed(call, received):
            received = self._exchange(call)
        return self._judged(call, received)

    def _renewed(self, call: _Call, received: _Received) -> bool:
        return (
            not call.anonymous
            and isinstance(self._auth, Bearer)
            and self._auth.renew(received.authorization)
        )

    def _exchange(self, call: _Call) -> _Received:
        try:
            with self._sent(call) as response:
                content = self._read(call, response)
        except requests.RequestException as error:
            raise transport_failure(error, where=call.where, idempotent=call.idempotent) from None
        self._count(len(content))
        return _Received(
            response.status_code, response.headers, content, _authorization(response.request)
        )

    def _sent(self, call: _Call) -> requests.Response:
        typed = {"Content-Type": "application/json"} if call.body is not None else {}
        return self._http.request(
            call.method,
            self.url + call.path,
            params=call.params,
            data=call.body,
            headers={**typed, **call.headers},
            auth=Anonymous() if call.anonymous else self._auth,
            timeout=(self._connect_timeout, call.timeout),
            allow_redirects=False,
            stream=True,
        )

    def _read(self, call: _Call, response: requests.Response) -> bytes:
        chunks, size = [], 0
        for chunk in response.iter_content(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > _LARGEST_BODY:
                raise BadAnswer(
                    f"{self.system} answered {call.where} with more than {_LARGEST_BODY} bytes.",
                    status=response.status_code,
                    remedy="Ask for smaller pages (page_size in reconcile.yml).",
                )
        return b"".join(chunks)

    def _judged(self, call: _Call, received: _Received) -> Answer:
        status = received.status
        if 300 <= status < 400:
            target = redacted(_shown(received.headers.get("Location", "")), self._secrets)
            raise redirected(self.system, call.where, status, target)
        if status >= 400:
            raise self._refused(call, received)
        try:
            body = parsed(received.content)
        except ValueError:
            raise self._damaged(call, received) from None
        return Answer(status, body, received.headers.get("x-request-id", ""))

    def _damaged(self, call: _Call, received: _Received) -> Exception:
        fault = not_json(self.system, call.where, received.status, received.content)
        if received.content.lstrip()[:1] == b"<":
            return fault
        if not call.idempotent:
            return lost(call.where, "the answer was cut short", received.status)
        return Again(fault)

    def _refused(self, call: _Call, received: _Received) -> Exception:
        status = received.status
        fault = self._fault(self._refusal(call, received))
        if isinstance(fault, Interrupted) and call.idempotent:
            return Again(fault)
        after = retry_after(received.headers.get("Retry-After"), self._now())
        if status == 429 or (status == 503 and after is not None):
            return Again(fault, after=after)
        if status in TEMPORARY and not call.idempotent:
            return lost(call.where, f"status {status}", status)
        if status in TEMPORARY:
            return Again(fault, after=after)
        if status == 500:
            return Again(fault, limit=call.server_error_attempts)
        return fault

    def _refusal(self, call: _Call, received: _Received) -> Refusal:
        try:
            body, is_json = parsed(received.content), True
        except ValueError:
            body, is_json = None, False
        words = self._words(body) if is_json else "a web page instead of data"
        hidden = (*self._secrets, *received.authorization.replace('"', " ").split())
        return Refusal(
            system=self.system,
            where=call.where,
            status=received.status,
            body=body,
            words=redacted(words, hidden),
            is_json=is_json,
        )

    def _count(self, size: int) -> None:
        with self._lock:
            known = self._traffic
            self._traffic = replace(
                known, requests=known.requests + 1, bytes_received=known.bytes_received + size
            )

    def _wait(self, again: Again, seconds: float) -> None:
        if not self._patience(again.fault, seconds):
            raise again
        _log.info("Sending it again: %s", again.fault.message)
        with self._lock:
            self._traffic = replace(self._traffic, retries=self._traffic.retries + 1)


def _sleeping(sleep: Callable[[float], None]) -> Patience:
    def patience(_: SystemFault, seconds: float) -> bool:
        sleep(seconds)
        return True

    return patience


def _authorization(request: requests.PreparedRequest) -> str:
    header: str | bytes = request.headers.get("Authorization", "")
    return header.decode() if isinstance(header, bytes) else header  # oauthlib writes bytes


def _shown(url: str) -> str:
    """An address without user, password and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _pooled(size: int) -> requests.Session:
    http = requests.Session()
    http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    http.headers["Accept"] = "application/json"
    http.headers["User-Agent"] = "reconcile"
    for scheme in ("https://", "http://"):
        http.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=size))
    return http
