"""A sample shop whose customers and orders no shop should have, beside sound ones.

One record of each kind. Most are those of `generated_shop(..., oddities=True)`; the rest is made
here: records that name others which do not exist, and more of what may be wrong with e-mails,
currencies and dates.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.happenings.customers import join
from reconcile.sandbox.magento.happenings.new_order import place_order
from reconcile.sandbox.magento.happenings.orders import invoice, refund, ship
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import Record

AT = "2024-07-01 12:00:00"
SKU = "PO-000001"
NOBODY = 999_999
"""An id that no record has."""
ORDERS = 40
BUYER = 1
"""A sound customer."""

Spoil = Callable[[Record], object]


def _set(**values: Any) -> Spoil:
    return lambda order: order.update(values)


def _currency(code: str) -> Spoil:
    return _set(**{f"{name}_currency_code": code for name in ("order", "base", "global", "store")})


def _made(moment: str) -> Spoil:
    return _set(created_at=moment, updated_at=moment)


SPOILED: Mapping[str, tuple[int | None, Spoil]] = {
    "missing customer": (None, _set(customer_id=NOBODY, customer_is_guest=0)),
    "account without e-mail": (BUYER, _set(customer_email="")),
    "account with invalid e-mail": (BUYER, _set(customer_email="ann at example.com")),
    "31st of February": (None, _made("2024-02-31 12:00:00")),
    "year 1000": (None, _made("1000-01-01 00:00:00")),
    "year 9999": (None, _made("9999-12-31 23:59:59")),
    "no date": (None, _made("")),
    "no currency": (None, _currency("XXX")),  # last: a new order takes the currency of the latest
}
"""Orders of a customer (None: of a guest), and what is wrong with each."""

FOLLOWING = {"invoice": "invoices", "shipment": "shipments", "credit_memo": "creditmemos"}


@dataclass(frozen=True)
class BadPeople:
    """`orders`: number (id where it has none) by the name of what is wrong; `customers`: id;
    `lost`: numbers of the records whose order is none that can be carried, by entity and
    `missing` (there is no such order) or `unsound` (there is one)."""

    shop: Shop
    orders: Mapping[str, str]
    customers: Mapping[str, int]
    lost: Mapping[str, Mapping[str, str]]


def sound_people(*, oddities: bool = False) -> Shop:
    """The same shop before anything bad comes into it: some orders of each kind."""
    return generated_shop(12, orders=ORDERS, oddities=oddities)


def bad_people() -> BadPeople:
    shop = sound_people(oddities=True)
    odd = shop.document("oddities")
    table = shop.table("orders")
    numbers = {
        name.replace("_", " "): str(table.record(id_).get("increment_id", id_))
        for name, id_ in odd["orders"].items()
    }
    customers = {name.replace("_", " "): id_ for name, id_ in odd["customers"].items()}
    lost = {"unsound": _followed(shop), "missing": _orphans(shop)}
    numbers |= {name: _spoiled(shop, *how) for name, how in SPOILED.items()}
    return BadPeople(shop, numbers, customers | _dated(shop), lost)


def _spoiled(shop: Shop, customer: int | None, spoil: Spoil) -> str:
    placed = place_order(shop, AT, lines={SKU: 2}, customer=customer)
    table = shop.table("orders")
    order = copy.deepcopy(table.record(placed["entity_id"]))
    spoil(order)
    table.put(placed["entity_id"], order)
    return str(placed["increment_id"])


def _dated(shop: Shop) -> dict[str, int]:
    """Customers that were made at odd times."""
    moments = {"before 1970": "1969-12-31 23:59:59", "in the future": "2099-01-01 00:00:00"}
    return {
        name: join(shop, moment, email=f"dated{number}@example.com")["id"]
        for number, (name, moment) in enumerate(moments.items())
    }


def _whole_sale(shop: Shop) -> tuple[int, dict[str, dict[str, Any]]]:
    """An order that was invoiced, shipped and refunded: its id, and these."""
    number = place_order(shop, AT, lines={SKU: 1}, email="sale@example.org")["entity_id"]
    made = {
        "invoice": invoice(shop, AT, order=number),
        "shipment": ship(shop, AT, order=number),
        "credit_memo": refund(shop, AT, order=number),
    }
    return number, made


def _orphans(shop: Shop) -> dict[str, str]:
    """What hangs on an order that is not there."""
    number, made = _whole_sale(shop)
    shop.table("orders").remove(number)
    for entity, each in made.items():
        table = shop.table(FOLLOWING[entity])
        table.put(each["entity_id"], {**table.record(each["entity_id"]), "order_id": NOBODY})
    return {entity: str(each["increment_id"]) for entity, each in made.items()}


def _followed(shop: Shop) -> dict[str, str]:
    """What hangs on an order that does not add up."""
    number, made = _whole_sale(shop)
    table = shop.table("orders")
    order = copy.deepcopy(table.record(number))
    order["grand_total"] += 1
    table.put(number, order)
    return {entity: str(each["increment_id"]) for entity, each in made.items()}
