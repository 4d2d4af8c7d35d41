"""``POST products/{base,special,tier}-price(s)-information`` with ``{"skus": [...]}``."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from reconcile.sandbox.magento.call import Call
from reconcile.sandbox.magento.errors import required
from reconcile.sandbox.magento.product_record import attribute
from reconcile.sandbox.magento.table import Record

_ALL_GROUPS = 32000


def base_prices(call: Call) -> list[Record]:
    """The price of everything that has one of its own; unknown SKUs are left out silently."""
    return [
        {"price": record["price"], "store_id": 0, "sku": record["sku"]}
        for record in _asked(call)
        if _has_own_price(record)
    ]


def _has_own_price(record: Record) -> bool:
    if record["type_id"] == "bundle":
        return str(attribute(record, "price_type")) == "1"
    return record["type_id"] in ("simple", "virtual", "downloadable")


def special_prices(call: Call) -> list[Record]:
    """The special price with its dates, as stored in scope ``all``."""
    return [_special(record) for record in _asked(call) if attribute(record, "special_price")]


def _special(record: Record) -> Record:
    return {
        "price": Decimal(attribute(record, "special_price")),
        "store_id": 0,
        "sku": record["sku"],
        "price_from": attribute(record, "special_from_date"),
        "price_to": attribute(record, "special_to_date"),
    }


def tier_prices(call: Call) -> list[Record]:
    """One row per tier; here percentages are percentages (``discount``), not amounts."""
    groups = {group["id"]: group["code"] for group in call.table("customer_groups").records()}
    groups[_ALL_GROUPS] = "all groups"
    return [
        _tier(record["sku"], tier, groups[tier["customer_group_id"]])
        for record in _asked(call)
        for tier in record["tier_prices"]
    ]


def _tier(sku: str, tier: Record, group: str) -> Record:
    extension = tier["extension_attributes"]
    percentage = extension.get("percentage_value")
    return {
        "price": tier["value"] if percentage is None else percentage,
        "price_type": "fixed" if percentage is None else "discount",
        "website_id": extension["website_id"],
        "sku": sku,
        "customer_group": group,
        "quantity": tier["qty"],
    }


def _asked(call: Call) -> Iterator[Record]:
    skus: Any = call.json().get("skus")
    if not isinstance(skus, list):
        raise required("skus")
    found = (call.shop.product(str(sku)) for sku in skus)
    yield from (record for record in found if record is not None)
