"""Customers, one row each, with their addresses and the groups they are in.

`addresses` is a JSON list of objects as Medusa has them, with `id` and `metadata`; `groups` a JSON
list of group ids, sorted. `login` says how an account came to its way to log in (`own`, `reset`,
`carried:<seal>`); only the companion can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from reconcile.canonical import to_json
from reconcile.systems import Row
from reconcile.targets.medusa.tables.listing import (
    FLAG,
    TEXT,
    Listing,
    Record,
    Table,
    cells,
    nested,
)

COLUMNS: dict[str, pl.DataType] = {
    "id": TEXT,
    "email": TEXT,
    "has_account": FLAG,
    "first_name": TEXT,
    "last_name": TEXT,
    "company_name": TEXT,
    "phone": TEXT,
    "created_at": TEXT,
    "updated_at": TEXT,
    "metadata": TEXT,
    "addresses": TEXT,
    "login": TEXT,
}
CUSTOMER = pl.Schema({**COLUMNS, "groups": TEXT})


def customer_row(record: Record, groups: Iterable[str]) -> Row:
    """The row of one customer, who is in these groups."""
    addresses = list(nested(record, "addresses"))
    listed = {"groups": to_json(sorted(set(groups))), "addresses": to_json(addresses)}
    return {**cells(record, COLUMNS), **listed}


def _companions(record: Record) -> Iterable[Row]:
    yield customer_row(record, record.get("groups") or ())


CUSTOMERS = Table("customers", CUSTOMER, _companions)
"""As the companion lists them."""


def admin_customers(groups_of: Mapping[str, Sequence[str]]) -> Listing:
    """As the Admin API lists them, without their groups: asked here, these cost time quadratic in
    the page size. `groups_of` maps customers to theirs."""

    def rows(record: Record) -> Iterable[Row]:
        yield customer_row(record, groups_of.get(record["id"], ()))

    known = tuple(name for name in COLUMNS if name not in {"addresses", "login"})
    table = Table("customers", CUSTOMER, rows)
    return Listing("customers", "customers", (*known, "*addresses"), (table,))


MEMBERS = Listing("customer-groups", "customer_groups", ("id", "customers.id"), (), limit=100)
"""Who is in which group. It fills no table of its own."""
