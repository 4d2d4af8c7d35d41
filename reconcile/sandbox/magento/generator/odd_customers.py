"""Customers that real shops have and programs fall over: one of each kind, made on demand."""

from __future__ import annotations

from typing import Any

from reconcile.sandbox.magento.generator.customers import customer
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import Record

_TWIN, _SAME = "twin@example.com", "both@example.com"


def add_odd_customers(shop: Shop, seed: int) -> dict[str, int]:
    """Ids by the name of what is odd."""
    table = shop.table("customers")
    added = {}
    for name, changes in _ODD.items():
        number = table.next_id()
        known = {**_sound(number, seed), "email": f"odd.{name}@example.com", **changes}
        record = {member: value for member, value in known.items() if value is not None}
        if name in _ADDRESSES:
            record["addresses"] = [{**_address(number), **_ADDRESSES[name]}]
        table.put(number, record)
        added[name] = number
    return added


def _sound(number: int, seed: int) -> Record:
    """A customer with nothing special but the number."""
    record = customer(1, seed)
    for member in ("default_billing", "default_shipping"):
        record.pop(member, None)
    return {**record, "id": number, "addresses": [], "store_id": 1, "website_id": 1}


def _address(number: int) -> Record:
    return {
        "id": number * 8,
        "customer_id": number,
        "region": {"region_code": "MI", "region": "Michigan", "region_id": 33},
        "region_id": 33,
        "country_id": "US",
        "street": ["1 Odd Street"],
        "telephone": "555-0100",
        "postcode": "48933",
        "city": "Lansing",
        "firstname": "Odd",
        "lastname": "Case",
        "default_shipping": True,
        "default_billing": True,
    }


_ODD: dict[str, dict[str, Any]] = {
    "case_twin": {"email": _TWIN},
    "case_twin_upper": {"email": _TWIN.title()},
    "same_email": {"email": _SAME},
    "same_email_elsewhere": {"email": _SAME, "website_id": 2, "store_id": 3},
    "empty_email": {"email": ""},
    "invalid_email": {"email": "not an address"},
    "padded_email": {"email": " Padded@Example.com "},
    "emoji_names": {"firstname": "🎉", "lastname": "🦄 von 🌈"},
    "no_names": {"firstname": None, "lastname": None},
    "long_name": {"lastname": "Wolfeschlegelsteinhausenbergerdorff " * 8},
    "unknown_group": {"group_id": 99},
    "born_tomorrow": {"dob": "2099-01-01"},
    "zero_date": {"created_at": "0000-00-00 00:00:00", "dob": "0000-00-00"},
    "unknown_country": {},
    "unknown_region": {},
    "empty_address": {},
}
_ADDRESSES: dict[str, Record] = {
    "unknown_country": {"country_id": "ZZ"},
    "unknown_region": {
        "region": {"region_code": "ATL", "region": "Atlantis", "region_id": 99_999},
        "region_id": 99_999,
    },
    "empty_address": {"street": [], "city": "", "postcode": None, "telephone": ""},
}
