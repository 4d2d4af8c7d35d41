"""One POST to an address that is itself a secret: it stands in no error and in no log."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import requests
import urllib3

from reconcile.http.credentials import Anonymous
from reconcile.http.retry import retry_after
from reconcile.notify.tries import TIMEOUT, NotSent

_REQUEST_LOG = logging.getLogger("urllib3.connectionpool")
_CODE = re.compile(rb"[a-z_]{3,40}")
"""How Slack words a refusal: `invalid_payload`, `no_service`, `channel_is_archived`."""
_LONGEST_ANSWER = 1000
TOO_MANY = 429


def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Send JSON; anything but 2xx is refused. Redirects are not followed. Raises NotSent."""
    typed = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "reconcile"}
    try:
        with (
            _unlogged(),
            requests.Session() as http,
            http.post(
                url,
                data=body,
                headers={**typed, **headers},
                auth=Anonymous(),
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            _judge(answer)
    except requests.RequestException as error:
        raise _broken(error) from None


@contextmanager
def _unlogged() -> Iterator[None]:
    """urllib3 writes the path of each request into its debug log, and that is the secret."""
    _REQUEST_LOG.addFilter(_nothing)
    try:
        yield
    finally:
        _REQUEST_LOG.removeFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def _judge(answer: requests.Response) -> None:
    status = answer.status_code
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NotSent(f"it answered with a redirect (status {status}), which is not followed")
    after = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
    again = status == TOO_MANY or status >= 500
    raise NotSent(f"it answered with status {status}{_code(answer)}", again=again, after=after)


def _code(answer: requests.Response) -> str:
    """A receiver's own short word for what is wrong; anything longer is not repeated."""
    words = next(answer.iter_content(_LONGEST_ANSWER), b"").strip()
    return f" ({words.decode()})" if _CODE.fullmatch(words) else ""


def _broken(error: requests.RequestException) -> NotSent:
    if isinstance(error, requests.exceptions.SSLError):
        return NotSent("its TLS certificate was not accepted")
    if _never_connected(error):
        return NotSent("it cannot be reached", again=True)
    if isinstance(error, requests.Timeout):
        return NotSent(f"it did not answer within {TIMEOUT:g} seconds")
    return NotSent(f"the exchange broke off ({type(error).__name__})")


def _never_connected(error: requests.RequestException) -> bool:
    """Then it cannot have arrived, and another try does no harm."""
    inner = error.args[0] if error.args else error
    reason = getattr(inner, "reason", None) or inner
    never = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, never)
