"""The columns of one order, in the shapes of entities/order.py and as metadata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconcile.canonical import decimal_text, rows_text, to_json
from reconcile.model import Json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import (
    order_history,
    order_lines,
    order_members,
    order_taxes,
    order_totals,
)
from reconcile.sources.magento_rest.records.addresses import address, details, unknown_country
from reconcile.sources.magento_rest.records.order_content import Order
from reconcile.sources.magento_rest.records.sold_names import SoldNames
from reconcile.sources.magento_rest.records.store_codes import StoreCodes
from reconcile.sources.magento_rest.records.values import (
    NOTHING,
    amount,
    filled,
    with_milliseconds,
    word,
)
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Row

SHIPPING = "shipping"
"""The id of an order's only shipping method."""

_BASE = ("subtotal", "discount", "shipping", "tax", "grand_total", "paid", "refunded")


def fields(order: Order, names: SoldNames, stores: StoreCodes, province: str) -> dict[str, Any]:
    """What the entity has fields for."""
    row, settled = order.row, order.settled
    shipped = shipping(order.document)
    billing = wire.members(order.document.get("billing_address"))
    intangible = bool(row["is_virtual"])
    return {
        "key": row["number"],
        "source_id": f"magento:order/{row['id']}",
        "id": row["id"],
        "number": row["number"],
        "email": word(row["email"]),
        "customer": row["customer"],
        "status": word(row["status"]),
        "state": word(row["state"]),
        "created_at": with_milliseconds(row["created_at"]),
        "updated_at": with_milliseconds(row["updated_at"]),
        "canceled_at": order_history.canceled_at(
            row["state"], order.document, with_milliseconds(row["updated_at"])
        ),
        "currency_code": order.currency,
        "locale": stores.locales.get(row["store_id"] or ""),
        "billing_address": document(address(billing, province)),
        "shipping_address": document(address(wire.members(shipped.get("address")), province)),
        "items": rows_text(
            order_lines.row(line, names, intangible=intangible) for line in settled.lines
        ),
        "shipping_methods": rows_text(_shipping_methods(order, shipped)),
        "adjustments": rows_text(
            {"id": each.code, "name": each.name, "amount": decimal_text(each.amount)}
            for each in settled.adjustments
        ),
        "totals": to_json(settled.totals),
    }


def notes(order: Order, stores: StoreCodes) -> dict[str, Any]:
    """What else there is to know: sources of metadata."""
    row, said = order.row, order.document
    extension = wire.members(said.get("extension_attributes"))
    paid = order_history.payment(said)
    return {
        "store": stores.views.get(row["store_id"] or ""),
        "store_name": _store_name(row["store_name"]),
        "guest": row["customer_is_guest"],
        "coupon_code": word(row["coupon_code"]),
        "discount_description": word(row["discount_description"]),
        "applied_rules": word(said.get("applied_rule_ids")),
        "shipping_description": word(row["shipping_description"]),
        "shipping_method": word(shipping(said).get("method")),
        **paid,
        "payment_information": document(paid["payment_information"]),
        "base_totals": to_json(_base_totals(row)),
        "comments": document(order_history.comments(said.get("status_histories"))),
        "gift_message": document(order_lines.gift_message(extension.get("gift_message"))),
        "customer_note": word(said.get("customer_note")),
        "customer_group": stores.groups.get(row["customer_group_id"] or ""),
        "customer_name": _customer_name(said),
        "customer_tax_number": word(said.get("customer_taxvat")),
        "customer_birthday": wire.calendar_date(said.get("customer_dob")),
        "address_details": document(_address_details(said)),
        "related_orders": document(_related(said)),
        "external_id": word(said.get("ext_order_id")),
        "other": document(order_members.added(said)),
    }


def document(value: Json) -> str | None:
    """JSON text; nothing for what says nothing."""
    return to_json(value) if value else None


def shipping(said: Record) -> Record:
    """How the order was to be sent: `{address, method, total}`, empty for intangible ones.

    Magento never splits an order; the list of assignments has one entry.
    """
    extension = wire.members(said.get("extension_attributes"))
    for assignment in wire.records(extension.get("shipping_assignments")):
        return wire.members(assignment.get("shipping"))
    return {}


def unknown_countries(said: Record) -> Iterator[str]:
    """Countries, as Magento has them, that the order's addresses lose; one for each address."""
    for each in (said.get("billing_address"), shipping(said).get("address")):
        found = unknown_country(wire.members(each))
        if found:
            yield found


def _shipping_methods(order: Order, shipped: Record) -> Iterator[Json]:
    """One, unless nothing is sent and nothing was charged for it."""
    costs, name = order.settled.shipping, word(order.row["shipping_description"])
    code = word(shipped.get("method"))
    if not (name or code or costs.amount or costs.discount or costs.tax):
        return
    yield {
        "id": SHIPPING,
        "name": name or code or "Shipping",
        "amount": decimal_text(costs.amount),
        "discount": decimal_text(costs.discount),
        "tax": decimal_text(costs.tax),
        "taxes": order_taxes.of_shipping(costs.tax, order.taxes),
    }


def _base_totals(row: Row) -> dict[str, Json]:
    """In the shop's own currency, as Magento converted them."""
    base = {name.removeprefix("base_"): row[name] for name in row if name.startswith("base_")}
    figures = order_totals.figures(base, "", NOTHING)
    amounts = (
        figures.subtotal,
        figures.discount,
        figures.shipping.amount,
        figures.tax,
        figures.grand_total,
        figures.paid,
        figures.refunded,
    )
    return filled(
        {
            "currency_code": (row["base_currency_code"] or "").lower(),
            "rate": decimal_text(amount(row["base_to_order_rate"])),
            **{name: decimal_text(each) for name, each in zip(_BASE, amounts, strict=True)},
        }
    )


def _store_name(name: str | None) -> str | None:
    """Magento joins website, store and view by line breaks."""
    return " / ".join((name or "").split("\n")) or None


def _customer_name(said: Record) -> str | None:
    parts = ("prefix", "firstname", "middlename", "lastname", "suffix")
    return " ".join(filter(None, (word(said.get(f"customer_{part}")) for part in parts))) or None


def _address_details(said: Record) -> dict[str, Json]:
    return filled(
        {
            "billing": details(wire.members(said.get("billing_address"))),
            "shipping": details(wire.members(shipping(said).get("address"))),
        }
    )


def _related(said: Record) -> dict[str, Json]:
    """An order that was edited in Magento is canceled and replaced by another."""
    return filled(
        {
            "original": word(said.get("original_increment_id")),
            "replaces": word(said.get("relation_parent_real_id")),
            "replaced_by": word(said.get("relation_child_real_id")),
        }
    )
