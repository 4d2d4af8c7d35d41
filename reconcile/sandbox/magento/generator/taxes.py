"""The shop's tax rates, and which of them are charged on what, where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.generator.people import MICHIGAN, NEW_YORK, Region
from reconcile.sandbox.magento.sales.cart import Rate


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate and where it is charged; ``region`` None means the whole country."""

    rate: Rate
    country: str
    region: Region | None = None


_GERMAN, _GERMAN_REDUCED = Rate(1, "DE standard", 19_000), Rate(2, "DE reduced", 7_000)
_MICHIGAN = Rate(3, "US-MI-*-Rate 1", 8_250)
_STATE, _CITY = Rate(4, "US-NY-*-State", 4_000), Rate(5, "US-NY-*-City", 4_500)
_FRENCH, _FRENCH_REDUCED = Rate(6, "FR normal", 20_000), Rate(7, "FR réduit", 5_500)
_BRITISH = Rate(8, "GB VAT", 20_000)

TAX_RATES = (
    TaxRate(_GERMAN, "DE"),
    TaxRate(_GERMAN_REDUCED, "DE"),
    TaxRate(_MICHIGAN, "US", MICHIGAN),
    TaxRate(_STATE, "US", NEW_YORK),
    TaxRate(_CITY, "US", NEW_YORK),
    TaxRate(_FRENCH, "FR"),
    TaxRate(_FRENCH_REDUCED, "FR"),
    TaxRate(_BRITISH, "GB"),
)

_GOODS = {
    "DE": ((_GERMAN,), (_GERMAN_REDUCED,)),
    "FR": ((_FRENCH,), (_FRENCH_REDUCED,)),
    "GB": ((_BRITISH,), ()),
    "MI": ((_MICHIGAN,), (_MICHIGAN,)),
    "NY": ((_STATE, _CITY), (_CITY,)),
}
_SHIPPING = {
    "DE": (_GERMAN,),
    "FR": (_FRENCH,),
    "GB": (_BRITISH,),
    "NY": (_STATE, _CITY),
}


def _zone(address: dict[str, Any]) -> str:
    country = str(address["country_id"])
    return str(address.get("region_code")) if country == "US" else country


def rates_on(address: dict[str, Any], *, reduced: bool = False) -> tuple[Rate, ...]:
    """The rates on goods that are sent there; several are charged side by side."""
    normal, less = _GOODS.get(_zone(address), ((), ()))
    return less if reduced else normal


def rates_on_shipping(address: dict[str, Any]) -> tuple[Rate, ...]:
    """The rates on shipping costs."""
    return _SHIPPING.get(_zone(address), ())
