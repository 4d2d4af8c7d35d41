"""Customers with their addresses, on two websites, created over some years."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.generator import people
from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.generator.moments import DAY, moment, written
from reconcile.sandbox.magento.generator.stores import DEFAULT, EUROPE, GERMAN
from reconcile.sandbox.magento.sales.cart import Store
from reconcile.sandbox.magento.table import Record

_CUSTOMER, _LIFE = 10, 11
_GROUPS = (1, 1, 1, 1, 2, 3)
_ADDRESSES = (0, 1, 1, 1, 2, 2, 3, 5)
_ADDRESSES_EACH = 8
_PLACES = {
    DEFAULT.id: people.AMERICAN_PLACES,
    GERMAN.id: people.GERMAN_PLACES,
    EUROPE.id: people.EUROPEAN_PLACES,
}
_QUICK = frozenset({"email", "created_at", "updated_at", "group_id", "store_id", "website_id"})


def is_deleted(number: int) -> bool:
    """Whether this customer asked to be forgotten; the orders stay."""
    return number % 41 == 40


def home_of(number: int) -> Store:
    """The store view a customer signed up in."""
    if number % 8 == 3:
        return EUROPE
    return GERMAN if number % 5 == 2 else DEFAULT


def places_of(store: Store) -> tuple[people.Place, ...]:
    """Where those live who buy there."""
    return _PLACES[store.id]


def website_of(store: Store) -> int:
    return 2 if store is EUROPE else 1


class CustomerRows:
    """``count`` customers; the numbers of deleted ones are missing among the ids."""

    quick = _QUICK

    def __init__(self, count: int, seed: int) -> None:
        self._seed = seed
        self.last = count + count // 40
        self.ids: Sequence[int] = array(
            "q", [one for one in range(1, self.last + 1) if not is_deleted(one)][:count]
        )

    def record(self, row_id: int) -> Record:
        if row_id not in self:
            raise KeyError(row_id)
        return customer(row_id, self._seed)

    def __contains__(self, number: int) -> bool:
        place = bisect_left(self.ids, number)
        return place < len(self.ids) and self.ids[place] == number

    def find(self, field: str, text: str) -> list[int] | None:
        """By e-mail, which has the customer's number in it."""
        if field != "email":
            return None
        digits = "".join(c for c in text.partition("@")[0] if c.isdecimal())
        return [int(digits)] if digits and int(digits) in self else []

    def glance(self, row_id: int) -> Record:
        """The members that ``quick`` names, without making the rest."""
        return _Sketch.of(row_id, self._seed).members()


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What is settled about a customer before anything is drawn for the rest."""

    number: int
    group: int
    created: int
    updated: int

    @classmethod
    def of(cls, number: int, seed: int) -> _Sketch:
        dice = Dice(seed, _LIFE, number)
        created = moment(number)
        return cls(number, dice.pick(_GROUPS), created, created + dice.below(400) * DAY // 4)

    def members(self) -> Record:
        store = home_of(self.number)
        return {
            "id": self.number,
            "group_id": self.group,
            "created_at": written(self.created),
            "updated_at": written(self.updated),
            "email": people.email_of(self.number),
            "store_id": store.id,
            "website_id": website_of(store),
        }


def customer(number: int, seed: int) -> Record:
    """A customer's record, also of one that was deleted."""
    dice = Dice(seed, _CUSTOMER, number)
    known = _Sketch.of(number, seed).members()
    name = _name(number, dice)
    places = places_of(home_of(number))
    addresses = [
        _address(number, place, name, dice.pick(places), dice)
        for place in range(dice.pick(_ADDRESSES))
    ]
    record = {
        "id": number,
        "group_id": known["group_id"],
        **_mark_defaults(addresses, dice),
        "created_at": known["created_at"],
        "updated_at": known["updated_at"],
        "created_in": home_of(number).names[2],
        "dob": _birthday(dice) if dice.one_in(3) else None,
        "email": known["email"],
        **name,
        "middlename": dice.pick(people.MIDDLE_NAMES) if dice.one_in(8) else None,
        "prefix": dice.pick(people.PREFIXES) if dice.one_in(10) else None,
        "suffix": dice.pick(people.SUFFIXES) if dice.one_in(20) else None,
        "gender": dice.between(1, 3) if dice.one_in(2) else None,
        "store_id": known["store_id"],
        "taxvat": f"DE{dice.below(10**9):09d}" if dice.one_in(9) else None,
        "website_id": known["website_id"],
        "addresses": addresses,
        "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": dice.one_in(3)},
    }
    return {member: value for member, value in record.items() if value is not None}


def _name(number: int, dice: Dice) -> dict[str, str]:
    if number % 45 == 9:
        return dict(zip(("firstname", "lastname"), people.EMOJI_NAME, strict=True))
    return {"firstname": dice.pick(people.FIRST_NAMES), "lastname": dice.pick(people.LAST_NAMES)}


def _birthday(dice: Dice) -> str:
    return f"{dice.between(1931, 2007)}-{dice.between(1, 12):02d}-{dice.between(1, 28):02d}"


def _mark_defaults(addresses: list[dict[str, Any]], dice: Dice) -> dict[str, str]:
    """Mark the first address for billing and the last for shipping; their ids, as texts.

    One in ten has no defaults, one in ten only the first.
    """
    fate = dice.below(10)
    if not addresses or fate == 0:
        return {}
    addresses[0]["default_billing"] = True
    marked = {"default_billing": str(addresses[0]["id"])}
    if fate > 1:
        addresses[-1]["default_shipping"] = True
        marked["default_shipping"] = str(addresses[-1]["id"])
    return marked


def _address(
    number: int, place: int, name: dict[str, str], where: people.Place, dice: Dice
) -> dict[str, Any]:
    region = where.region or people.Region("", "", 0)
    lines = [f"{dice.between(1, 240)} {dice.pick(people.STREETS)}"]
    if dice.one_in(4):
        lines.append(f"Apt {dice.between(1, 60)}")
    address = {
        "id": number * _ADDRESSES_EACH + place,
        "customer_id": number,
        "region": {
            "region_code": region.code or None,
            "region": region.name or None,
            "region_id": region.id,
        },
        "region_id": region.id,
        "country_id": where.country,
        "street": lines,
        "company": dice.pick(people.COMPANIES) if dice.one_in(5) else None,
        "telephone": f"+{dice.between(1, 99)} 555 {dice.below(10_000):04d}",
        "fax": "555-0101" if dice.one_in(12) else None,
        "postcode": where.postcode,
        "city": where.city,
        **name,
        "middlename": "M." if dice.one_in(15) else None,
        "prefix": "Dr." if dice.one_in(20) else None,
        "vat_id": f"{where.country}{dice.below(10**9):09d}" if dice.one_in(9) else None,
    }
    return {member: value for member, value in address.items() if value is not None}
