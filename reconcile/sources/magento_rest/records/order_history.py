"""What was said of an order over time: its comments, its cancellation, its payment, its gifts."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.model import Json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records.values import filled, moment, word
from reconcile.sources.magento_rest.wire import Record

CANCELED = "canceled"


def comments(entries: Json) -> list[Json]:
    """`[{created_at, status, text, notified, visible}]`, newest last. Invoices, shipments and
    credit memos have theirs in the same form, without a status."""
    told = sorted(wire.records(entries), key=_when)
    return [filled(_comment(entry)) for entry in told]


def _when(entry: Record) -> tuple[str, int]:
    return word(entry.get("created_at")) or "", wire.integer(entry.get("entity_id")) or 0


def _comment(entry: Record) -> dict[str, Json]:
    return {
        "created_at": moment(entry.get("created_at")),
        "status": word(entry.get("status")),
        "text": word(entry.get("comment")),
        "notified": wire.flag(entry.get("is_customer_notified")),
        "visible": wire.flag(entry.get("is_visible_on_front")),
    }


def canceled_at(state: str | None, document: Record, updated_at: str | None) -> str | None:
    """When a canceled order was: the first entry of its history that says so, else its last
    change, for Magento writes no entry of its own."""
    if state != CANCELED:
        return None
    entries = wire.records(document.get("status_histories"))
    said = (moment(each.get("created_at")) for each in entries if each.get("status") == CANCELED)
    return min(filter(None, said), default=updated_at)


def payment(document: Record) -> dict[str, Json]:
    """Columns about how the order was paid. Card numbers are not among them."""
    paid = wire.members(document.get("payment"))
    told = dict(_information(document))
    title = told.pop("method_title", None) or _first_line(paid)
    return {
        "payment_method": word(paid.get("method")),
        "payment_title": title,
        "po_number": word(paid.get("po_number")),
        "payment_transaction": word(paid.get("last_trans_id")),
        "payment_information": told,
    }


def _information(document: Record) -> Iterator[tuple[str, str]]:
    """Magento writes the word `null` for nothing."""
    extension = wire.members(document.get("extension_attributes"))
    for pair in wire.records(extension.get("payment_additional_info")):
        name, value = word(pair.get("key")), word(pair.get("value"))
        if name and value and value != "null":
            yield name, value


def _first_line(paid: Record) -> str | None:
    """Older releases have only the values, the title first."""
    lines = paid.get("additional_information")
    return word(lines[0]) if isinstance(lines, list) and lines else None
