"""One explained record on a terminal. All text of shops stays text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Console
from rich.text import Text

from reconcile.canonical import to_json
from reconcile.inspect.document import (
    FieldStory,
    Found,
    Happened,
    Inspection,
    Planned,
    Side,
    State,
    Verdict,
)
from reconcile.mapping.expressions import Did
from reconcile.mapping.trace import Passed
from reconcile.model import Json
from reconcile.report.brief import value_text
from reconcile.report.kinds import kind_of
from reconcile.report.terminal import STYLES
from reconcile.report.text import one_line, visible
from reconcile.report.words import counted, minute, singular

_WIDTH: Final = 110
_LISTED: Final = 20
_STATES: Final = {
    State.SAME: ("the same in both shops", "green"),
    State.DIFFERS: ("differs", "yellow"),
    State.NEW: ("new: not in the target yet", "green"),
    State.GONE: ("gone from the source", "red"),
    State.LEFT_ALONE: ("left alone", "yellow"),
    State.NOT_CARRIED: ("not carried", "red"),
}
_VERDICTS: Final = {
    Verdict.SAME: ("same", "dim"),
    Verdict.NEW: ("new", "green"),
    Verdict.TAKE_SOURCE: ("take source", "blue"),
    Verdict.KEPT: ("kept", "yellow"),
    Verdict.CONFLICT: ("conflict", "bold red"),
    Verdict.SET_ONCE: ("set once", "dim"),
    Verdict.FIXED: ("fixed, differs", "yellow"),
    Verdict.UNMANAGED: ("unmanaged", "dim"),
    Verdict.NOT_HELD: ("cannot be held", "yellow"),
    Verdict.NOT_COMPARED: ("not compared", "dim"),
}
_QUIET: Final = frozenset({Verdict.UNMANAGED, Verdict.SAME})
"""Verdicts of fields that share one line when they have no value."""
_EMPTY: tuple[Json, ...] = (None, [], "")


def print_inspection(console: Console, found: Inspection) -> None:
    """Print everything, part by part, a blank line between two of them."""
    for line in _heading(found, links=console.is_terminal):
        _print(console, line)
    for part in (_match(found), _source(found), _fields(found), _said(found), _planned(found),
                 _past(found), _children(found)):  # fmt: skip
        for place, line in enumerate(part):
            if place == 0:
                console.print()
            _print(console, line)


def _print(console: Console, line: Text) -> None:
    console.print(line, soft_wrap=True)


def _title(text: str) -> Text:
    return Text(text, "bold")


def _heading(found: Inspection, *, links: bool) -> Iterator[Text]:
    words, style = _STATES[found.state]
    name = f"{singular(found.address.entity)} {one_line(found.address.key, 200)}"
    yield Text.assemble((name, "bold"), "  ", (words, style))
    yield Text(f"  address    {one_line(str(found.address), 200)}")
    for side, id_ in ((found.source, found.source_id), (found.target, found.target_id)):
        yield _side(side, id_, links=links)
    for other in found.others[:_LISTED]:
        yield Text(f"  also       {one_line(str(other), 200)}", "dim")


def _side(side: Side, id_: str | None, *, links: bool) -> Text:
    known = one_line(id_, 120) if id_ else "not there"
    whole = "" if side.complete else ", incomplete"
    line = Text.assemble(
        f"  {side.system:<10} ", known, (f"  read {minute(side.taken_at)}{whole}", "dim")
    )
    if side.link and side.found and _is_web(side.link):
        address = one_line(side.link, 400)
        style = f"underline link {side.link}" if links else ""
        line.append("\n             ").append(address, style)
    return line


def _is_web(link: str) -> bool:
    return link.startswith(("https://", "http://")) and not any(c.isspace() for c in link)


def _match(found: Inspection) -> Iterator[Text]:
    match = found.match
    yield _title("Matched by " + match.by if match.by else "No pair")
    code = f" ({one_line(match.reason, 60)})" if match.reason else ""
    yield Text(f"  {one_line(match.words, 600)}{code}")
    if match.remedy:
        yield Text(f"  Remedy: {one_line(match.remedy, 300)}", "dim")


def _source(found: Inspection) -> Iterator[Text]:
    source = found.source
    if not source.records:
        return
    yield _title(f"In {source.system}")
    for table, rows in source.records.items():
        for row in rows[:_LISTED]:
            yield Text(f"  {one_line(table, 60)}", "cyan")
            yield from _row(row)
        yield from _rest(len(rows) - _LISTED, "row", "rows")
    for name, label in source.labels.items():
        if isinstance(label, dict):
            shown = f"{_value(label['raw'])} is called {_value(label['label'])}"
            yield Text.assemble(("  " + one_line(name, 60), "dim"), "  ", shown)
    if source.not_shown:
        yield Text(f"  and {counted(source.not_shown, 'value', 'values')} more: --raw", "dim")


def _row(row: dict[str, Json]) -> Iterator[Text]:
    """A column a line; those without a value share the last one."""
    for name, part in row.items():
        if part is not None:
            yield Text.assemble((f"    {one_line(name, 60)}", "dim"), "  ", _document(part))
    empty = [one_line(name, 60) for name, part in row.items() if part is None]
    if empty:
        yield Text(f"    no value: {', '.join(empty)}", "dim")


def _document(part: Json) -> str:
    """Short values on one line, nested ones laid out, each further line further in."""
    if isinstance(part, dict | list) and len(to_json(part)) > _WIDTH:
        return "\n".join(["", *(f"      {line}" for line in _laid_out(part, 0))])
    return _value(part)


def _laid_out(part: Json, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(part, dict | list) and part:
        members = part.items() if isinstance(part, dict) else (("-", each) for each in part)
        for name, inner in members:
            nested = isinstance(inner, dict | list) and inner
            colon = "" if name == "-" else ":"
            yield f"{pad}{one_line(str(name), 80)}{colon}" + ("" if nested else f" {_value(inner)}")
            if nested:
                yield from _laid_out(inner, depth + 1)
    else:
        yield f"{pad}{_value(part)}"


def _value(value: Json) -> str:
    """Empty texts, lists and null are told apart."""
    if value is None:
        return "null"
    text = value if isinstance(value, str) else to_json(value)
    return _cut(visible(text).replace("\n", "\\n")) if text else '""'


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _fields(found: Inspection) -> Iterator[Text]:
    if not found.fields:
        return
    yield _title("Fields")
    loud = [each for each in found.fields if not _is_quiet(each)]
    for story in loud or found.fields:
        yield from _story(found.address.entity, story)
    for verdict in (Verdict.SAME, Verdict.UNMANAGED) if loud else ():
        quiet = [each for each in found.fields if _is_quiet(each) and each.verdict is verdict]
        if quiet:
            names = ", ".join(one_line(each.field, 60) for each in quiet)
            yield Text(f"  {_VERDICTS[verdict][0]}, without a value: {names}", "dim")


def _is_quiet(story: FieldStory) -> bool:
    """Nothing came in and nothing is there."""
    read = any(each.value not in _EMPTY for each in story.steps)
    has_value = story.existing not in _EMPTY or story.desired not in _EMPTY
    return story.verdict in _QUIET and not read and not has_value


def _story(entity: str, story: FieldStory) -> Iterator[Text]:
    words, style = _VERDICTS[story.verdict]
    where = f"  {one_line(story.where.rsplit('/', 1)[-1], 60)}" if story.where else ""
    yield Text.assemble(
        (f"  {one_line(story.field, 60)}", "bold"), "  ", (words, style), (where, "dim")
    )
    for passed in story.steps:
        yield _passed(passed)
    if story.unused:
        line = one_line(story.unused.rsplit("/", 1)[-1], 60)
        yield Text(f"      else      not needed ({line})", "dim")
    for note in story.notes:
        yield Text(f"      note      {one_line(note, 300)}", "yellow")
    yield from _values(entity, story)
    if story.verdict is not Verdict.SAME or story.desired != story.existing:
        yield Text(f"      why       {one_line(story.why, 300)}", "dim")


_DID: Final = {
    Did.SOURCE: "from",
    Did.CONSTANT: "constant",
    Did.LOOKUP: "look-up",
    Did.TRANSFORM: "transform",
}


def _passed(passed: Passed) -> Text:
    hit = {True: " hit", False: " miss", None: ""}[passed.hit]
    note = f" ({one_line(passed.note, 120)})" if passed.note else ""
    said = "" if passed.did is Did.CONSTANT else f"{one_line(passed.said, 80)} "
    fell = "else " if passed.fallbacks and passed.did in {Did.SOURCE, Did.CONSTANT} else ""
    return Text.assemble(
        (f"      {fell + _DID[passed.did]:<9} ", "dim"),
        said,
        (f"{hit.strip()}{note} → " if hit or note else "→ ", "dim"),
        _value(passed.value),
    )


def _values(entity: str, story: FieldStory) -> Iterator[Text]:
    """What is wanted, what was last applied, what is there: once where all say the same."""
    if story.verdict is Verdict.SAME and story.desired == story.existing:
        yield _named("both", entity, story, story.desired)
        return
    if story.verdict not in {Verdict.UNMANAGED, Verdict.NOT_HELD}:
        yield _named("desired", entity, story, story.desired, style="green")
    if story.base_at is not None:
        yield _named("applied", entity, story, story.base, f"  {one_line(story.base_at, 40)}")
    if story.verdict is not Verdict.NEW:
        yield _named("existing", entity, story, story.existing, style="red")


def _named(
    name: str, entity: str, story: FieldStory, value: Json, after: str = "", style: str = ""
) -> Text:
    text = value_text(kind_of(entity, story.field), value)
    shown = _cut(visible(text).replace("\n", "\\n"))
    return Text.assemble((f"      {name:<9} ", "dim"), (shown, style), (after, "dim"))


def _said(found: Inspection) -> Iterator[Text]:
    for place, each in enumerate(found.diagnostics):
        if place == 0:
            yield _title("Diagnostics")
        code = f"  {each.severity.value} {one_line(each.code, 40)}  "
        yield Text.assemble((code, "yellow"), one_line(each.message, 600))


def _planned(found: Inspection) -> Iterator[Text]:
    if found.change is None and found.plan is None:
        return
    yield _title("Planned")
    if found.change is not None:
        yield _change("these snapshots", found.change)
    if found.plan is not None:
        yield _change(f"plan {one_line(found.plan.id, 60)}", found.plan)


def _change(whose: str, planned: Planned) -> Text:
    names = ", ".join(one_line(part.path, 60) for part in planned.fields)
    return Text.assemble(
        f"  {whose}: ",
        (planned.action, STYLES.get(planned.action, "")),
        (f" {names}" if names else "", ""),
        (f"  {one_line(planned.approval, 200)}" if planned.approval else "", "dim"),
    )


def _past(found: Inspection) -> Iterator[Text]:
    lines = [
        *(_happened(each) for each in found.runs[-_LISTED:]),
        *(_deviation(each) for each in found.deviations[:_LISTED]),
        *(Text(f"  cannot be read: {one_line(each, 300)}", "red") for each in found.damaged),
    ]
    if found.quarantine is not None:
        held = found.quarantine
        tries = counted(held.attempts, "attempt", "attempts")
        error = one_line(held.error, 300)
        lines.append(Text(f"  in quarantine: {one_line(held.code, 40)}, {tries}. {error}", "red"))
        if held.remedy:
            lines.append(Text(f"    Remedy: {one_line(held.remedy, 300)}", "dim"))
    if lines:
        yield _title("Past")
        yield from _rest(len(found.runs) - _LISTED, "earlier line", "earlier lines")
        yield from lines


def _happened(each: Happened) -> Text:
    error = f"  {one_line(each.error, 300)}" if each.error else ""
    status = f" {one_line(each.status, 40)}" if each.status else ""
    return Text(
        f"  {one_line(each.at, 40)}  run {one_line(each.run, 40)}  {each.event}{status}{error}"
    )


def _deviation(each: Found) -> Text:
    """What a verification found."""
    values = f": planned {_value(each.planned)}, found {_value(each.found)}" if each.field else ""
    name = f" {one_line(each.field, 60)}" if each.field else ""
    flaw = one_line(each.flaw, 40)
    return Text(f"  verify of {one_line(each.plan, 60)}:{name} {flaw}{values}", "yellow")


def _children(found: Inspection) -> Iterator[Text]:
    if not found.children:
        return
    yield _title(f"In it: {counted(len(found.children), 'record', 'records')}")
    for child in found.children[:_LISTED]:
        words, style = _STATES[child.state]
        yield Text.assemble(f"  {one_line(str(child.address), 120)}  ", (words, style))
    yield from _rest(len(found.children) - _LISTED, "record", "records")


def _rest(count: int, one: str, many: str) -> Iterable[Text]:
    if count > 0:
        yield Text(f"  and {counted(count, f'more {one}', f'more {many}')}", "dim")
