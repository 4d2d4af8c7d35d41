"""The sections `orders` and `customers` of reconcile.yml as settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reconcile.config.references import filled
from reconcile.marked_yaml import Document
from reconcile.settings import NO_SECRET, OrdersMode, Passwords, PeopleSettings, Secret

HASHES = "customer_hashes.sealed"


def people(
    document: Document, folder: Path, work: Path, variables: Mapping[str, str], *, with_key: bool
) -> PeopleSettings:
    """`with_key` also fills in the key of the sealed hashes, when a setting names one.

    Raises SettingsError for a variable without a value.
    """
    orders = document.value.get("orders", {})
    customers = document.value.get("customers", {})
    return PeopleSettings(
        orders=OrdersMode(orders.get("mode", OrdersMode.COMPANION)),
        passwords=Passwords(customers.get("passwords", Passwords.NONE)),
        hashes=folder / customers["hashes"] if "hashes" in customers else work / HASHES,
        hash_key=_key(document, variables) if with_key and "hash_key" in customers else NO_SECRET,
    )


def _key(document: Document, variables: Mapping[str, str]) -> Secret:
    return Secret(filled(document, "customers", variables)["hash_key"])
