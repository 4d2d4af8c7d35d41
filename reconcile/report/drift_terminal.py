"""What a drift run found, on a terminal: one screen, counts first. Plain where nobody looks on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reconcile.drift.comparison import Comparison
from reconcile.drift.document import SAME, Summary
from reconcile.drift.redirects import Page
from reconcile.drift.runs import EntityRun
from reconcile.drift.tables import SAMPLED, TABLES
from reconcile.drift.unmapped import SKIPPED
from reconcile.drift.wilson import sentence, sentence_of_all
from reconcile.report.drift_words import CHANGED_BY, headline
from reconcile.report.text import one_line
from reconcile.report.words import count_of, counted, joined, number, plural

COLUMNS = (
    "compared",
    "same",
    "different",
    "missing",
    "Medusa only",
    "unmanaged",
    "%",
)
MOST_FIELDS = 6


def print_drift(console: Console, summary: Summary, folder: Path, found: Comparison) -> None:
    """Print what a run found and where its files are."""
    console.print(Text(conclusion(summary), "bold"), soft_wrap=True)
    console.print(_counts(summary.entities))
    parts = (
        _changed_by(summary),
        _fields(summary),
        _skipped(found.unmapped),
        _sample(summary),
        _hidden(found.hidden),
    )
    for line in (line for part in parts for line in part):
        console.print(line, soft_wrap=True)
    for excess in over(summary):
        console.print(Text(excess, "yellow"), soft_wrap=True)
    console.print()
    console.print(_files(summary.files))
    console.print(str(folder), markup=False, soft_wrap=True)


def conclusion(summary: Summary) -> str:
    """What has moved apart, and whether that is allowed."""
    said = headline(summary)
    if summary.state == SAME or not summary.tolerated:
        return said
    return f"{said} That is within {summary.max_percent} % of each entity."


def over(summary: Summary) -> Iterator[str]:
    """`product: 0.71 % differ (12 of 1,690), over 0.5 %`, of every entity over the limit."""
    for each in summary.entities:
        if each.entity in summary.exceeded:
            yield (
                f"{each.entity}: {each.drift_percent} % differ ({each.apart:,} of "
                f"{each.compared:,}), over {summary.max_percent} %"
            )


def _counts(entities: Sequence[EntityRun]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    for each in entities:
        if each.compared or each.unmanaged:
            table.add_row(plural(each.entity), *_cells(each))
    return table


def _cells(each: EntityRun) -> Iterator[Text]:
    yield from (_count(each.compared, ""), _count(each.same, ""))
    for apart in (each.different, each.missing_in_medusa, each.medusa_only):
        yield _count(apart, "yellow")
    yield _count(each.unmanaged, "dim")
    yield Text(each.drift_percent, "yellow") if each.apart else Text("·", "dim")


def _count(count: int, style: str) -> Text:
    return Text(number(count), style) if count else Text("·", "dim")


def _changed_by(summary: Summary) -> Iterator[Text]:
    moved = Counter[str]()
    for each in summary.entities:
        moved.update(each.changed_by)
    told = [f"{said} {number(moved[name])}" for name, said in CHANGED_BY.items() if moved[name]]
    if told:
        yield Text("Changed by  ", "dim").append(", ".join(told), "default")


def _fields(summary: Summary) -> Iterator[Text]:
    fields = [(n, f"{e.entity}.{name}") for e in summary.entities for name, n in e.fields.items()]
    most = sorted(fields, key=lambda each: (-each[0], each[1]))
    told = [f"{one_line(name, 50)} {number(count)}" for count, name in most[:MOST_FIELDS]]
    if told:
        more = f" and {number(len(most) - MOST_FIELDS)} more" if len(most) > MOST_FIELDS else ""
        yield Text("Fields      ", "dim").append(", ".join(told) + more, "default")


def _skipped(unmapped: pl.DataFrame) -> Iterator[Text]:
    """Records that are not carried, and so not compared; also of entities that none is of."""
    counts = Counter[str]()
    skipped = unmapped.filter(pl.col("why").str.starts_with(SKIPPED))
    for entity, count in skipped.select("entity", "count").iter_rows():
        counts[entity] += count
    told = [count_of(entity, count) for entity, count in counts.items() if entity]
    if told:
        yield Text("Not carried ", "dim").append(f"{joined(told)}: see unmapped.csv", "default")


def _sample(summary: Summary) -> Iterator[Text]:
    sample = summary.sample
    if sample is None:
        return
    yield Text(f"Spot check of {number(sample.size)} each, --seed {sample.seed}", "bold")
    for each in sample.entities:
        if each.drawn:
            yield Text(f"  {plural(each.entity)}: {sentence(each)}")
    yield Text(f"  in all: {sentence_of_all(sample.together)}")


def _hidden(hidden: Sequence[Page]) -> Iterator[Text]:
    if hidden:
        what = counted(len(hidden), "old address gets", "old addresses get")
        named = joined([one_line(page.old, 60) for page in hidden[:3]])
        yield Text(
            f"{what} no redirect, as another page of the new shop stands there: {named}.", "yellow"
        )


def _files(files: Mapping[str, int]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("", style="dim")
    table.add_column("", justify="right")
    table.add_column("", style="dim")
    for each in (*TABLES, SAMPLED):
        if each.name in files:
            table.add_row(each.name, number(files[each.name]), each.about)
    return table
