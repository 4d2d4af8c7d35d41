"""Drift as HTML files that open from disk: one page per run, and one over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import polars as pl

from reconcile.drift.runs import EntityRun, RunSummary, from_summary
from reconcile.errors import HistoryError
from reconcile.model import Json
from reconcile.personal_keys import shown
from reconcile.report import html_file
from reconcile.report.drift_ages import Oldest, age_text, ages, oldest
from reconcile.report.drift_rows import MOST_OF_A_VALUE, embedded
from reconcile.report.drift_trend import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, trends
from reconcile.report.drift_words import CHANGED_BY, apart_text, headline, state_word, took
from reconcile.report.html_file import PAGE, HtmlPage
from reconcile.report.plan_lines import PlanLine
from reconcile.report.words import number

DRIFT = "drift"
"""The folder of drift pages below the reports, a folder per run in it."""
_RUN_PAGE: Final = HtmlPage(
    "drift.html.j2",
    styles=("page", "drift"),
    scripts=("page", "virtual", "drift_rows", "sieve", "drift_filters"),
)
_INDEX: Final = HtmlPage("history.html.j2", styles=("page", "drift"))
LISTED_RUNS = 20
LISTED_OLDEST = 10
MOST_FIELDS = 10
BAR = 1000
"""How long a whole bar is."""


def write_drift(
    folder: Path, summary: Mapping[str, Json], mismatches: pl.DataFrame, *, mask: bool = True
) -> Path:
    """Write `<folder>/index.html`, the page of one run, and return its path.

    `summary` is the run's summary.json, `mismatches` its frame with `since`; files the summary
    names are linked beside the page. `mask` hides what tells something about a person. Raises
    HistoryError.
    """
    run = from_summary(summary)
    now = datetime.fromisoformat(run.ended_at)
    first = _first(mismatches)
    rows = embedded(mismatches, run.began, now, mask=mask)
    html = _RUN_PAGE.html(
        run=run,
        mask=mask,
        headline=headline(run, f"{first:%Y-%m-%d}" if first and first < run.began else ""),
        age=age_text(first, now) if first else "",
        new=_new(mismatches, run),
        took=took(run.seconds),
        bars={each.entity: _bar(each) for each in run.entities},
        apart=[each for each in run.entities if each.apart],
        changed_by=_changed_by(run),
        by_names=CHANGED_BY,
        fields=_fields(run),
        sample=_sample(summary),
        files=[(name, quote(name), count) for name, count in _files(summary)],
        total=mismatches.height,
        rows=rows,
        most_of_a_value=MOST_OF_A_VALUE,
    )
    return _write(folder / PAGE, html)


def write_index(
    reports: Path,
    runs: Sequence[RunSummary],
    open_: pl.DataFrame,
    plans: Sequence[PlanLine],
    *,
    now: datetime,
) -> Path:
    """Write `<reports>/index.html`, the page over all runs (oldest first) and plans.

    `open_` holds the open mismatches between the two shops of the last run. Pages are linked
    where they exist. Raises HistoryError.
    """
    last = runs[-1] if runs else None
    of_these = [run for run in runs if last and run.shops == last.shops]
    html = _INDEX.html(
        last=last,
        headline=headline(last) if last else "",
        trends=trends(of_these),
        chart=_CHART,
        lines=[_RunLine.of(run, reports) for run in reversed(runs[-LISTED_RUNS:])],
        several_shops=len({run.shops for run in runs}) > 1,
        count=len(runs),
        ages=_age_bars(open_, now),
        open_count=open_.height,
        oldest=oldest(open_, now, LISTED_OLDEST),
        plans=[plan for plan in plans if (reports / plan.id / PAGE).is_file()],
        now=now,
    )
    return _write(reports / PAGE, html)


def _write(page: Path, html: Iterable[str]) -> Path:
    try:
        return html_file.write(page, html)
    except OSError as error:
        raise HistoryError(f"Cannot write the page {page}: {error}.") from error


_CHART = {
    "width": WIDTH,
    "height": HEIGHT,
    "left": LEFT,
    "right": RIGHT,
    "top": TOP,
    "bottom": BOTTOM,
}


@dataclass(frozen=True, slots=True)
class Share:
    """A part of something: what it is called, how many, and where its bar lies."""

    name: str
    count: int
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class _RunLine:
    """A run in the list; `page` is "" when it has none any more."""

    run: RunSummary
    state: str
    apart: str
    took: str
    page: str

    @classmethod
    def of(cls, run: RunSummary, reports: Path) -> _RunLine:
        exists = (reports / DRIFT / run.id / PAGE).is_file()
        page = f"{DRIFT}/{quote(run.id)}/{PAGE}" if exists else ""
        return cls(run, state_word(run), apart_text(run), took(run.seconds), page)


def _first(mismatches: pl.DataFrame) -> datetime | None:
    since = mismatches["since"].min()
    return datetime.fromisoformat(str(since)) if since is not None else None


def _new(mismatches: pl.DataFrame, run: RunSummary) -> int:
    moments = mismatches["since"].value_counts().iter_rows()
    return sum(count for since, count in moments if datetime.fromisoformat(since) >= run.began)


def _shares(counts: Mapping[str, int], whole: int) -> tuple[Share, ...]:
    """Side by side on one bar; what is not zero stays visible."""
    shares, start = [], 0.0
    for name, count in counts.items():
        length = max(4.0, round(BAR * count / whole, 1)) if count else 0.0
        start = min(start, BAR - length)
        shares.append(Share(name, count, round(start, 1), length))
        start += length
    return tuple(shares)


def _bar(each: EntityRun) -> tuple[Share, ...]:
    names = ("different", "missing_in_medusa", "medusa_only")
    return _shares({name: getattr(each, name) for name in names}, each.compared or 1)


def _changed_by(run: RunSummary) -> tuple[Share, ...]:
    """Of all entities together; none where nothing is apart."""
    counts = {
        name: sum(each.changed_by.get(name, 0) for each in run.entities) for name in CHANGED_BY
    }
    whole = sum(counts.values())
    return _shares(counts, whole) if whole else ()


def _fields(run: RunSummary) -> list[tuple[str, Share]]:
    """Entity and field, the most frequent first; bars are as long as they are frequent."""
    counts = [
        (each.entity, name, count) for each in run.entities for name, count in each.fields.items()
    ]
    most = sorted(counts, key=lambda each: -each[2])[:MOST_FIELDS]
    whole = most[0][2] if most else 1
    return [(entity, Share(name, n, 0, round(BAR * n / whole, 1))) for entity, name, n in most]


def _age_bars(open_: pl.DataFrame, now: datetime) -> list[Share]:
    counted = ages(open_, now)
    most = max(count for _, count in counted) or 1
    return [Share(name, count, 0, round(BAR * count / most, 1)) for name, count in counted]


def _files(summary: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Files beside the page, with how many rows each has."""
    for name, count in summary.get("files", {}).items():
        if "/" not in name and "\\" not in name and not name.startswith("."):
            yield name, number(count)


def _sample(summary: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """The spot check, with personal keys masked."""
    sample = summary.get("sample")
    if not sample:
        return None
    disagreements = [shown(address) for address in sample.get("disagreements", [])]
    return {**sample, "disagreements": disagreements}


__all__ = ["Oldest", "PlanLine", "write_drift", "write_index"]
