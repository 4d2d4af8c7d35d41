"""What can happen to a request between two machines, and which request it happens to."""

from __future__ import annotations

import random
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import Enum


class Fault(Enum):
    """One request's fate. `..._BEFORE`: the shop never sees it. `..._AFTER`: the shop does it."""

    DELAY = "delay"
    BUSY = "429"
    BUSY_UNTIL = "429 with Retry-After"
    ERROR_500 = "500"
    ERROR_502 = "502"
    ERROR_503 = "503"
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    GATEWAY_AFTER = "502 after"
    SERVER_ERROR_AFTER = "500 after"
    CUT_BODY = "truncated body"
    CUT_JSON = "truncated JSON"
    TWICE = "delivered twice"
    TWICE_AT_ONCE = "delivered twice at once"
    DRIP = "slow drip"
    WRONG_TYPE = "wrong content type"
    LOGIN_PAGE = "HTML login page"
    LOGIN_PAGE_AFTER = "HTML login page after"
    EXPIRED = "expired token"


NETWORK = (Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.CUT_BODY, Fault.DRIP, Fault.DELAY)
BUSY = (Fault.BUSY, Fault.BUSY_UNTIL, Fault.ERROR_503, Fault.ERROR_502, Fault.ERROR_500)
AFTERWARDS = (Fault.GATEWAY_AFTER, Fault.SERVER_ERROR_AFTER, Fault.CUT_JSON)
STRANGE = (Fault.WRONG_TYPE, Fault.LOGIN_PAGE, Fault.LOGIN_PAGE_AFTER, Fault.EXPIRED)
TWICE = (Fault.TWICE, Fault.TWICE_AT_ONCE)
PASSING = (*NETWORK, *BUSY, *AFTERWARDS, *TWICE, Fault.WRONG_TYPE)
"""What a reader outlives when it happens once."""
ONCE_ONLY = tuple(fault for fault in Fault if fault not in TWICE)
"""What a network does that carries no request twice of its own accord."""

Schedule = Callable[[str, str], Fault | None]
"""(method, path without query) -> what happens to this request."""

_ID = re.compile(r"/[a-z]+_[0-9A-Za-z]{20,}|/\d+")


def route(method: str, path: str) -> str:
    """A request's kind: `POST /admin/price-lists/{id}/prices/batch`."""
    return f"{method} {_ID.sub('/{id}', path)}"


def calm(_method: str, _path: str) -> Fault | None:
    return None


def sparing(schedule: Schedule, *routes: str) -> Schedule:
    """The schedule, but for requests of these kinds."""

    def spare(method: str, path: str) -> Fault | None:
        return None if route(method, path) in routes else schedule(method, path)

    return spare


class Sweep:
    """The first requests of every kind meet these faults, one each; those after them none.

    The same whatever the order of requests within a kind, so it needs no seed. `only` are the
    methods it heeds. With `each` a kind meets no more than so many of the faults, and the next kind
    those that follow: fewer requests fail, and still every fault happens.
    """

    def __init__(
        self,
        faults: Sequence[Fault],
        only: Iterable[str] = ("POST", "DELETE"),
        *,
        each: int | None = None,
    ) -> None:
        self._faults, self._only = tuple(faults), frozenset(only)
        self._each = len(self._faults) if each is None else each
        self._left: dict[str, list[Fault]] = {}
        self._lock = threading.Lock()

    def __call__(self, method: str, path: str) -> Fault | None:
        if method not in self._only:
            return None
        with self._lock:
            kind = route(method, path)
            if kind not in self._left:
                self._left[kind] = self._share(len(self._left))
            return self._left[kind].pop(0) if self._left[kind] else None

    def _share(self, number: int) -> list[Fault]:
        """The faults of the kind with this number, in the order of the list."""
        start = number * self._each
        chosen = {(start + step) % len(self._faults) for step in range(self._each)}
        return [self._faults[index] for index in sorted(chosen)]


class Dice:
    """Each request meets one of these faults with probability `share`.

    The n-th request of a kind has the same fate with the same seed, however the kinds interleave.
    At most `most` requests of a kind in a row meet one: a shop that never answers is not meant.
    """

    def __init__(self, seed: int, faults: Sequence[Fault], share: float, most: int = 4) -> None:
        self._faults, self._share, self._most, self._seed = faults, share, most, seed
        self._dice: dict[str, random.Random] = {}
        self._in_a_row: defaultdict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    def __call__(self, method: str, path: str) -> Fault | None:
        kind = route(method, path)
        with self._lock:
            dice = self._dice.setdefault(kind, random.Random(f"{self._seed} {kind}"))
            fault = dice.choice(self._faults) if dice.random() < self._share else None
            if fault and self._in_a_row[kind] >= self._most:
                fault = None
            self._in_a_row[kind] = self._in_a_row[kind] + 1 if fault else 0
        return fault
