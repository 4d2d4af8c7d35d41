"""One product of the shop, top-level or child: what its record and its stock have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from reconcile.sandbox.magento.generator.categories import Category, categories, sellable_leaves
from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.generator.family import Family, Kind, Variant, family, leaf_of
from reconcile.sandbox.magento.generator.layout import Layout

ENABLED, DISABLED = 1, 2
HIDDEN, EVERYWHERE = 1, 4
_ITEM = 3


@dataclass(frozen=True, slots=True)
class Item:
    """``child`` is the number within the family, None for the top-level product."""

    id: int
    seed: int
    family: Family
    child: int | None

    @property
    def variant(self) -> Variant | None:
        return None if self.child is None else self.family.variants[self.child]

    @property
    def kind(self) -> Kind:
        return self.family.kind if self.child is None else Kind.SIMPLE

    @property
    def sku(self) -> str:
        return self.family.sku if self.child is None else self.family.child_sku(self.child)

    @property
    def name(self) -> str:
        variant = self.variant
        return self.family.name if variant is None else f"{self.family.name}-{variant.label}"

    @property
    def price(self) -> Decimal | None:
        """None for grouped products; 0 where the children or components carry the price."""
        if self.kind is Kind.GROUPED:
            return None
        if self.kind is Kind.CONFIGURABLE or self.has_dynamic_price:
            return Decimal(0)
        variant = self.variant
        is_large = variant is not None and variant.size is not None and variant.size.label == "XL"
        return self.family.price + (3 if is_large else 0)

    @property
    def has_dynamic_price(self) -> bool:
        """Every second bundle costs what its components cost."""
        return self.kind is Kind.BUNDLE and self.family.index // 50 % 2 == 0

    @property
    def status(self) -> int:
        """About one top-level product in 33 and one child in 40 is disabled."""
        if self.child is None:
            return DISABLED if self.family.index % 33 == 20 else ENABLED
        return DISABLED if self.dice(1).one_in(40) else ENABLED

    @property
    def visibility(self) -> int:
        """Children are hidden, but for a few; some products are found by search only."""
        if self.child is not None:
            return EVERYWHERE if self.family.index % 37 == 2 and self.child == 0 else HIDDEN
        return {12: 3, 13: 2, 14: HIDDEN}.get(self.family.index % 60, EVERYWHERE)

    def dice(self, purpose: int) -> Dice:
        return Dice(self.seed, _ITEM, self.id, purpose)


class Catalogue:
    """Gives every product by id, making it on the way; nothing of it is kept but the layout."""

    def __init__(self, size: int, seed: int) -> None:
        self.seed = seed
        self.layout = Layout(size, seed)
        self.tree = categories()
        self._places = sellable_leaves(self.tree)
        self.family = lru_cache(maxsize=1024)(self._family)

    def _family(self, index: int) -> Family:
        return family(self.seed, index)

    def item(self, product_id: int) -> Item:
        """The product with this entity id; KeyError when there is none."""
        place = self.layout.place(product_id)
        return Item(product_id, self.seed, self.family(place.index), place.child)

    def parent(self, index: int) -> Item:
        """The top-level product number ``index``."""
        return Item(self.layout.parent_id(index), self.seed, self.family(index), None)

    def items(self, ids: Iterable[int]) -> list[Item]:
        return [self.item(product_id) for product_id in ids]

    def leaf_category(self, index: int) -> Category:
        """The category a family is in: one of those that its leaf stands for."""
        places = self._places[leaf_of(self.seed, index)]
        return places[index % len(places)]
