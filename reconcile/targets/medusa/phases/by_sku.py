"""Ids that only the shop can tell: variants and inventory items, found in bulk by SKU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconcile.systems import Resolve
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.tables.listing import Record

ITEM_LINK = "inventory_items.inventory_item_id"
ORPHAN = "orphan_inventory_item"
"""How an inventory item that outlived its variant is called among resolved ids."""


def unknown(skus: Iterable[str], entity: str, resolve: Resolve) -> list[str]:
    """The SKUs nobody knows an id for yet."""
    return [sku for sku in dict.fromkeys(skus) if found(f"{entity}:{sku}", resolve) is None]


def found(address: str, resolve: Resolve) -> str | None:
    """The id of an address, None where nobody knows it."""
    try:
        return resolve(address)
    except KeyError:
        return None


def ids_by_sku(client: MedusaClient, skus: Iterable[str]) -> dict[str, str]:
    """`variant:<sku>` and `inventory_item:<sku>` of variants that are there.

    The inventory item is the one the variant is linked to, whatever SKU the item itself bears.
    """
    ids: dict[str, str] = {}
    for variant in client.matching(
        "product-variants", "variants", "sku", skus, ("id", "sku", ITEM_LINK)
    ):
        ids |= learned_of(variant)
    return ids


def learned_of(variant: Record) -> dict[str, str]:
    """What an answer about a variant tells: its id, and its inventory item's where it has one."""
    sku, links = variant["sku"], variant.get("inventory_items") or []
    ids = {f"variant:{sku}": str(variant["id"])}
    if len(links) == 1:
        ids[f"inventory_item:{sku}"] = str(links[0]["inventory_item_id"])
    return ids


def orphans(client: MedusaClient, skus: Iterable[str]) -> Mapping[str, str]:
    """Inventory items with these SKUs that no variant is linked to.

    They outlive a variant that vanished with its product's update, and a new variant with the
    same SKU is refused unless it takes over the item.
    """
    items = client.matching(
        "inventory-items", "inventory_items", "sku", skus, ("id", "sku", "variants.id")
    )
    return {
        f"{ORPHAN}:{item['sku']}": str(item["id"]) for item in items if not item.get("variants")
    }
