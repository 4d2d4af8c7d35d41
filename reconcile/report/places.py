"""Where the changes of a plan stand in it, by address: 12 bytes each, for plans of any size."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from hashlib import blake2b


class Places:
    """Address text -> place of its change in the plan. Filled first, then asked.

    Addresses are known by 8 bytes of their BLAKE2b digest.
    """

    def __init__(self, addresses: Iterable[str] = ()) -> None:
        self._prints = array("Q")
        self._order = array("L")
        for address in addresses:
            self.add(address)

    def add(self, address: str) -> None:
        """The address of the next change."""
        self._prints.append(_print(address))

    def settle(self) -> None:
        """To be called once after the last address."""
        prints = self._prints
        self._order = array("L", sorted(range(len(prints)), key=prints.__getitem__))
        self._prints = array("Q", (prints[place] for place in self._order))

    def of(self, address: str) -> int | None:
        """None for an address that no change has."""
        wanted = _print(address)
        at = bisect_left(self._prints, wanted)
        found = at < len(self._prints) and self._prints[at] == wanted
        return self._order[at] if found else None


def _print(address: str) -> int:
    return int.from_bytes(blake2b(address.encode("utf-8", "surrogatepass"), digest_size=8).digest())
