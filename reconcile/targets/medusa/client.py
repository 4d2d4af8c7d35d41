"""Medusa's Admin API as this tool uses it: bounded lists, look-ups in bulk, small answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reconcile.errors import BadAnswer
from reconcile.http import Session
from reconcile.model import Json
from reconcile.targets.medusa.tables.listing import Listing, Record

QUERY_BYTES = 8_000
"""Medusa answers 431 once URL and headers pass about 16 KB; half of that leaves room."""
AT_ONCE = 200
"""Values per look-up, so that an answer stays small."""
ID_ONLY = ("id",)


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a list, and how many the server says there are in all.

    `shifted`: the last record of the page before was not where it should have been.
    """

    records: Sequence[Record]
    count: int
    shifted: bool = False


class MedusaClient:
    """One shop's Admin API. Safe to use from several threads. Every method raises SystemFault."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, path: str, *, fields: Sequence[str]) -> dict[str, Any]:
        """The body of `/admin/<path>` with only these fields (and the id)."""
        return _object(self._session.get(f"/admin/{path}", {"fields": ",".join(fields)}), path)

    def post(self, path: str, body: Json, *, fields: Sequence[str] = ID_ONLY) -> dict[str, Any]:
        """Write, and have only these fields answered: reading whole records back costs as much
        time as writing them."""
        answer = self._session.request(
            "POST", f"/admin/{path}", params={"fields": ",".join(fields)}, json=body
        )
        return _object(answer.body, path)

    def delete(self, path: str) -> None:
        """Delete one record. Medusa also says yes to one that is not there."""
        self._session.request("DELETE", f"/admin/{path}")

    def pages(self, listing: Listing) -> Iterator[Page]:
        """A list page by page, each record once, in the order of ids.

        Without `order` Medusa sorts by id, which grows with time; with any other order equal
        values have no order at all. Each page begins with the last record of the one before, so
        that a record removed meanwhile, which moves all others up, does not pass unseen.
        """
        seen: set[str] = set()
        start, last = 0, ""
        while True:
            records, count = self._page(listing, start)
            ids = [str(record["id"]) for record in records]
            fresh = [record for record in records if record["id"] not in seen]
            yield Page(fresh, count, shifted=bool(last) and ids[:1] != [last])
            seen.update(ids)
            end = start + len(records)
            if not fresh or end >= count:
                return
            start, last = end - 1, ids[-1]

    def _page(self, listing: Listing, offset: int) -> tuple[list[Record], int]:
        query = {
            "fields": ",".join(listing.fields),
            "limit": str(listing.limit),
            "offset": str(offset),
        }
        body = _object(self._session.get(f"/admin/{listing.path}", query), listing.path)
        records, count = body.get(listing.plural), body.get("count")
        if not isinstance(records, list) or not isinstance(count, int):
            raise _not_promised(listing.path)
        return records, count

    def matching(
        self, path: str, plural: str, field: str, values: Iterable[str], fields: Sequence[str]
    ) -> Iterator[Record]:
        """The records whose field is one of the values, as many values per request as fit.

        A single value is sent twice: Medusa splits a list of one at its commas.
        """
        for chunk in chunks(f"{field}[]", sorted(set(values))):
            named = chunk if len(chunk) > 1 else chunk * 2
            query = [
                ("fields", ",".join(fields)),
                ("limit", str(AT_ONCE * 5)),
                *((f"{field}[]", value) for value in named),
            ]
            body = _object(self._session.get(f"/admin/{path}", query), path)
            yield from body.get(plural) or ()


def chunks(name: str, values: Sequence[str]) -> Iterator[list[str]]:
    """The values in groups that fit into a query, each given as `name=value`."""
    chunk: list[str] = []
    size = 0
    for value in values:
        weight = len(quote(f"{name}={value}&", safe=""))
        if chunk and (size + weight > QUERY_BYTES or len(chunk) == AT_ONCE):
            yield chunk
            chunk, size = [], 0
        chunk.append(value)
        size += weight
    if chunk:
        yield chunk


def _object(body: Json, path: str) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise _not_promised(path)
    return body


def _not_promised(path: str) -> BadAnswer:
    return BadAnswer(
        f"Medusa answered /admin/{path} with something else than its records.",
        remedy="Check that the url leads to a Medusa v2 server.",
    )
