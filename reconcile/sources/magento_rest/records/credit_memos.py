"""Credit memos: what was given back. Key: the increment id.

Columns beside those of sales_documents.py: `state` (`open`, `refunded`, `canceled`),
`currency_code`, `amount`, `totals` (JSON; its adjustment is what the goods, the shipping and the
tax do not explain), `adjustment_refund` and `adjustment_fee` (what staff typed), `base_total`
(JSON, in the shop's currency), `transaction`, `invoice` (source id).
"""

from __future__ import annotations

from typing import Any

from reconcile.canonical import decimal_text, to_json
from reconcile.model import Json
from reconcile.sources.magento_rest.records import sales_documents
from reconcile.sources.magento_rest.records.sales_documents import Kind, amounts, money
from reconcile.sources.magento_rest.records.values import amount, word
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Options, Records, Row, Tables

STATES = {"1": "open", "2": "refunded", "3": "canceled"}
r"""Magento\Sales\Model\Order\Creditmemo::STATE_*."""


def records(tables: Tables, _: Options) -> Records:
    """One record per credit memo, also those of orders that are not carried."""
    return sales_documents.records(tables, _CREDIT_MEMO)


def _columns(row: Row, document: Record) -> dict[str, Any]:
    parts = amounts(row, document)
    goods = parts["subtotal"] - parts["discount"] + parts["shipping"] + parts["tax"]
    parts["adjustment"] = parts["grand_total"] - goods
    invoice = word(document.get("invoice_id"))
    return {
        "state": STATES.get(row["state"] or ""),
        **money(row, document),
        "totals": to_json({name: decimal_text(part) for name, part in parts.items()}),
        "adjustment_refund": _said(document.get("adjustment_positive")),
        "adjustment_fee": _said(document.get("adjustment_negative")),
        "invoice": f"magento:invoice/{invoice}" if invoice else None,
    }


def _said(value: Json) -> str | None:
    return decimal_text(amount(value)) if amount(value) else None


_CREDIT_MEMO = Kind(
    entity="credit_memo",
    table="credit_memos",
    mark="creditmemo",
    texts="state currency_code amount transaction adjustment_refund adjustment_fee invoice",
    json=frozenset({"totals", "base_total"}),
    columns=_columns,
    offered={
        "adjustment_refund": frozenset({"totals"}),
        "adjustment_fee": frozenset({"totals"}),
        "invoice": frozenset(),
        "transaction": frozenset(),
    },
)
