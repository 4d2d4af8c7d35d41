"""Parts of a list, and reading them several at a time without losing their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, Generic, TypeVar

Window = TypeVar("Window")


@dataclass(frozen=True, slots=True)
class IdRange:
    """Records with `after < id <= last`."""

    after: int
    last: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records by position in a sorted list, from `start` on; `end` None means to its end."""

    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Part(Generic[Window]):
    """What one request brought: records, what of its window is still to be read, and problems."""

    items: list[Any]
    rest: tuple[Window, ...] = ()
    problem: str = ""


def split(whole: IdRange, count: int, size: int) -> list[IdRange]:
    """A range that holds `count` records as ranges of about `size` records, were ids evenly spread.

    Where they are not, a range holds more than a page, and its rest is split again.
    """
    width = max(1, (whole.last - whole.after) * size // max(1, count))
    edges = [*range(whole.after, whole.last, width), whole.last]
    return [IdRange(after, last) for after, last in pairwise(edges)]


@dataclass(slots=True)
class _Slot(Generic[Window]):
    window: Window
    future: Future[Part[Window]] | None = None


def read_in_order(
    pool: ThreadPoolExecutor,
    windows: Iterable[Window],
    fetch: Callable[[Window], Part[Window]],
    ahead: int,
) -> Iterator[Part[Window]]:
    """Fetch all windows, the first `ahead` of them at once, and yield what they hold in order.

    At most about twice `ahead` parts wait in memory. What `fetch` raises is raised here, after
    what was not begun has been called off.
    """
    slots = deque(_Slot(window) for window in windows)
    try:
        while slots:
            for slot in islice(slots, ahead):
                slot.future = slot.future or pool.submit(fetch, slot.window)
            first = slots.popleft()
            part = first.future.result() if first.future else fetch(first.window)
            slots.extendleft(_Slot(window) for window in reversed(part.rest))
            yield part
    finally:
        for slot in slots:
            if slot.future:
                slot.future.cancel()
