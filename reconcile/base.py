"""The base: what was last applied, per record of the target and field.

    <work>/base/<shop>/<entity>/<plan id>.parquet    record, field, value (canonical JSON), at
    <work>/base/<shop>/base.json                     whose records these are

Every plan that is applied leaves one file per entity, written anew whenever more of it is applied;
what was applied last has the last word, whichever plan it was of. A record goes by its target
id, or by its key with `=` before it where Medusa did not tell the id. References are held as
target ids: keys of records may change, which changes nothing here. A record this tool created has
one more row, its field "" and its value the key: whatever no row names had no value.

The base only ever takes changes out of a plan. Without it, or with that of another shop, a plan
is what comparing two sides gives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from pathlib import Path

import polars as pl
from slugify import slugify

from reconcile.canonical import to_json
from reconcile.errors import PlanError
from reconcile.model import Json
from reconcile.private_file import open_private, write_private

FACTS = "base.json"
FORMAT = 1
CREATED = ""
"""The field of a row that says: this record was created here, under the key in `value`; null once
it was deleted here."""

SCHEMA = pl.Schema({"record": pl.String, "field": pl.String, "value": pl.String, "at": pl.String})
PART_ROWS = 100_000


class Known(StrEnum):
    """What there is of a base."""

    HERE = "here"
    NONE = "none"
    FOREIGN = "foreign"
    """It is that of another shop."""


@dataclass(frozen=True, slots=True)
class Base:
    """What was last applied to one shop, as far as it is known."""

    known: Known = Known.NONE
    url: str = ""
    """The shop it is of; of several foreign ones, the first."""
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    """By entity, in the order of their plans."""

    def created(self, entity: str, keys: Collection[str]) -> frozenset[str]:
        """Of these keys those of records that were created here, and not deleted here since.

        Raises PlanError.
        """
        files = self.files.get(entity, ())
        if self.known is not Known.HERE or not files or not keys:
            return frozenset()
        asked = pl.Series([to_json(key) for key in sorted(keys)], dtype=pl.String)
        wanted = (pl.col("field") == CREATED) & pl.col("value").is_in(asked.implode())
        found = {record: value for path in files for record, _, value, _ in _rows(path, wanted)}
        last = self.of(entity, found.keys())
        return frozenset(
            json.loads(value)
            for record, value in found.items()
            if last[record][CREATED] == json.loads(value)
        )

    def of(self, entity: str, records: Collection[str]) -> dict[str, dict[str, Json]]:
        """Record -> field -> value, of those of these records that are known.

        Raises PlanError when a file cannot be read.
        """
        found = self.dated(entity, records)
        return {
            record: {name: value for name, (value, _) in values.items()}
            for record, values in found.items()
        }

    def dated(
        self, entity: str, records: Collection[str]
    ) -> dict[str, dict[str, tuple[Json, str]]]:
        """The same with when each value was applied, as UTC text."""
        files = self.files.get(entity, ())
        if self.known is not Known.HERE or not files or not records:
            return {}
        wanted = pl.col("record").is_in(pl.Series(sorted(records), dtype=pl.String).implode())
        rows = sorted((row for path in files for row in _rows(path, wanted)), key=_when)
        found: dict[str, dict[str, tuple[Json, str]]] = {}
        for record, name, value, at in rows:
            found.setdefault(record, {})[name] = (json.loads(value), at)
        return found


def record_of(target_id: str | None, key: str) -> str:
    """What a record goes by."""
    return target_id or f"={key}"


def _when(row: tuple[str, str, str, str]) -> str:
    return row[3]


def _rows(path: Path, wanted: pl.Expr) -> Iterator[tuple[str, str, str, str]]:
    try:
        frame = pl.scan_parquet(path).filter(wanted)
        yield from frame.select(*SCHEMA).collect().iter_rows()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise PlanError(
            f"What was last applied cannot be read from {path}: {error}.",
            remedy=f"Restore the file, or remove {path.parent.parent}: the next plan then takes "
            "every difference for a change of the source.",
        ) from error


def load(root: Path, url: str) -> Base:
    """The base below `root` of the shop at `url`. Raises PlanError when it is damaged."""
    folder = folder_of(root, url)
    if not (folder / FACTS).exists():
        others = sorted(_url_in(path) for path in root.glob(f"*/{FACTS}"))
        return Base(Known.FOREIGN, others[0]) if others else Base()
    whose = _url_in(folder / FACTS)
    if whose != url:
        return Base(Known.FOREIGN, whose)
    rooms = (each for each in folder.iterdir() if each.is_dir())
    files = {room.name: tuple(sorted(room.glob("*.parquet"))) for room in rooms}
    return Base(Known.HERE, whose, files)


def folder_of(root: Path, url: str) -> Path:
    """Where the base of a shop lies: readable, and never the same for two shops."""
    return root / f"{slugify(url)}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def _url_in(path: Path) -> str:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        whose, form = str(facts["url"]), facts["format"]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise PlanError(f"{path} is damaged: {error!r}.", remedy="Restore or remove it.") from error
    if form != FORMAT:
        raise PlanError(
            f"{path} has format {form}, this version reads {FORMAT}.",
            remedy="Use the version of reconcile that wrote it.",
        )
    return whose


@dataclass(frozen=True, slots=True)
class Applied:
    """One value that stands in the target since it was applied."""

    entity: str
    record: str
    field: str
    value: Json
    at: str = ""
    """When, as UTC text; of equal times the later plan counts."""


def learn(root: Path, url: str, plan_id: str, applied: Iterable[Applied]) -> None:
    """Keep what was applied of one plan, entity by entity as it comes. Raises OSError.

    Doing it again with more of the same plan replaces what was kept of it.
    """
    folder = folder_of(root, url)
    for place in (root, folder):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if load(root, url).known is not Known.HERE:
        write_private(folder / FACTS, to_json({"format": FORMAT, "url": url}) + "\n")
    for entity, values in groupby(applied, key=lambda each: each.entity):
        place = folder / entity
        place.mkdir(exist_ok=True, mode=0o700)
        _write(place / f"{plan_id}.parquet", values)


def _write(path: Path, values: Iterable[Applied]) -> None:
    """As a whole or not at all, for its owner's eyes only."""
    frame = pl.concat([pl.DataFrame(schema=SCHEMA), *_frames(values)])
    partial = path.with_suffix(".partial")
    with open_private(partial) as file:
        frame.sort("record", "field").write_parquet(file)
    partial.replace(path)


def _frames(values: Iterable[Applied]) -> Iterator[pl.DataFrame]:
    rows: list[tuple[str, str, str, str]] = []
    for each in values:
        rows.append((each.record, each.field, to_json(each.value), each.at))
        if len(rows) == PART_ROWS:
            yield pl.DataFrame(rows, SCHEMA, orient="row")
            rows = []
    yield pl.DataFrame(rows, SCHEMA, orient="row")
