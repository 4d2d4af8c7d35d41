"""Addresses, as Medusa takes them and as plans say them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reconcile.entities.spec import OWNERSHIP_KEY
from reconcile.model import Json
from reconcile.targets.medusa.ownership import mark_of

PARTS = (
    "first_name",
    "last_name",
    "company",
    "phone",
    "address_1",
    "address_2",
    "city",
    "province",
    "postal_code",
    "country_code",
)
DEFAULTS = ("is_default_billing", "is_default_shipping")


def parts_of(address: Mapping[str, Any] | None) -> dict[str, str]:
    """The parts of an address that have a value."""
    return {part: address[part] for part in PARTS if address.get(part)} if address else {}


def all_parts(address: Mapping[str, Any]) -> dict[str, str | None]:
    """Every part of an address, null where it has no value: that clears it."""
    return {part: address.get(part) for part in PARTS}


def address_rows(addresses: Iterable[Mapping[str, Any]]) -> list[Json]:
    """A customer's addresses that bear our mark; those people added themselves are theirs."""
    return [
        {
            "id": bare(mark),
            **parts_of(address),
            **{name: address.get(name) is True for name in DEFAULTS},
        }
        for address in addresses
        if (mark := mark_of(address)) is not None
    ]


def address_body(row: Mapping[str, Any], owner: str | None) -> dict[str, Json]:
    """A row as the companion takes it. `owner` is the source id of its customer."""
    return {
        OWNERSHIP_KEY: marked(row["id"], owner),
        **all_parts(row),
        **{name: row.get(name) is True for name in DEFAULTS},
    }


def marked(identity: str, owner: str | None) -> str:
    """The mark of an address: `magento:address/7` for one of `magento:customer/3`."""
    system, found, _ = (owner or "").partition(":")
    return f"{system}:address/{identity}" if found else identity


def bare(mark: str) -> str:
    """The source's own id in a mark: the `7` of `magento:address/7`."""
    return mark.rpartition("/")[2]
