"""The pieces of text every form of a message uses."""

from __future__ import annotations

from reconcile.notify.message import Message, Row, State
from reconcile.report.words import minute, number

_STATES = {
    State.SAME: "all is well",
    State.DRIFT: "there are differences",
    State.FAILED: "failed",
}


def title(message: Message) -> str:
    """`reconcile drift: there are differences`."""
    return f"reconcile {message.command}: {_STATES[message.state]}"


def row_name(row: Row) -> str:
    """`stock level` of `stock_level`."""
    return row.name.replace("_", " ")


def row_numbers(row: Row) -> str:
    """`3 create, 5 update`; what is zero is left out, `_` is a blank."""
    counts = {name.replace("_", " "): count for name, count in row.numbers.items() if count}
    parts = [f"{number(count)} {name}" for name, count in counts.items()]
    return ", ".join(parts) or "none"


def facts(message: Message) -> list[str]:
    """Which shops, which run, when and how long: a line each."""
    seconds = (message.ended - message.started).total_seconds()
    when = f"{minute(message.started)}, {number(round(seconds, 1))} s"
    return [*([" → ".join(message.shops)] if message.shops else []),
            *([message.run] if message.run else []), when]  # fmt: skip
