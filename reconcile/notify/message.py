"""What a run has to tell, before anyone decides how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import uuid4


class State(StrEnum):
    """How a run ended. The values stand in the JSON of webhooks."""

    SAME = "same"
    """Nothing differs; for `apply`: all is applied."""
    DRIFT = "drift"
    """There are differences."""
    FAILED = "failed"
    """It could not be done, or not all of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the small table: `product`, {"create": 3, "update": 5}."""

    name: str
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Message:
    """`headline` and each of `dangers` are whole sentences, `shops` addresses (source, target).

    `link` leads to more ("" for what the settings say), `run` is the id of a plan, a run or a
    report. `id` tells one message from the next, however often it arrives. Times are UTC.
    """

    command: str
    state: State
    headline: str
    started: datetime
    ended: datetime
    counts: tuple[Row, ...] = ()
    dangers: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    link: str = ""
    run: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))
