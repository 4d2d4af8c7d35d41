"""Invoices: what was asked for and paid. Key: the increment id.

Columns beside those of sales_documents.py: `state` (`open`, `paid`, `canceled`), `currency_code`,
`amount`, `totals` (JSON), `base_total` (JSON, in the shop's currency), `transaction`.
"""

from __future__ import annotations

from typing import Any

from reconcile.canonical import decimal_text, to_json
from reconcile.sources.magento_rest.records import sales_documents
from reconcile.sources.magento_rest.records.sales_documents import Kind, amounts, money
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Options, Records, Row, Tables

STATES = {"1": "open", "2": "paid", "3": "canceled"}
r"""Magento\Sales\Model\Order\Invoice::STATE_*."""


def records(tables: Tables, _: Options) -> Records:
    """One record per invoice, also those of orders that are not carried."""
    return sales_documents.records(tables, _INVOICE)


def _columns(row: Row, document: Record) -> dict[str, Any]:
    totals = {name: decimal_text(part) for name, part in amounts(row, document).items()}
    return {
        "state": STATES.get(row["state"] or ""),
        **money(row, document),
        "totals": to_json(totals),
    }


_INVOICE = Kind(
    entity="invoice",
    table="invoices",
    mark="invoice",
    texts="state currency_code amount transaction",
    json=frozenset({"totals", "base_total"}),
    columns=_columns,
    offered={"transaction": frozenset()},
)
