"""Customers with their addresses, one for every four products of the shop.

Orders are not generated yet: they get a file of their own beside this one, with rows that name
these customers and the catalogue's items.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.table import Record

_CUSTOMER = 10
_FIRST_NAMES = ("Ada", "Çağla", "Elif", "Jürgen", "Maeve", "Noah", "Olga", "Sami", "Zoë")
_LAST_NAMES = ("Berg", "D'Souza", "Juniper", "Lindström", "O'Hara", "Quill", "Vogel", "Żak")
_GROUPS = (1, 1, 1, 1, 2, 3)
# Country, region, city, postcode; where a country has no list of regions there is none.
_PLACES: tuple[tuple[str, tuple[str, str, int] | None, str, str], ...] = (
    ("US", ("MI", "Michigan", 33), "Lansing", "48933"),
    ("US", ("CA", "California", 12), "Fresno", "93650"),
    ("DE", ("BAY", "Bayern", 81), "München", "80331"),
    ("FR", ("13", "Bouches-du-Rhône", 194), "Marseille", "13001"),
    ("GB", None, "Leeds", "LS1 4AP"),
)


class CustomerRows:
    """``count`` customers with the ids from 1."""

    def __init__(self, count: int, seed: int) -> None:
        self._seed = seed
        self.ids: Sequence[int] = range(1, count + 1)

    def record(self, row_id: int) -> Record:
        return _customer(row_id, Dice(self._seed, _CUSTOMER, row_id))

    def find(self, field: str, text: str) -> None:
        """There is no index: customers are found by id."""


def _customer(number: int, dice: Dice) -> Record:
    name = {"firstname": dice.pick(_FIRST_NAMES), "lastname": dice.pick(_LAST_NAMES)}
    view = 2 if dice.one_in(5) else 1
    addresses = [_address(number, place, name, dice) for place in range(dice.below(3))]
    return {
        "id": number,
        "group_id": dice.pick(_GROUPS),
        **_mark_defaults(addresses),
        "created_at": f"2024-02-{dice.between(1, 28):02d} 09:30:00",
        "updated_at": f"2024-03-{dice.between(1, 28):02d} 16:45:10",
        "created_in": "Deutsch" if view == 2 else "Default Store View",
        "email": _email(number),
        **name,
        **({"gender": dice.between(1, 3)} if dice.one_in(2) else {}),
        "store_id": view,
        "website_id": 1,
        "addresses": addresses,
        "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": dice.one_in(3)},
    }


def _mark_defaults(addresses: list[dict[str, Any]]) -> dict[str, str]:
    """Mark the first address for billing and the last for shipping; their ids, as texts."""
    if not addresses:
        return {}
    addresses[-1]["default_shipping"] = True
    addresses[0]["default_billing"] = True
    return {
        "default_billing": str(addresses[0]["id"]),
        "default_shipping": str(addresses[-1]["id"]),
    }


def _email(number: int) -> str:
    """Shops keep the case that was typed; some addresses carry a tag."""
    if number % 10 == 7:
        return f"Customer{number:06d}+Tag@Example.com"
    return f"customer{number:06d}@example.com"


def _address(customer: int, place: int, name: dict[str, str], dice: Dice) -> dict[str, Any]:
    country, region, city, postcode = dice.pick(_PLACES)
    code, title, region_id = region or (None, None, 0)
    return {
        "id": customer * 2 + place - 1,
        "customer_id": customer,
        "region": {"region_code": code, "region": title, "region_id": region_id},
        "region_id": region_id,
        "country_id": country,
        "street": [f"{dice.between(1, 240)} Mill Lane"],
        "telephone": f"555-{dice.below(10_000):04d}",
        "postcode": postcode,
        "city": city,
        **name,
    }
