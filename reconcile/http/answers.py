"""Reading what came back: JSON with exact numbers, or an error that says what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from reconcile.errors import (
    AuthenticationFailed,
    BadAnswer,
    PermissionMissing,
    RequestRefused,
    SystemFault,
    Unreachable,
)
from reconcile.model import Json

TEMPORARY = frozenset({408, 429, 502, 503, 504, 520, 521, 522, 523, 524})
"""Statuses that pass by themselves; 520 to 524 are Cloudflare's for a shop it cannot reach."""

_LARGEST_EXPONENT = 400
"""Beyond any float. Written out, `1e999999999` would fill the memory."""

_LONGEST_TEXT = 500
"""Characters of a shop's own words that an error repeats."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer. `body` is JSON with fractions as Decimal, None when it was empty.

    `attempts` counts how often it was sent; `request_id` is the server's own, or "".
    """

    status: int
    body: Json
    request_id: str = ""
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer with status 400 or above. `body` is None when it was not JSON.

    `words` are the shop's own, redacted and cut; `where` is method and address without its query.
    """

    system: str
    where: str
    status: int
    body: Json
    words: str
    is_json: bool


def message_of(body: Json) -> str:
    """The words of an error body in the usual form `{"message": ...}`; "" when there are none."""
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else ""


def redacted(text: str, secrets: Iterable[str]) -> str:
    """One line fit to be shown: secrets starred out, control characters gone, not too long."""
    for secret in secrets:
        if len(secret) > 3:
            text = text.replace(secret, "***")
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(printable.split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT]}..."


def parsed(content: bytes) -> Json:
    """The JSON value of a body, fractions as Decimal; None for an empty one. Raises ValueError."""
    if not content.strip():
        return None
    try:
        return json.loads(content, parse_float=_fraction, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _fraction(word: str) -> Decimal:
    try:
        number = Decimal(word)
    except ArithmeticError:
        return _no_number(word)
    return number if abs(number.adjusted()) <= _LARGEST_EXPONENT else _no_number(word)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _exact_number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} cannot be sent as JSON")
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"{value} has more digits than a JSON number carries safely")
    return number


def encoded(body: Json) -> bytes:
    """A JSON body as bytes. A Decimal becomes a number with exactly its digits, else ValueError.

    Bytes pass unchanged, so a caller that cuts batches by size encodes only once.
    """
    if isinstance(body, bytes):
        return body
    text = json.dumps(body, default=_exact_number, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


_NOT_THE_API = (
    "Check the url in reconcile.yml: it must lead to the shop itself, without a login page, a "
    "firewall or another site in between."
)
_TOO_LARGE = "The request is too large for the web server in front of the shop."


def not_json(system: str, where: str, status: int, content: bytes) -> BadAnswer:
    """The error for a body that is no JSON: a page of HTML, or JSON that was cut short."""
    start = content.lstrip()[:1]
    if start == b"<":
        return BadAnswer(
            f"{system} answered {where} with a web page instead of data (status {status}).",
            status=status,
            remedy=_NOT_THE_API,
        )
    cut = "JSON that is cut short or damaged" if start in (b"{", b"[", b'"') else "no JSON"
    return BadAnswer(
        f"{system} answered {where} with {cut} ({len(content)} bytes, status {status}).",
        status=status,
        remedy="Try again; if it stays, look into the shop's web server log.",
    )


def redirected(system: str, where: str, status: int, location: str) -> BadAnswer:
    """The error for a redirect, which is never followed: it would carry the credentials along."""
    return BadAnswer(
        f"{system} answered {where} with a redirect to {location or 'nowhere'}.",
        status=status,
        remedy="Put the final address into reconcile.yml as url (mind https and www).",
    )


def fault_of(refusal: Refusal) -> SystemFault:
    """The error for a refusal that needs no knowledge of the system."""
    status, words = refusal.status, refusal.words or "no reason given"
    text = f"{refusal.system} refused {refusal.where} with status {status}: {words}"
    if status == 401:
        return AuthenticationFailed(text, status=status, remedy="Check the credentials.")
    if status == 403:
        remedy = "Give the credentials this permission, or let the firewall pass these requests."
        return PermissionMissing(text, status=status, remedy=remedy)
    if status in (413, 414):
        return RequestRefused(text, status=status, remedy=_TOO_LARGE)
    if status == 404 and not refusal.is_json:
        return BadAnswer(text, status=status, remedy=_NOT_THE_API)
    if status in TEMPORARY:
        remedy = "The shop is overloaded or in maintenance; try again when it answers."
        return Unreachable(text, status=status, remedy=remedy)
    return RequestRefused(text, status=status)
