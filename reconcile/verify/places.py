"""Where the record of each change is, in frames of records that go by one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reconcile.model import Action, Change


class Places:
    """Finds the records of the changes of one entity.

    Ids settle who is meant; a created record whose id nobody was told is found by its key. When
    all frames have passed, `there` says of each change whether its record was found, and `twins`
    how many records have the key of a create.
    """

    def __init__(self, changes: Sequence[Change], ids: Mapping[str, str]) -> None:
        """`ids`: address text -> target id."""
        self._changes = changes
        self._wanted = pl.DataFrame(
            {
                "target_id": [ids.get(str(change.address)) for change in changes],
                "key": [change.address.key for change in changes],
                "is_create": [change.action is Action.CREATE for change in changes],
            },
            schema={"target_id": pl.String, "key": pl.String, "is_create": pl.Boolean},
        ).with_row_index("change")
        self._by_key: dict[int, str] = {}
        self.there = bytearray(len(changes))
        self.twins = [0] * len(changes)

    def within(self, existing: pl.DataFrame) -> pl.DataFrame:
        """`change` (its index) and `record` (its row) of the records that are in this frame."""
        records = existing.select("target_id", "key").with_row_index("record")
        keyed = records.drop_nulls("key").group_by("key").agg(pl.first("record"), pl.len())
        self._count(keyed)
        placed = pl.concat([self._named(records), self._unnamed(keyed, records)]).sort("change")
        for change in placed["change"]:
            self.there[change] = True
        return placed

    def _count(self, keyed: pl.DataFrame) -> None:
        creates = self._wanted.filter("is_create").select("change", "key")
        for change, count in creates.join(keyed, on="key").select("change", "len").iter_rows():
            self.twins[change] += count

    def _named(self, records: pl.DataFrame) -> pl.DataFrame:
        return self._wanted.join(records, on="target_id").select("change", "record")

    def _unnamed(self, keyed: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
        """Those found by key alone; the first record with a key is the one."""
        unnamed = self._wanted.filter(pl.col("target_id").is_null()).join(keyed, on="key")
        known = pl.Series(list(self._by_key), dtype=pl.UInt32)
        fresh = unnamed.filter(~pl.col("change").is_in(known)).select("change", "record")
        ids = records["target_id"].gather(fresh["record"])
        self._by_key |= dict(zip(fresh["change"], ids, strict=True))
        return fresh

    def found_by_key(self) -> Iterator[tuple[str, str]]:
        """Address text and target id of records nobody knew the id of."""
        for change, target_id in self._by_key.items():
            yield str(self._changes[change].address), target_id
