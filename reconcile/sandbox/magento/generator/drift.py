"""Changes after the first migration: what makes a second plan interesting."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from reconcile.sandbox.magento.generator.composite import is_linked_to
from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.generator.family import Kind, components_of, kind_of
from reconcile.sandbox.magento.generator.item import Catalogue, Item
from reconcile.sandbox.magento.generator.stock import level
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.stock_record import source_item, stock_item

_DRIFT = 9


def apply_drift(shop: Shop, catalogue: Catalogue, count: int) -> None:
    """Change ``count`` different simple products, the same ones for the same seed.

    In turn: a price, a stock level, a name, a disabled product, a new one, a removed one. Raises
    ValueError when the shop has fewer products that no other one is made of or linked to.
    """
    free = [index for index in range(catalogue.layout.size) if _stands_alone(index)]
    if count > len(free):
        raise ValueError(f"drift must be at most {len(free)} in a shop of this size")
    chosen = Dice(catalogue.seed, _DRIFT).sample(free, count)
    for number, index in enumerate(chosen):
        _CHANGES[number % len(_CHANGES)](shop, catalogue.parent(index))


def _stands_alone(index: int) -> bool:
    return (
        kind_of(index) is Kind.SIMPLE
        and index not in components_of(index)
        and not is_linked_to(index)
    )


def _price(shop: Shop, item: Item) -> None:
    shop.update_product(item.sku, price=item.family.price + Decimal("1.50"))


def _stock(shop: Shop, item: Item) -> None:
    shop.set_stock(item.sku, (level(item).quantity or 0) + 7)


def _name(shop: Shop, item: Item) -> None:
    shop.update_product(item.sku, name=f"{item.family.name} II")


def _disable(shop: Shop, item: Item) -> None:
    shop.disable_product(item.sku)


def _add(shop: Shop, item: Item) -> None:
    """A copy of ``item`` under a SKU, a name and a URL key of its own."""
    record = shop.product(item.sku)
    if record is None:
        raise KeyError(item.sku)
    sku = f"NEW-{item.sku}"
    row_id = shop.add_product({**record, "sku": sku, "name": f"New {item.family.name}"})
    shop.update_product(sku, url_key=f"new-{item.family.serial}")
    shop.table("stock_items").put(row_id, stock_item(row_id, 25))
    sources = shop.table("source_items")
    sources.put(sources.next_id(), source_item(sku, "default", 25, True))


def _remove(shop: Shop, item: Item) -> None:
    shop.delete_product(item.sku)


_CHANGES: tuple[Callable[[Shop, Item], None], ...] = (
    _price,
    _stock,
    _name,
    _disable,
    _add,
    _remove,
)
