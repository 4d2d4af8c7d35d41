"""The folder of one run: summary.json, index.html and a CSV file per question. For its owner only.

    <reports>/drift/<utc>/

It is written as `.partial` and renamed when it is whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path

from reconcile.drift import tables
from reconcile.drift.comparison import Comparison
from reconcile.drift.document import Summary
from reconcile.private_file import open_private, write_private
from reconcile.report.drift_page import write_drift
from reconcile.report.spreadsheet import write_table
from reconcile.unused import unused

FOLDER, SUMMARY = "drift", "summary.json"


def reserved(reports: Path, stamp: str) -> Path:
    """The folder of a new run, not made yet; its name is the run's id."""
    return unused(reports / FOLDER / stamp)


def write(folder: Path, found: Comparison, summary: Summary, *, mask: bool) -> Summary:
    """Write everything; the summary comes back with its `files`. Raises OSError.

    `found.mismatches` has `since`. `mask` hides what tells something about a person.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial.mkdir(mode=0o700)
    try:
        shown = tables.shown(found, mask=mask)
        files = {
            each.name: _write(partial / each.name, each.titles, each.rows(shown))
            for each in tables.of(shown)
        }
        whole = replace(summary, files=files)
        told = whole if not mask else whole.masked()
        write_private(partial / SUMMARY, text_of(told))
        write_drift(partial, told.to_json(), found.mismatches, mask=mask)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return whole


def text_of(summary: Summary) -> str:
    return json.dumps(summary.to_json(), indent=2) + "\n"


def _write(path: Path, titles: Sequence[str], rows: Iterable[tuple[str, ...]]) -> int:
    """How many rows were written."""
    count = 0

    def counted() -> Iterator[tuple[str, ...]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with TextIOWrapper(open_private(path), encoding="utf-8", newline="") as file:
        write_table(file, titles, counted())
    return count
