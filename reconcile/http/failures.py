"""What a request that got no usable answer means, and whether it may be sent again."""

from __future__ import annotations

import requests
import urllib3

from reconcile.errors import AnswerLost, SystemFault, Unreachable
from reconcile.http.retry import Again

_LOST = (
    "The request may or may not have been carried out: look the record up before sending it again."
)


class Interrupted(Unreachable):
    """The shop was reached, but its answer took too long or broke off."""


def _reason(error: requests.RequestException) -> object:
    """What lies below, since `requests` wraps urllib3's errors several times."""
    inner = error.args[0] if error.args else error
    return getattr(inner, "reason", None) or inner


def _never_connected(error: requests.RequestException) -> bool:
    reason = _reason(error)
    never = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, never)


def lost(where: str, why: str, status: int | None = None) -> AnswerLost:
    """A write whose answer never came."""
    return AnswerLost(f"No answer to {where}: {why}", status=status, remedy=_LOST)


def transport_failure(
    error: requests.RequestException, *, where: str, idempotent: bool
) -> Again | SystemFault:
    """What to raise for an exchange that broke: `Again` when sending it once more is safe."""
    why = type(_reason(error)).__name__
    if isinstance(error, requests.exceptions.SSLError):
        return Unreachable(
            f"The TLS certificate of the shop was not accepted ({where}).",
            remedy="Check the address and the certificate; verification is always on.",
        )
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Unreachable(f"{where} is no address.", remedy="Check the url in reconcile.yml.")
    if isinstance(_reason(error), urllib3.exceptions.NameResolutionError):
        fault = Unreachable(f"The host of {where} is unknown.", remedy="Check the url and the DNS.")
        return Again(fault, limit=2)
    if _never_connected(error):
        return Again(
            Unreachable(
                f"No connection for {where} ({why}).",
                remedy="Check the url, the port and whether the shop is running.",
            )
        )
    if not idempotent:
        return lost(where, why)
    return Again(
        Interrupted(f"No whole answer to {where} ({why}).", remedy="Check the network; try again.")
    )
