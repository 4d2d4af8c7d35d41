"""Things that happen in the shop while it runs, to generated and to recorded records alike.

In a test, on a shop in the same process; and on one that `reconcile sandbox up` started, from
Python (`reconcile.sandbox.happen`) or as a request with an administrator's token:

    magento.happenings.happen("ship", order="000000012", tracks=[{"carrier_code": "ups", ...}])

    POST /sample/happenings   {"kind": "ship", "order": "000000012"}

Only changed records are held in memory. With a journal, what happened is still so after a restart.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from reconcile.sandbox.magento.happenings import customers, new_order, orders
from reconcile.sandbox.magento.happenings.journal import Journal
from reconcile.sandbox.magento.shop import Shop

KINDS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "invoice": orders.invoice,
    "ship": orders.ship,
    "track": orders.track,
    "refund": orders.refund,
    "cancel": orders.cancel,
    "hold": orders.hold,
    "release": orders.release,
    "comment": orders.comment,
    "place": new_order.place_order,
    "join": customers.join,
    "move": customers.move,
    "rename": customers.rename,
    "forget": customers.forget,
}
"""What can happen. Each takes the shop, the moment, and members of its own; see there."""


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


class Happenings:
    """Lets things happen to a shop, one after the other."""

    def __init__(
        self, shop: Shop, journal: Journal | None = None, clock: Callable[[], str] = _now
    ) -> None:
        self._shop, self._journal, self._clock = shop, journal, clock
        self._lock = threading.Lock()
        for what in journal.read() if journal else ():
            self._do(what)

    def happen(self, kind: str, **members: Any) -> dict[str, Any]:
        """Let something of ``KINDS`` happen, now or at ``at`` (``YYYY-MM-DD hh:mm:ss``, UTC).

        Returns the ids and numbers of what it made. Raises ValueError when it cannot happen, with
        nothing changed then.
        """
        with self._lock:
            what = {"kind": kind, "at": self._clock(), **members}
            made = self._do(what)
            if self._journal:
                self._journal.append(what)
            return made

    def _do(self, what: Mapping[str, Any]) -> dict[str, Any]:
        members = dict(what)
        kind, at = members.pop("kind"), members.pop("at")
        function = KINDS.get(kind)
        if function is None:
            raise ValueError(f"{kind!r} cannot happen; what can: {', '.join(KINDS)}")
        try:
            bound = inspect.signature(function).bind(self._shop, at, **members)
        except TypeError as error:
            raise ValueError(f"{kind}: {error}") from error
        return function(*bound.args, **bound.kwargs)
