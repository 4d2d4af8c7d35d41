"""What happens to customers. Each function takes the shop, the moment in UTC, and its members.

``customer`` is an e-mail or an id.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from reconcile.sandbox.magento.happenings.finding import customer_of
from reconcile.sandbox.magento.sales.shape import finished
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import Record

_NO_REGION = {"region_code": None, "region": None, "region_id": 0}
_FIRST_ADDRESS = 10_000_000  # above all others; an id per customer and place
_ADDRESSES_EACH = 64


def join(
    shop: Shop,
    at: str,
    *,
    email: str,
    firstname: str = "New",
    lastname: str = "Customer",
    group_id: int = 1,
    store_id: int = 1,
    website_id: int = 1,
    addresses: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> dict[str, Any]:
    """A new customer; the first address becomes the default one. ``more`` are other members."""
    number = shop.table("customers").next_id()
    record: Record = {
        "id": number,
        "group_id": group_id,
        "created_at": at,
        "updated_at": at,
        "created_in": "Default Store View",
        "email": email,
        "firstname": firstname,
        "lastname": lastname,
        "store_id": store_id,
        "website_id": website_id,
        "addresses": [],
        "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": False},
        **more,
    }
    for changes in addresses:
        _add_address(record, changes)
    shop.table("customers").put(number, record)
    return {"id": number}


def move(
    shop: Shop,
    at: str,
    *,
    customer: str | int,
    address: int | None = None,
    adds: bool = False,
    **changes: Any,
) -> dict[str, Any]:
    """Change an address (by default the first), or with ``adds`` write one more.

    ``changes`` are members of the address. Moves the customer's ``updated_at``; orders keep the
    address they had.
    """
    record = customer_of(shop, customer)
    if adds or not record["addresses"]:
        _add_address(record, changes)
        changed = record["addresses"][-1]
    else:
        changed = _address(record, address)
        changed.update(changes)
        if isinstance(changes.get("region"), dict):
            changed["region_id"] = changes["region"].get("region_id", 0)
    _keep(shop, record, at)
    return {"id": record["id"], "address": changed["id"]}


def _address(record: Record, address: int | None) -> Record:
    addresses: list[Record] = record["addresses"]
    for one in addresses:
        if address in (None, one["id"]):
            return one
    raise ValueError(f"customer {record['id']} has no address {address}")


def rename(shop: Shop, at: str, *, customer: str | int, **changes: Any) -> dict[str, Any]:
    """Change members of a customer: ``email``, ``lastname``, ``group_id``, ``taxvat`` and so on.

    ``is_subscribed`` is one too; None removes a member. Moves ``updated_at``; orders keep the
    e-mail they were placed with.
    """
    record = customer_of(shop, customer)
    if "is_subscribed" in changes:
        subscribed = {"is_subscribed": changes.pop("is_subscribed")}
        record["extension_attributes"] = {**record["extension_attributes"], **subscribed}
    record.update(changes)
    _keep(shop, {name: value for name, value in record.items() if value is not None}, at)
    return {"id": record["id"]}


def forget(shop: Shop, at: str, *, customer: str | int) -> dict[str, Any]:
    """Delete a customer. The orders lose their ``customer_id``, and their ``updated_at`` stays."""
    number = customer_of(shop, customer)["id"]
    orders = shop.table("orders")
    for row_id in list(orders.ids):
        if orders.glance(row_id).get("customer_id") == number:
            record = copy.deepcopy(orders.record(row_id))
            del record["customer_id"]
            orders.put(row_id, finished(record))
    shop.table("customers").remove(number)
    return {"id": number}


def _add_address(record: Record, changes: Mapping[str, Any]) -> None:
    addresses = record["addresses"]
    number = _FIRST_ADDRESS + record["id"] * _ADDRESSES_EACH + len(addresses)
    region = changes.get("region", _NO_REGION)
    defaults = {} if addresses else {"default_shipping": True, "default_billing": True}
    if not addresses:
        record["default_billing"] = record["default_shipping"] = str(number)
    addresses.append(
        {
            "id": number,
            "customer_id": record["id"],
            "region": region,
            "region_id": region["region_id"],
            "country_id": "US",
            "street": ["1 New Street"],
            "telephone": "555-0100",
            "postcode": "48933",
            "city": "Lansing",
            "firstname": record["firstname"],
            "lastname": record["lastname"],
            **changes,
            **defaults,
        }
    )


def _keep(shop: Shop, record: Record, at: str) -> None:
    shop.table("customers").put(record["id"], {**record, "updated_at": at})
