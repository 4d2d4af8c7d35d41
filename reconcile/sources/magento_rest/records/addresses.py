"""Addresses of customers and orders, which Magento writes alike, as Medusa has room for them.

What Medusa has no place for (`prefix`, `middlename`, `suffix`, `fax`, `vat_id`) is told apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.model import Json, Severity
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import iso, regions
from reconcile.sources.magento_rest.records.values import filled, word
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Notice

_DETAILS = ("prefix", "middlename", "suffix", "fax", "vat_id")


def address(document: Record, province_form: str) -> dict[str, Json]:
    """The parts that have a value, named as in entities/order.py. An unknown country is none."""
    lines = street(document)
    country = country_code(document)
    code, name = _region(document)
    return filled(
        {
            "first_name": word(document.get("firstname")),
            "last_name": word(document.get("lastname")),
            "company": word(document.get("company")),
            "phone": word(document.get("telephone")),
            "address_1": lines[0] if lines else None,
            "address_2": ", ".join(lines[1:]),
            "city": word(document.get("city")),
            "province": regions.province(country, code, name, province_form),
            "postal_code": word(document.get("postcode")),
            "country_code": country,
        }
    )


def details(document: Record) -> dict[str, Json]:
    """What else Magento knows of the person at this address."""
    return filled({name: word(document.get(name)) for name in _DETAILS})


def country_code(document: Record) -> str | None:
    """Lower case; None when there is none, or none that ISO knows."""
    code = (word(document.get("country_id")) or "").lower()
    return code if code in iso.COUNTRIES else None


def unknown_country(document: Record) -> str | None:
    """The country as Magento has it, when it is not carried."""
    return None if country_code(document) else word(document.get("country_id"))


def unknown_countries(entity: str, found: Sequence[tuple[str, str]]) -> Notice:
    """One notice about addresses that lose their country: number or id of the record, country."""
    return Notice.about(
        Severity.WARNING,
        "unknown_country",
        f"{{count}} addresses of {entity}s are in a country that is no ISO code and are carried "
        "without it: {samples}.",
        [f"{code} ({entity} {number})" for number, code in found],
        remedy="Correct the country in Magento.",
    )


def street(document: Record) -> list[str]:
    """Its lines, without empty ones. Some releases send one text with line breaks."""
    lines = document.get("street")
    if isinstance(lines, str):
        lines = lines.splitlines()
    if isinstance(lines, dict):
        lines = list(lines.values())
    found = [word(line) for line in lines] if isinstance(lines, list) else []
    return [line for line in found if line]


def _region(document: Record) -> tuple[str | None, str | None]:
    """Code and name: a customer's address has an object, an order's has them side by side."""
    region = document.get("region")
    if isinstance(region, dict):
        return word(region.get("region_code")), word(region.get("region"))
    return word(document.get("region_code")), word(wire.text(region))
