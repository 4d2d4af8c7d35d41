"""Single changes on a terminal: only what changes, before and after; personal data masked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from reconcile.entities.spec import Kind
from reconcile.model import Action, Change, FieldChange, Json
from reconcile.plan.decisions import Settlement
from reconcile.plan.document import Take
from reconcile.report.brief import NOTHING, value_brief, value_text
from reconcile.report.kinds import kind_of
from reconcile.report.prices import price_differences
from reconcile.report.private import masked_change
from reconcile.report.terminal import STYLES
from reconcile.report.text import one_line, visible
from reconcile.report.words import VERBS, number, singular

NOBODY_DECIDED = Settlement((), "")
_SETTLED = {
    None: "and nobody decided yet",
    Take.SOURCE: "the source's value is taken",
    Take.TARGET: "the target's value is kept",
}
_LONG, _BRIEF = 60, 160
_SENTENCE = re.compile(r"(?<=>)\s*(?=\S)|(?<=[.!?])\s+|\n")
_DIFF_STYLES = {"-": "red", "+": "green", "@": "dim"}


def print_changes(
    console: Console, changes: Iterable[Change], settlement: Settlement = NOBODY_DECIDED
) -> None:
    """Print every change with its fields, a blank line between two changes."""
    for index, change in enumerate(changes):
        if index:
            console.print()
        print_change(console, change, settlement)


def print_change(console: Console, change: Change, settlement: Settlement = NOBODY_DECIDED) -> None:
    """Print one; of its conflicts also how they were settled."""
    take = settlement.decided(change) if change.conflicts else None
    for line in change_lines(masked_change(change), take):
        console.print(line, soft_wrap=True)


def change_lines(change: Change, take: Take | None = None) -> Iterator[Text]:
    """A heading, then a line per field, or several where one would be too long. `take` is whose
    values the approval lets stand where both shops changed one."""
    style = f"bold {STYLES[change.action.value]}"
    heading = f"{singular(change.address.entity)} {one_line(change.address.key, 200)}"
    reason = f"  {one_line(change.reason, 120)}" if change.reason else ""
    yield Text.assemble((f"{VERBS[change.action]} ", style), (heading, "bold"), (reason, "dim"))
    for field in change.fields:
        yield from _field_lines(change, field)
        if field.path in change.conflicts:
            yield from _conflict(change, field, take)


def _conflict(change: Change, field: FieldChange, take: Take | None) -> Iterator[Text]:
    """The value that was last applied, and what each shop made of it."""
    kind = kind_of(change.address.entity, field.path)
    yield Text(f"    conflict: both shops changed it, {_SETTLED[take]}", "bold yellow")
    sides = {"base": change.conflicts[field.path], "source": field.after, "target": field.before}
    for name, value in sides.items():
        yield Text(f"      {name:<8}{value_brief(kind, value, _BRIEF)}", "yellow")


def _field_lines(change: Change, field: FieldChange) -> Iterator[Text]:
    kind, name = kind_of(change.address.entity, field.path), one_line(field.path, 60)
    if change.action is Action.CREATE:
        yield _line(name, (_indented(value_text(kind, field.after)), "green"))
    elif kind is Kind.PRICES:
        yield from _price_lines(name, field)
    elif _is_long(kind, field):
        yield _line(name)
        yield from _unified(value_text(kind, field.before), value_text(kind, field.after))
    else:
        yield _line(name, *_sides(kind, field.before, field.after))


def _line(name: str, *parts: tuple[str, str]) -> Text:
    return Text.assemble((f"  {name}", "dim"), "  " if parts else "", *parts)


def _indented(text: str) -> str:
    """Further lines of a value stand further in than ours, so that they cannot pose as one."""
    return visible(text).replace("\n", "\n      ")


def _sides(kind: Kind, before: Json, after: Json) -> tuple[tuple[str, str], ...]:
    had, has = (_indented(value_text(kind, side)) for side in (before, after))
    return (had, "red"), (" → ", "dim"), (has, "green")


def _price_lines(name: str, field: FieldChange) -> Iterator[Text]:
    """One price per line: currency and quantity, before, after, how far it moves."""
    yield _line(name)
    for move in price_differences(field.before, field.after):
        had, has = (NOTHING if side is None else str(side) for side in (move.before, move.after))
        percent = "" if move.ratio is None else f"  {(move.ratio - 1) * 100:+,.1f} %"
        label = one_line(move.label, 30)
        yield Text.assemble(
            f"    {label:<16}",
            (f"{had:>12}", "red"),
            (" → ", "dim"),
            (f"{has:<12}", "green"),
            percent,
        )


def _is_long(kind: Kind, field: FieldChange) -> bool:
    sides = (field.before, field.after)
    return all(side is not None for side in sides) and any(
        len(value_text(kind, side)) > _LONG for side in sides
    )


def _unified(before: str, after: str) -> Iterator[Text]:
    """A unified diff by sentence, without the two lines that would name files."""
    lines = difflib.unified_diff(_sentences(before), _sentences(after), n=1, lineterm="")
    for line in list(lines)[2:]:
        shown = f"@ line {number(_first_line(line))}" if line.startswith("@@") else visible(line)
        yield Text(f"    {shown}", _DIFF_STYLES.get(line[0], ""))


def _first_line(hunk: str) -> int:
    found = re.match(r"@@ -(\d+)", hunk)
    return int(found[1]) if found else 0


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part]
