"""What invoices, shipments and credit memos have in common: each hangs on an order.

Columns of all three: `id`, `number`, `order` (source id), `created_at`, `updated_at`, `items` (JSON
rows), `comments` (JSON).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from reconcile.canonical import decimal_text, from_json, rows_text, to_json
from reconcile.model import Address, Diagnostic, Severity
from reconcile.money import rounded
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import folding, order_history
from reconcile.sources.magento_rest.records.folding import Bought
from reconcile.sources.magento_rest.records.values import (
    Unsound,
    amount,
    filled,
    with_milliseconds,
)
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Notice, Records, Row, Tables

AT_ONCE = 1_000
"""Records whose orders are in memory together."""

_COMMON = "key source_id id number order created_at updated_at items comments"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three. `mark` is Magento's own word for it in source ids; `columns` makes those
    columns from a row and its document that the kind has for itself: `texts` and `json`."""

    entity: str
    table: str
    mark: str
    texts: str
    json: frozenset[str]
    columns: Callable[[Row, Record], Mapping[str, Any]]
    offered: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def schema(self) -> pl.Schema:
        names = [*_COMMON.split(), *self.texts.split(), *sorted(self.json)]
        return pl.Schema(dict.fromkeys(names, pl.String()))

    def source_id(self, row: Row) -> str:
        return f"magento:{self.mark}/{row['id']}"


def records(tables: Tables, kind: Kind) -> Records:
    """Row-local in the kind's table; orders are looked up for the lines that items belong to."""
    json = kind.json | {"items", "comments"}
    if not tables.has(kind.table):
        return Records(pl.LazyFrame(schema=kind.schema), json=json, complete=False)
    rows = tables.scan(kind.table).collect()
    made, problems, strange = [], list[tuple[Row, Unsound]](), list[str]()
    for some in rows.iter_slices(AT_ONCE):
        bought = folding.read(tables, some["order_id"].drop_nulls())
        for row in some.iter_rows(named=True):
            try:
                made.append(_record(row, kind, bought, strange))
            except Unsound as why:
                problems.append((row, why))
    return Records(
        pl.DataFrame(made, schema=kind.schema, orient="row").lazy(),
        json=json,
        offered={"comments": frozenset(), **kind.offered},
        unsound=_identities(kind, (row for row, _ in problems)),
        diagnostics=tuple(_diagnostic(kind, row, why) for row, why in problems),
        complete=tables.complete(kind.table),
        notices=tuple(_strange_items(kind, strange)),
    )


def _record(
    row: Row, kind: Kind, bought: Mapping[str, Bought], strange: list[str]
) -> dict[str, Any]:
    """Adds to `strange` when items belong to no line of the order."""
    document = wire.members(from_json(row["document"]))
    given, lines = folding.quantities(document.get("items")), bought.get(row["order_id"] or "", ())
    if lines and folding.unknown(given, lines):
        strange.append(row["number"] or row["id"])
    said = order_history.comments(document.get("comments"))
    return {
        "key": row["number"],
        "source_id": kind.source_id(row),
        "id": row["id"],
        "number": row["number"],
        "order": f"magento:order/{row['order_id']}" if row["order_id"] else None,
        "created_at": with_milliseconds(row["created_at"]),
        "updated_at": with_milliseconds(row["updated_at"]),
        "items": rows_text(folding.rows(given, lines, shipped=kind.table == "shipments")),
        "comments": to_json(said) if said else None,
        **kind.columns(row, document),
    }


def amounts(row: Row, document: Record) -> dict[str, Decimal]:
    """Parts of an invoice or a credit memo in whole minor units. Its discount is negative, its
    compensation holds that of the shipping as well (Magento\\Sales\\...\\Total\\Tax)."""
    currency = (row["currency"] or "").lower()
    hidden = amount(document.get("discount_tax_compensation_amount"))
    parts = {
        "subtotal": amount(document.get("subtotal")),
        "discount": -amount(document.get("discount_amount")) - hidden,
        "shipping": amount(document.get("shipping_amount")),
        "tax": amount(document.get("tax_amount")),
        "grand_total": amount(row["grand_total"]),
    }
    return {name: rounded(part, currency) for name, part in parts.items()}


def money(row: Row, document: Record) -> dict[str, Any]:
    """The columns of amounts that invoices and credit memos share."""
    total = row["grand_total"]
    return {
        "currency_code": (row["currency"] or "").lower() or None,
        "amount": None if total is None else decimal_text(amounts(row, document)["grand_total"]),
        "base_total": _base_total(row, document),
        "transaction": wire.text(document.get("transaction_id")),
    }


def _base_total(row: Row, document: Record) -> str | None:
    """`{currency_code, grand_total}` in the shop's own currency."""
    if row["base_grand_total"] is None:
        return None
    currency = (wire.text(document.get("base_currency_code")) or "").lower()
    total = decimal_text(amount(row["base_grand_total"]))
    return to_json(filled({"currency_code": currency, "grand_total": total}))


def _identities(kind: Kind, rows: Iterable[Row]) -> pl.LazyFrame:
    keys = [{"key": row["number"], "source_id": kind.source_id(row)} for row in rows]
    return pl.LazyFrame(keys, schema={"key": pl.String, "source_id": pl.String})


def _diagnostic(kind: Kind, row: Row, why: Unsound) -> Diagnostic:
    name = kind.entity.replace("_", " ")
    called = row["number"] or f"with id {row['id']}"
    return Diagnostic(
        Severity.SKIPPED,
        why.code,
        f"The {name} {called} is not carried: it {why.why}.",
        address=Address(kind.entity, row["number"] or kind.source_id(row)),
        remedy=why.remedy,
    )


def _strange_items(kind: Kind, numbers: list[str]) -> Iterator[Notice]:
    if numbers:
        yield Notice.about(
            Severity.WARNING,
            "strange_items",
            f"{{count}} {kind.entity.replace('_', ' ')}s name items that their orders do not have, "
            "and are carried without these: {samples}.",
            numbers,
        )
