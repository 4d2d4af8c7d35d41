"""Look-ups of records without a name of their own: levels and the prices of lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reconcile.model import Address, Change
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.by_sku import ids_by_sku
from reconcile.targets.medusa.phases.phase import related_key
from reconcile.targets.medusa.phases.price_list import currency_and_minimum
from reconcile.targets.medusa.tables.inventory import STOCK_LOCATIONS
from reconcile.targets.medusa.tables.listing import Listing, Record, as_text
from reconcile.targets.medusa.tables.price_list import PRICE_LISTS, list_prices

Found = Mapping[Address, str]


def find_levels(client: MedusaClient, changes: Sequence[Change]) -> Found:
    """Levels by the item of the variant with the SKU, and the location."""
    items = ids_by_sku(client, [related_key(change, "variant", "variant") for change in changes])
    locations = _by_name(client, STOCK_LOCATIONS, "name")
    wanted = {
        (
            items.get(f"inventory_item:{related_key(change, 'variant', 'variant')}", ""),
            _id_of(change, "location", "stock_location", locations),
        ): change.address
        for change in changes
    }
    held = _levels(client, [item for item, _ in wanted if item])
    return {wanted[level]: "/".join(level) for level in held if level in wanted}


def _levels(client: MedusaClient, items: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(item, location) of every level of these items."""
    fields = ("id", "location_levels.location_id")
    for item in client.matching("inventory-items", "inventory_items", "id", items, fields):
        for level in item.get("location_levels") or ():
            yield item["id"], level["location_id"]


def find_list_prices(client: MedusaClient, changes: Sequence[Change]) -> Found:
    """Prices by list, variant, currency and minimum quantity; each list is read once."""
    variants = ids_by_sku(client, [related_key(change, "variant", "variant") for change in changes])
    lists = _by_name(client, PRICE_LISTS, "title")
    wanted: dict[str, dict[tuple[str, ...], Address]] = defaultdict(dict)
    for change in changes:
        variant = variants.get(f"variant:{related_key(change, 'variant', 'variant')}", "")
        currency, minimum = currency_and_minimum(change)
        price_list = _id_of(change, "price_list", "price_list", lists)
        wanted[price_list][(variant, currency, minimum or "")] = change.address
    return {
        addresses[slot]: identity
        for price_list, addresses in wanted.items()
        if price_list
        for slot, identity in _prices(client, price_list)
        if slot in addresses
    }


def _prices(client: MedusaClient, price_list: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """(variant, currency, minimum) and id of every price of a list."""
    for page in client.pages(list_prices(price_list)):
        for price in page.records:
            variant = (price.get("price_set") or {}).get("variant") or {}
            minimum = as_text(price["min_quantity"]) or ""
            yield (variant.get("id", ""), price["currency_code"], minimum), str(price["id"])


def _by_name(client: MedusaClient, listing: Listing, name: str) -> dict[str, Record]:
    return {record[name]: record for page in client.pages(listing) for record in page.records}


def _id_of(change: Change, field: str, entity: str, named: Mapping[str, Record]) -> str:
    """The id of what a change refers to, as the plan knows it or by its name; "" if unknown."""
    key = related_key(change, field, entity)
    return change.refs.get(f"{entity}:{key}") or str(named.get(key, {}).get("id", ""))
