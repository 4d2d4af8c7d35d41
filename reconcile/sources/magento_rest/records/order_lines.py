"""The lines of an order: one per purchase, with what it cost, exactly."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconcile.canonical import decimal_text
from reconcile.model import Json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import order_taxes, sold_names
from reconcile.sources.magento_rest.records.order_items import (
    BUNDLE,
    CONFIGURABLE,
    Item,
    Purchase,
    bearers,
)
from reconcile.sources.magento_rest.records.order_subtotals import before_discount
from reconcile.sources.magento_rest.records.order_taxes import Taxes
from reconcile.sources.magento_rest.records.sold_names import SoldNames
from reconcile.sources.magento_rest.records.values import CORRECT, NOTHING, Unsound, filled, word
from reconcile.sources.magento_rest.wire import Record


@dataclass(frozen=True, slots=True)
class Line:
    """`subtotal` is net and before the net `discount`; `tax` was charged on the rest."""

    purchase: Purchase
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    taxes: list[Json]


def lines(bought: Sequence[Purchase], taxes: Taxes, subtotals: Sequence[Decimal]) -> list[Line]:
    """`subtotals` are the sums that the lines may have. Raises Unsound for a line without
    quantity: its unit price would be anything."""
    for purchase in bought:
        if purchase.item.quantity <= 0:
            raise Unsound(
                "impossible_quantity",
                f"has the quantity {decimal_text(purchase.item.quantity)} of item "
                f"{purchase.item.id}",
                CORRECT,
            )
    costs = before_discount(list(bearers(bought)), subtotals)
    found, at = [], 0
    for purchase in bought:
        mine = costs[at : at + len(purchase.bearers)]
        at += len(mine)
        found.append(_line(purchase, sum(mine, NOTHING), taxes))
    return found


def _line(purchase: Purchase, subtotal: Decimal, taxes: Taxes) -> Line:
    return Line(
        purchase,
        subtotal,
        sum((item.net_discount for item in purchase.bearers), NOTHING),
        sum((item.tax for item in purchase.bearers), NOTHING),
        order_taxes.of_items(purchase.bearers, taxes),
    )


def row(line: Line, names: SoldNames, *, intangible: bool) -> Json:
    """A row of `order.items`. `intangible`: nothing of the order is shipped."""
    item = line.purchase.item
    shown = {
        "id": item.id,
        "title": title(item) or sku(line.purchase) or item.id,
        "quantity": decimal_text(item.quantity),
        "subtotal": decimal_text(line.subtotal),
        "discount": decimal_text(line.discount),
        "tax": decimal_text(line.tax),
        "taxes": line.taxes,
        "requires_shipping": not intangible and not item.is_virtual,
    }
    return shown | filled({"sku": sku(line.purchase), "metadata": _metadata(line.purchase, names)})


def title(item: Item) -> str | None:
    """Names are stored as typed, with HTML entities in many shops; people read characters."""
    return " ".join(html.unescape(item.name).split()) if item.name else None


def sku(purchase: Purchase) -> str | None:
    """Of a configurable product, the SKU of the child that was chosen."""
    if purchase.item.type == CONFIGURABLE:
        chosen = [child.sku for child in purchase.children if child.sku]
        return chosen[0] if chosen else purchase.item.sku
    return purchase.item.sku


def is_in_catalogue(purchase: Purchase, sku: str, names: SoldNames) -> bool:
    """Also where Magento composed the SKU, of a product that is there."""
    options = sold_names.chosen(purchase.item.document)
    if _is_composed(purchase.item, options) and names.product_sku(purchase.item.document):
        return True
    return names.catalogue is None or sku in names.catalogue


def _is_composed(item: Item, options: Record) -> bool:
    """Bundles and filled-in options add SKUs to the product's own."""
    return item.type == BUNDLE or sold_names.FILLED_IN in options


def _metadata(purchase: Purchase, names: SoldNames) -> dict[str, Json]:
    item = purchase.item
    options = sold_names.chosen(item.document)
    extension = wire.members(item.document.get("extension_attributes"))
    return filled(
        {
            "product_type": None if item.type == "simple" else item.type,
            "product_sku": _product_sku(item, options, names),
            "options": names.options(options),
            "downloads": names.downloads(options),
            "components": _components(purchase.children) if item.type != CONFIGURABLE else None,
            "gift_message": gift_message(extension.get("gift_message")),
        }
    )


def _product_sku(item: Item, options: Record, names: SoldNames) -> str | None:
    """Where Magento composed the item's SKU: that of the product itself, if it is still there."""
    found = names.product_sku(item.document) if _is_composed(item, options) else None
    return found if found != item.sku else None


def _components(children: Iterable[Item]) -> list[Json]:
    """What a bundle was made of, for all of its quantity together."""
    return [
        filled({"sku": each.sku, "name": title(each), "quantity": decimal_text(each.quantity)})
        for each in children
    ]


def gift_message(given: Json) -> dict[str, Json]:
    """Of an order or an item: `{from, to, message}`."""
    message = wire.members(given)
    return filled(
        {
            "from": word(message.get("sender")),
            "to": word(message.get("recipient")),
            "message": word(message.get("message")),
        }
    )
