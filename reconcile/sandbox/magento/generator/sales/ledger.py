"""Where each order's invoices, shipments and credit memos are, and what is known at a glance."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.generator.customers import CustomerRows, home_of, is_deleted
from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.generator.moments import moment, written
from reconcile.sandbox.magento.generator.people import email_of
from reconcile.sandbox.magento.generator.sales import fates
from reconcile.sandbox.magento.generator.sales.fates import Fate, Step
from reconcile.sandbox.magento.sales.cart import Store

_STORY = 12
_HOUR = 3600
_LONGEST_WAIT = 21 * 24  # hours between two steps


@dataclass(frozen=True, slots=True)
class Story:
    """All decisions about an order but what is in it. ``times`` are those of the fate's steps.

    ``customer`` is the number of the account it was placed with, None for a guest. Times are
    seconds since 1970.
    """

    index: int
    created: int
    store: Store
    customer: int | None
    email: str
    is_virtual: bool
    fate: Fate
    times: tuple[int, ...]

    @property
    def entity_id(self) -> int:
        return self.index + 1

    @property
    def updated(self) -> int:
        pairs = zip(self.fate.steps, self.times, strict=True)
        return max([self.created, *(at for step, at in pairs if fates.moves_time(step))])

    @property
    def is_orphan(self) -> bool:
        """Whether the account was deleted afterwards."""
        return self.customer is not None and is_deleted(self.customer)

    def glance(self) -> dict[str, Any]:
        """The members of the order's record that are known without its rows."""
        known: dict[str, Any] = {
            "entity_id": self.entity_id,
            "increment_id": self.store.number(self.entity_id),
            "created_at": written(self.created),
            "updated_at": written(self.updated),
            "state": self.fate.state,
            "status": self.fate.shown_status,
            "store_id": self.store.id,
            "customer_email": self.email,
            "customer_is_guest": int(self.customer is None),
            "order_currency_code": self.store.currency,
        }
        if self.customer is not None and not self.is_orphan:
            known["customer_id"] = self.customer
        return known


QUICK = frozenset(
    {
        "entity_id",
        "increment_id",
        "created_at",
        "updated_at",
        "state",
        "status",
        "store_id",
        "customer_id",
        "customer_email",
        "customer_is_guest",
        "order_currency_code",
    }
)


class Ledger:
    """Of ``count`` orders. Holds three numbers for each order, and makes the rest again."""

    def __init__(
        self, count: int, customers: CustomerRows, seed: int, *, sells_services: bool
    ) -> None:
        self.count = count
        self.seed = seed
        self._customers = customers
        self._sells_services = sells_services
        self._firsts = self._numbered()

    def _numbered(self) -> dict[tuple[Step, ...], array[int]]:
        kinds = (fates.INVOICES, fates.SHIPMENTS, fates.CREDIT_MEMOS)
        counts = {fate: [fate.count(kind) for kind in kinds] for fate in _ALL_FATES}
        firsts = [array("q", [1]) for _ in kinds]
        for index in range(self.count):
            for column, more in zip(firsts, counts[self._fate(index)], strict=True):
                column.append(column[-1] + more)
        return dict(zip(kinds, firsts, strict=True))

    def ids(self, kind: tuple[Step, ...]) -> range:
        """The entity ids of all invoices, or shipments, or credit memos."""
        return range(1, self._firsts[kind][-1])

    def ids_of_order(self, kind: tuple[Step, ...], index: int) -> range:
        """The entity ids of one order's."""
        firsts = self._firsts[kind]
        return range(firsts[index], firsts[index + 1])

    def order_of(self, kind: tuple[Step, ...], entity_id: int) -> int:
        """The index of the order an invoice belongs to; KeyError for an unknown one."""
        if entity_id not in self.ids(kind):
            raise KeyError(entity_id)
        return bisect_right(self._firsts[kind], entity_id) - 1

    def _is_virtual(self, index: int) -> bool:
        return self._sells_services and index % 14 == 6

    def _fate(self, index: int) -> Fate:
        return fates.draw(Dice(self.seed, _STORY, index), is_virtual=self._is_virtual(index))

    def story(self, index: int) -> Story:
        """The story of an order, from its number alone."""
        is_virtual = self._is_virtual(index)
        dice = Dice(self.seed, _STORY, index)
        fate = fates.draw(dice, is_virtual=is_virtual)
        number = dice.between(1, max(self._customers.last, 1))
        is_guest = dice.below(10) < 3 or not self._customers.last
        created = moment(index + 1)
        return Story(
            index=index,
            created=created,
            store=home_of(number),
            customer=None if is_guest else number,
            email=_email(index, number, dice, is_guest=is_guest),
            is_virtual=is_virtual,
            fate=fate,
            times=_times(created, fate.steps, dice),
        )


_ALL_FATES = (*fates.SHIPPED_FATES, *fates.VIRTUAL_FATES)


def _email(index: int, number: int, dice: Dice, *, is_guest: bool) -> str:
    """Some guests have an account after all; some customers had another address then."""
    if is_guest:
        return email_of(number) if dice.one_in(12) else f"guest{index + 1:06d}@example.org"
    return f"old.{number:06d}@example.net" if dice.one_in(40) else email_of(number)


def _times(created: int, steps: Sequence[Step], dice: Dice) -> tuple[int, ...]:
    times = []
    now = created
    for _ in steps:
        now += dice.between(1, _LONGEST_WAIT) * _HOUR + dice.below(_HOUR)
        times.append(now)
    return tuple(times)
