"""Records by what people call them, and numbers for new ones."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from reconcile.sandbox.magento.sales.stamp import Stamp
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import Record, Table

_DIGITS = 9


def order_of(shop: Shop, order: str | int) -> Record:
    """A copy of the order with this number (a text) or entity id. Raises ValueError."""
    return numbered(shop, "orders", order)


def numbered(shop: Shop, name: str, wanted: str | int) -> Record:
    """A copy of the record with this increment id (a text) or entity id. Raises ValueError."""
    table = shop.table(name)
    record = table.get(wanted) if isinstance(wanted, int) else _by_number(table, wanted)
    if record is None:
        raise ValueError(f"there is no {wanted} among the {name}")
    return copy.deepcopy(record)


def _by_number(table: Table, number: str) -> Record | None:
    found = table.find("increment_id", number)
    for row_id in table.ids if found is None else found:
        if table.glance(row_id).get("increment_id") == number:
            return table.record(row_id)
    return None


def latest_of_store(table: Table, store_id: int) -> Record | None:
    """The glance at the last record of a store view; None when there is none."""
    for row_id in reversed(table.ids):
        record = table.glance(row_id)
        if record.get("store_id") == store_id:
            return record
    return None


def stamp_for(shop: Shop, name: str, store_id: int, at: str) -> Stamp:
    """Identity of a new record: the next id, and the number after the store view's last one."""
    table = shop.table(name)
    last = latest_of_store(table, store_id)
    number = "0" * _DIGITS if last is None else str(last["increment_id"])
    prefix = ("" if store_id == 1 else str(store_id)) if last is None else number[:-_DIGITS]
    return Stamp(table.next_id(), f"{prefix}{int(number[-_DIGITS:]) + 1:0{_DIGITS}d}", at)


def customer_of(shop: Shop, customer: str | int) -> Record:
    """A copy of the customer with this e-mail or id. Raises ValueError."""
    table = shop.table("customers")
    if isinstance(customer, int):
        candidates: Iterable[int] = [customer]
    else:
        found = table.find("email", customer)
        candidates = table.ids if found is None else found
    for row_id in candidates:
        record = table.get(row_id)
        if record and customer in (row_id, record["email"]):
            return copy.deepcopy(record)
    raise ValueError(f"there is no customer {customer}")
