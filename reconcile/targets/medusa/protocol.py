"""The companion inside Medusa as this tool asks it: one protocol, records by keyset, bulk writes.

The companion (`companion/`) is a part of the shop's own project. Whether a shop has one, and what
it can do there, it says itself; a shop without one answers 404.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconcile import __version__
from reconcile.errors import BadAnswer, RequestRefused, SystemFault
from reconcile.http import Refusal, Session, fault_of
from reconcile.model import Json
from reconcile.targets.medusa.client import AT_ONCE, Page, chunks
from reconcile.targets.medusa.tables.listing import Record

PROTOCOL = 1
HEADERS = {"X-Reconcile-Protocol": str(PROTOCOL)}
PATH = "/admin/reconcile"
REFUSED = "reconcile_protocol"
"""The type of the companion's answer to another protocol."""
CUSTOMERS, ORDERS = "customers", "orders"
PAGE = 500
INSTALL = "Run `reconcile companion install` in the shop's project and restart Medusa."
ABSENT = "Medusa has no companion (any more)."


@dataclass(frozen=True, slots=True)
class Facts:
    """What a companion says of itself.

    `passwords`: the shop's logins understand carried passwords. `numbers`: its orders keep the
    numbers they are given.
    """

    version: str
    protocol: int
    medusa: str
    passwords: bool
    numbers: bool


class Companion:
    """One shop's companion, or that there is none. Safe to use from several threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._asked = False
        self._facts: Facts | None = None

    def facts(self) -> Facts | None:
        """What it can do; None when the shop has none. Asked once.

        Raises BadAnswer when it speaks another protocol, SystemFault when the shop does not answer.
        """
        with self._lock:
            if not self._asked:
                self._facts = self._handshake()
                self._asked = True
            return self._facts

    def _handshake(self) -> Facts | None:
        try:
            body = self._session.get(PATH)
        except (RequestRefused, BadAnswer) as fault:
            if fault.status == 404:
                return None
            raise
        said = body.get("companion") if isinstance(body, dict) else None
        if not isinstance(said, dict) or not isinstance(said.get("protocol"), int):
            raise BadAnswer(
                f"Medusa answered {PATH} with something else than its companion.", remedy=INSTALL
            )
        if said["protocol"] != PROTOCOL:
            raise _other_protocol(str(said.get("version")), said["protocol"])
        return Facts(
            version=str(said.get("version")),
            protocol=said["protocol"],
            medusa=str(said.get("medusa")),
            passwords=said.get("passwords") is True,
            numbers=said.get("numbers") is True,
        )

    def pages(self, noun: str, limit: int = PAGE, fields: str = "") -> Iterator[Page]:
        """All records in the order of their ids, each once, however many come or go meanwhile."""
        after, ends = "", set[str]()
        while True:
            query = [("limit", str(limit)), *([("after", after)] if after else [])]
            query += [("fields", fields)] if fields else []
            records, count = self._listed(noun, query)
            yield Page(records, count)
            if not records:
                return
            after = str(records[-1]["id"])
            if after in ends:  # the shop's database orders by rules of its own: no "less than"
                raise _not_promised(noun)
            ends.add(after)

    def find(
        self, noun: str, field: str, values: Iterable[str], fields: str = ""
    ) -> Iterator[Record]:
        """The records whose field (such as `number`) is one of the values."""
        name = f"{field}[]"
        for chunk in chunks(name, sorted(set(values))):
            query = [("limit", str(AT_ONCE * 2)), *((name, value) for value in chunk)]
            yield from self._listed(noun, [*query, *([("fields", fields)] if fields else [])])[0]

    def _listed(self, noun: str, query: Sequence[tuple[str, str]]) -> tuple[list[Record], int]:
        answer = self._session.request(
            "GET", f"{PATH}/{noun}", params=query, server_error_attempts=2, headers=HEADERS
        )
        body = answer.body if isinstance(answer.body, dict) else {}
        records, count = body.get(noun), body.get("count")
        if not isinstance(records, list) or not isinstance(count, int):
            raise _not_promised(noun)
        return records, count

    def post(self, noun: str, records: Sequence[Json]) -> list[Mapping[str, Any]]:
        """Write records; what became of each, in no order. Raises SystemFault."""
        answer = self._session.request(
            "POST", f"{PATH}/{noun}", json={noun: records}, headers=HEADERS
        )
        told = answer.body.get(noun) if isinstance(answer.body, dict) else None
        if not isinstance(told, list) or len(told) != len(records):
            raise _not_promised(noun)
        return told


def absent() -> RequestRefused:
    """The fault for a write that only a companion can do."""
    return RequestRefused(ABSENT, status=404, remedy=INSTALL)


def companion_fault(refusal: Refusal) -> SystemFault:
    """The error for a refusal of Medusa; the companion's own says which protocol it speaks."""
    body = refusal.body if isinstance(refusal.body, dict) else {}
    if refusal.status == 409 and body.get("type") == REFUSED:
        return _other_protocol(str(body.get("version")), body.get("protocol"))
    return fault_of(refusal)


def _other_protocol(version: str, protocol: Any) -> BadAnswer:
    return BadAnswer(
        f"The companion in Medusa is version {version} and speaks protocol {protocol}; "
        f"reconcile {__version__} speaks protocol {PROTOCOL}.",
        status=409,
        remedy=f"Bring the companion to the version of this tool: {INSTALL}",
    )


def _not_promised(noun: str) -> BadAnswer:
    return BadAnswer(
        f"The companion in Medusa answered {PATH}/{noun} with something else than its records.",
        remedy=INSTALL,
    )
