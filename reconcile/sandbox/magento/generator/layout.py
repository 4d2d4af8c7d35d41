"""Where each product is: entity ids in a row, children right before their parent."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass

from reconcile.sandbox.magento.generator.family import variants_of

_SERIAL = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Place:
    """A family's index and the number of a child; the child is None for the product itself."""

    index: int
    child: int | None


class Layout:
    """Ids of a shop of ``size`` top-level products, from 1 without gaps."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self._first = array("q", [1])
        for index in range(size):
            self._first.append(self._first[-1] + 1 + len(variants_of(seed, index)))

    @property
    def ids(self) -> range:
        """The entity ids of all products, children included."""
        return range(1, self._first[-1])

    def place(self, product_id: int) -> Place:
        """The inverse of ``parent_id`` and ``child_ids``."""
        if product_id not in self.ids:
            raise KeyError(product_id)
        index = bisect_right(self._first, product_id) - 1
        child = product_id - self._first[index]
        return Place(index, None if product_id == self.parent_id(index) else child)

    def parent_id(self, index: int) -> int:
        """The id of the top-level product number ``index``."""
        return self._first[index + 1] - 1

    def child_ids(self, index: int) -> range:
        return range(self._first[index], self.parent_id(index))

    def family_ids(self, sku: str) -> range:
        """Ids of the family whose serial number is in ``sku``, children first; may be empty."""
        for digits in _SERIAL.findall(sku):
            index = int(digits) - 1
            if 0 <= index < self.size:
                return range(self._first[index], self._first[index + 1])
        return range(0)
