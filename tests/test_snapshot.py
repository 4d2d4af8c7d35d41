"""Snapshots on disk: whole or not there, and never silently changed."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from reconcile import snapshot
from reconcile.canonical import digest
from reconcile.errors import BadAnswer, SnapshotError
from reconcile.model import Finding
from reconcile.snapshot import (
    PART_ROWS,
    Snapshot,
    SnapshotWriter,
    check_files,
    load,
    newest,
    stored,
)
from reconcile.systems import Progress, TableSink

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
SCHEMA = pl.Schema({"id": pl.String(), "n": pl.Int64()})


class Silence:
    """A Progress that says nothing."""

    def start(self, task: str, total: int | None = None) -> None: ...
    def advance(self, task: str, count: int = 1) -> None: ...
    def finish(self, task: str) -> None: ...


class Shop:
    """A Reader that writes what a function writes."""

    name, url = "magento", "https://shop.test"

    def __init__(self, write: Callable[[TableSink], None]) -> None:
        self._write = write

    def probe(self) -> Iterator[Finding]:
        yield from ()

    def pull(self, sink: TableSink, _: Progress) -> Mapping[str, str]:
        self._write(sink)
        return {"magento": "2.4.7"}

    def close(self) -> None: ...


def rows(count: int, start: int = 0) -> list[dict[str, object]]:
    return [{"id": str(number), "n": number} for number in range(start, start + count)]


def filled(sink: TableSink, count: int = 3, *, reported: int | None = 3) -> None:
    sink.open("products", SCHEMA)
    sink.append("products", rows(count))
    sink.close("products", reported=reported, distinct=count)


def taken(root: Path, write: Callable[[TableSink], None] = filled) -> Snapshot:
    return snapshot.take(Shop(write), root, Silence(), NOON)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    made = load(taken(tmp_path).folder)
    assert made.folder == tmp_path / "magento" / "20261101T120000Z"
    assert (made.system, made.url, made.taken_at) == ("magento", "https://shop.test", NOON)
    assert made.versions == {"magento": "2.4.7"}
    assert made.scan("products").collect().to_dicts() == rows(3)
    assert made.is_complete
    assert made.has("products")
    assert not made.has("orders")


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    made = taken(tmp_path, lambda sink: filled(sink, 0, reported=0))
    assert made.scan("products").collect_schema() == SCHEMA
    assert made.is_complete


def test_parts_are_cut_to_one_size_whatever_the_pages(tmp_path: Path) -> None:
    """Memory stays flat: no part is larger, however much comes at once."""
    count = 2 * PART_ROWS + 5

    def write(sink: TableSink) -> None:
        sink.open("products", SCHEMA)
        for start, size in ((0, 7), (7, count - 7)):
            sink.append("products", rows(size, start))
        sink.close("products", reported=None, distinct=count)

    made = taken(tmp_path, write)
    parts = sorted((made.folder / "products").iterdir())
    heights = [pl.read_parquet(part).height for part in parts]
    assert heights == [PART_ROWS, PART_ROWS, 5]
    assert made.scan("products").collect()["n"].to_list() == list(range(count))


@pytest.mark.parametrize(
    ("reported", "distinct", "why", "complete"),
    [(3, 3, "", True), (None, 3, "", True), (4, 3, "", False), (3, 3, "one page failed", False)],
)
def test_complete_is_proved(
    tmp_path: Path, reported: int | None, distinct: int, why: str, *, complete: bool
) -> None:
    def write(sink: TableSink) -> None:
        sink.open("products", SCHEMA)
        sink.append("products", rows(3))
        sink.close("products", reported=reported, distinct=distinct, incomplete=why)

    made = taken(tmp_path, write)
    facts = made.tables["products"]
    assert (made.is_complete, made.complete("products"), facts.complete) == (complete,) * 3
    expected = why or ("" if complete else "the server reported 4 records, 3 were read")
    assert facts.incomplete == expected


def test_a_table_that_was_never_closed_is_not_passed_over(tmp_path: Path) -> None:
    def write(sink: TableSink) -> None:
        filled(sink)
        sink.open("categories", SCHEMA)
        sink.append("categories", rows(1))

    with pytest.raises((SnapshotError, ValueError)):
        taken(tmp_path, write)


def test_a_shop_that_fails_leaves_no_snapshot(tmp_path: Path) -> None:
    def write(sink: TableSink) -> None:
        filled(sink)
        raise BadAnswer("cut short")

    with pytest.raises(BadAnswer):
        taken(tmp_path, write)
    assert list((tmp_path / "magento").iterdir()) == []


def test_a_full_disk_leaves_no_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(SnapshotError, match="No space left") as caught:
        taken(tmp_path)
    assert "Free space" in caught.value.remedy
    assert list((tmp_path / "magento").iterdir()) == []


def test_a_crash_leaves_nothing_that_looks_like_a_snapshot(tmp_path: Path) -> None:
    """The process died while writing: no clean-up ran, the folder is still called partial."""
    writer = SnapshotWriter(tmp_path, "magento", "https://shop.test", NOON).__enter__()
    filled(writer)
    assert [path.name for path in (tmp_path / "magento").iterdir()] == ["20261101T120000Z.partial"]
    with pytest.raises(SnapshotError, match="There is no snapshot of magento"):
        newest(tmp_path, "magento")
    taken(tmp_path)
    assert [each.folder.name for each in stored(tmp_path, "magento")] == ["20261101T120000Z"]


def test_a_second_snapshot_of_the_same_second_keeps_the_first(tmp_path: Path) -> None:
    first, second = taken(tmp_path), taken(tmp_path)
    assert second.folder.name == f"{first.folder.name}-2"
    assert load(first.folder).digest == first.digest
    assert newest(tmp_path, first.system).folder == second.folder


def test_the_newest_of_several(tmp_path: Path) -> None:
    for hour in (9, 15, 12):
        moment = NOON.replace(hour=hour)
        snapshot.take(Shop(filled), tmp_path, Silence(), moment)
    assert [each.taken_at.hour for each in stored(tmp_path, "magento")] == [9, 12, 15]
    assert newest(tmp_path, "magento").taken_at.hour == 15
    assert stored(tmp_path, "medusa") == []


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    same = [taken(tmp_path / name).digest for name in "ab"]
    other = taken(tmp_path / "c", lambda sink: filled(sink, 2, reported=2)).digest
    assert same[0] == same[1] != other


def test_an_untouched_snapshot_passes_the_check(tmp_path: Path) -> None:
    check_files(taken(tmp_path))


@pytest.mark.parametrize("damage", ["edit", "cut", "remove"])
def test_a_part_that_was_touched_is_found(tmp_path: Path, damage: str) -> None:
    made = taken(tmp_path)
    part = made.folder / "products" / "part-00000.parquet"
    content = part.read_bytes()
    if damage == "remove":
        part.unlink()
    else:
        part.write_bytes(content[:-1] + (b"" if damage == "cut" else b"X"))
    with pytest.raises(SnapshotError, match=r"part-00000\.parquet is missing or was changed"):
        check_files(made)


def test_a_manifest_that_was_edited_is_found(tmp_path: Path) -> None:
    """Swapping in another file together with its sha256 still breaks the snapshot's digest."""
    made = taken(tmp_path)
    path = made.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    part = made.folder / "products" / "part-00000.parquet"
    pl.DataFrame(rows(1), schema=SCHEMA).write_parquet(part)
    manifest["tables"]["products"]["files"][part.name] = digest([part.read_bytes()])
    path.write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError):
        check_files(load(made.folder))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"tables": []}', '{"tables": {"x": 1}}', "null"],
)
def test_a_folder_that_is_no_snapshot_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(SnapshotError, match="is not a snapshot"):
        load(tmp_path)


def test_a_snapshot_of_another_format_is_refused(tmp_path: Path) -> None:
    path = taken(tmp_path).folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(SnapshotError, match="99"):
        load(path.parent)


def test_an_unknown_table_is_said(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="has no table 'orders'"):
        taken(tmp_path).scan("orders")
