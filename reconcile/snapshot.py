"""A system's records at one moment, as Parquet parts beside a manifest.

    <root>/<system>/<utc>/manifest.json
    <root>/<system>/<utc>/<table>/part-00000.parquet ...

A snapshot is written into a folder with the suffix `.partial` and renamed when it is whole, so a
folder without the suffix was never cut short by a crash. Memory stays flat: at most `PART_ROWS`
rows of each table wait for the disk.
"""

from __future__ import annotations

import io
import json
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.canonical import digest, file_digest, moment_text, to_json
from reconcile.errors import SnapshotError
from reconcile.systems import Progress, Reader, Row
from reconcile.unused import unused

PART_ROWS = 2_000
FORMAT = 1


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What the manifest says of a table. `files` maps file name to sha256."""

    rows: int
    reported: int | None
    distinct: int
    complete: bool
    incomplete: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A finished snapshot on disk. It satisfies the `Tables` protocol."""

    folder: Path
    system: str
    url: str
    taken_at: datetime
    versions: Mapping[str, str]
    tables: Mapping[str, TableFacts]
    digest: str
    uncut: Mapping[str, TableFacts] = field(default_factory=dict)
    """In a window: the facts of the table it is cut from."""

    @property
    def is_complete(self) -> bool:
        return all(facts.complete for facts in self.tables.values())

    def has(self, table: str) -> bool:
        return table in self.tables

    def complete(self, table: str) -> bool:
        return self.tables[table].complete

    def scan(self, table: str) -> pl.LazyFrame:
        """Raises SnapshotError for a table this snapshot does not hold."""
        if table not in self.tables:
            raise SnapshotError(
                f"The snapshot {self.folder} has no table '{table}'.",
                remedy="Take a new snapshot with `reconcile snapshot`.",
            )
        files = [self.folder / table / name for name in sorted(self.tables[table].files)]
        return pl.scan_parquet(files)

    def windows(self, table: str, rows: int) -> Iterator[Snapshot]:
        """The snapshot with one table narrowed to some of its parts at a time, in their order.

        A part is never cut, so a window holds at least `PART_ROWS` rows where there are so many.
        """
        facts = self.tables.get(table)
        if facts is None:
            yield self
            return
        names, parts = sorted(facts.files), max(1, rows // PART_ROWS)
        for start in range(0, len(names), parts):
            files = {name: facts.files[name] for name in names[start : start + parts]}
            cut = replace(facts, files=files)
            yield replace(self, tables={**self.tables, table: cut}, uncut={table: facts})

    def whole(self, table: str) -> pl.LazyFrame:
        return replace(self, tables={**self.tables, **self.uncut}, uncut={}).scan(table)


class SnapshotWriter:
    """Collects rows and writes them part by part. Satisfies `TableSink`; use as a context."""

    def __init__(self, root: Path, system: str, url: str, taken_at: datetime) -> None:
        self._final = unused(root / system / taken_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
        self._folder = self._final.with_name(self._final.name + ".partial")
        self._system, self._url, self._taken_at = system, url, taken_at
        self._lock = threading.Lock()
        self._schemas: dict[str, pl.Schema] = {}
        self._waiting: dict[str, list[Row]] = {}
        self._files: dict[str, dict[str, str]] = {}
        self._rows: dict[str, int] = {}
        self._facts: dict[str, TableFacts] = {}

    def __enter__(self) -> SnapshotWriter:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, mode=0o700)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, table: str, schema: pl.Schema) -> None:
        with self._lock:
            (self._folder / table).mkdir()
            self._schemas[table] = schema
            self._waiting[table], self._files[table], self._rows[table] = [], {}, 0

    def append(self, table: str, rows: Sequence[Row]) -> None:
        with self._lock:
            waiting = self._waiting[table]
            waiting.extend(rows)
            while len(waiting) >= PART_ROWS:
                self._write(table, waiting[:PART_ROWS])
                del waiting[:PART_ROWS]

    def close(
        self, table: str, *, reported: int | None, distinct: int, incomplete: str = ""
    ) -> None:
        with self._lock:
            if self._waiting[table] or not self._files[table]:
                self._write(table, self._waiting[table])
                self._waiting[table] = []
            if not incomplete and reported is not None and reported != distinct:
                incomplete = f"the server reported {reported} records, {distinct} were read"
            self._facts[table] = TableFacts(
                rows=self._rows[table],
                reported=reported,
                distinct=distinct,
                complete=not incomplete,
                incomplete=incomplete,
                files=self._files[table],
            )

    def _write(self, table: str, rows: Sequence[Row]) -> None:
        name = f"part-{len(self._files[table]):05}.parquet"
        frame = pl.DataFrame(list(rows), schema=self._schemas[table], orient="row")
        content = io.BytesIO()  # polars calls a full disk a ComputeError; Python says what it is
        frame.write_parquet(content, compression="zstd", statistics=False)
        (self._folder / table / name).write_bytes(content.getvalue())
        self._files[table][name] = digest([content.getvalue()])
        self._rows[table] += len(rows)

    def finish(self, versions: Mapping[str, str]) -> Snapshot:
        """Write the manifest and give the folder its final name.

        Raises ValueError when a table was opened and never closed: it would look complete.
        """
        unclosed = sorted(self._schemas.keys() - self._facts.keys())
        if unclosed:
            raise ValueError(f"tables never closed: {', '.join(unclosed)}")
        manifest = {
            "format": FORMAT,
            "system": self._system,
            "url": self._url,
            "taken_at": moment_text(self._taken_at),
            "versions": dict(versions),
            "complete": all(facts.complete for facts in self._facts.values()),
            "digest": _digest(self._facts),
            "tables": {table: asdict(facts) for table, facts in sorted(self._facts.items())},
        }
        (self._folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
        self._folder.rename(self._final)
        return load(self._final)


def _digest(tables: Mapping[str, TableFacts]) -> str:
    """Over the sha256 of every part, by table and name."""
    return digest([to_json({table: tables[table].files for table in sorted(tables)}).encode()])


def take(reader: Reader, root: Path, progress: Progress, now: datetime) -> Snapshot:
    """Pull a whole system. A failure leaves no snapshot behind.

    Raises SnapshotError when the disk refuses, SystemFault when the shop does.
    """
    try:
        with SnapshotWriter(root, reader.name, reader.url, now) as writer:
            versions = reader.pull(writer, progress)
            return writer.finish(versions)
    except OSError as error:
        raise SnapshotError(
            f"Cannot write the snapshot of {reader.name} below {root}: {error}.",
            remedy="Free space or choose another work folder; nothing half-written was kept.",
        ) from error


def _manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    if manifest["format"] != FORMAT:
        raise ValueError(f"its format is {manifest['format']}, not {FORMAT}")
    return manifest


def load(folder: Path) -> Snapshot:
    """Read a manifest. Raises SnapshotError when there is none or it cannot be read."""
    try:
        manifest = _manifest(folder)
        tables = {name: TableFacts(**facts) for name, facts in manifest["tables"].items()}
        taken_at = datetime.fromisoformat(manifest["taken_at"])
        return Snapshot(
            folder=folder,
            system=manifest["system"],
            url=manifest["url"],
            taken_at=taken_at,
            versions=manifest["versions"],
            tables=tables,
            digest=manifest["digest"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotError(
            f"{folder} is not a snapshot: {error}.",
            remedy="Take one with `reconcile snapshot`, or give the folder of an earlier one.",
        ) from error


def check_files(snapshot: Snapshot) -> None:
    """Compare every part with its sha256. Raises SnapshotError naming the file that differs."""
    if snapshot.digest != _digest(snapshot.tables):
        raise SnapshotError(
            f"{snapshot.folder / 'manifest.json'} was changed after the snapshot was taken.",
            remedy="Take a new snapshot with `reconcile snapshot`.",
        )
    for table, facts in snapshot.tables.items():
        for name, expected in facts.files.items():
            path = snapshot.folder / table / name
            if not path.is_file() or file_digest(path) != expected:
                raise SnapshotError(
                    f"{path} is missing or was changed after the snapshot was taken.",
                    remedy="Take a new snapshot with `reconcile snapshot`.",
                )


def stored(root: Path, system: str) -> list[Snapshot]:
    """Finished snapshots of a system, oldest first."""
    folders = sorted((root / system).glob("*/manifest.json")) if root.is_dir() else []
    return [load(path.parent) for path in folders if path.parent.suffix != ".partial"]


def newest(root: Path, system: str) -> Snapshot:
    """The latest snapshot of a system. Raises SnapshotError when there is none."""
    found = stored(root, system)
    if not found:
        raise SnapshotError(
            f"There is no snapshot of {system} below {root}.",
            remedy=f"Take one with `reconcile snapshot --only {system}`.",
        )
    return found[-1]
