"""Products of the catalogue as they are put into a cart."""

from __future__ import annotations

from typing import Any

from reconcile.sandbox.magento.generator.attributes import COLOUR_ATTRIBUTE, SIZE_ATTRIBUTE
from reconcile.sandbox.magento.generator.composite import bundle_options, custom_options
from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.generator.family import Kind, components_of, kind_of
from reconcile.sandbox.magento.generator.item import Catalogue, Item
from reconcile.sandbox.magento.generator.product import weight
from reconcile.sandbox.magento.sales.cart import Good, Line, Part
from reconcile.sandbox.magento.table import Record

_ROW = 50  # products after which the types repeat
_SERVICES = tuple(n for n in range(_ROW) if kind_of(n) in (Kind.VIRTUAL, Kind.DOWNLOADABLE))
_SHIPPED = (Kind.SIMPLE, Kind.CONFIGURABLE, Kind.BUNDLE)
_ENGRAVING = 450
_GONE = 100_000  # ids above those of the catalogue, of products that were deleted


def sells_services(size: int) -> bool:
    """Whether a shop of this size has a product that is not shipped."""
    return size > _SERVICES[0]


def service(catalogue: Catalogue, dice: Dice, quantity: int) -> Line:
    """A virtual or downloadable product."""
    size = catalogue.layout.size
    index = dice.below(size) // _ROW * _ROW + dice.pick(_SERVICES)
    return _line(catalogue, index if index < size else _SERVICES[0], dice, quantity)


def anything(catalogue: Catalogue, dice: Dice, quantity: int) -> Line:
    """A product of any type, now and then one that was deleted since."""
    if dice.one_in(60):
        return deleted(catalogue, dice.below(500), quantity)
    return _line(catalogue, dice.below(catalogue.layout.size), dice, quantity)


def plain(catalogue: Catalogue, dice: Dice, quantity: int) -> Line:
    """A product with at most two rows that is shipped; a simple one where there is no other."""
    index = dice.below(catalogue.layout.size)
    kind = kind_of(index)
    usable = index if kind in (Kind.SIMPLE, Kind.CONFIGURABLE) else 0
    return _line(catalogue, usable, dice, quantity)


def first(catalogue: Catalogue, quantity: int) -> Line:
    """The catalogue's first product, which is a simple one in every shop."""
    return Line(_good(catalogue.parent(0)), quantity)


def shipped(catalogue: Catalogue, dice: Dice, quantity: int) -> Line:
    """A product that is shipped: simple, configurable or a bundle."""
    index = dice.below(catalogue.layout.size)
    usable = index if kind_of(index) in _SHIPPED else index - index % _ROW
    return _line(catalogue, usable, dice, quantity)


def deleted(catalogue: Catalogue, number: int, quantity: int) -> Line:
    """A product that the catalogue has no more; orders keep its id, its SKU and its name."""
    product_id = catalogue.layout.ids[-1] + _GONE + number
    name, sku = f"Discontinued Lamp No. {number}", f"OLD-{number:04d}"
    return Line(Good(product_id, sku, name, "simple", 1000 + 37 * number, weight=1), quantity)


def _line(catalogue: Catalogue, index: int, dice: Dice, quantity: int) -> Line:
    kind = kind_of(index)
    if kind is Kind.GROUPED:  # only its members are bought, as if by themselves
        member = catalogue.parent(dice.pick(components_of(index)))
        return Line(_good(member, kind=kind.value), quantity)
    item = catalogue.parent(index)
    if kind is Kind.CONFIGURABLE:
        return _configurable(catalogue, item, dice, quantity)
    if kind is Kind.BUNDLE:
        return _bundle(catalogue, item, dice, quantity)
    if custom_options(item) and dice.one_in(2):
        return Line(_engraved(item), quantity)
    options = _downloads(item) if kind is Kind.DOWNLOADABLE else None
    return Line(_good(item, options=options), quantity)


def _good(item: Item, *, kind: str = "", options: Record | None = None) -> Good:
    price = int((item.price or 0) * 100)
    has_cost = item.family.index % 6 == 0 and item.kind is Kind.SIMPLE
    return Good(
        product_id=item.id,
        sku=item.sku,
        name=item.name,
        kind=kind or item.kind.value,
        price=price,
        weight=weight(item),
        is_virtual=item.kind in (Kind.VIRTUAL, Kind.DOWNLOADABLE),
        cost=price // 2 if has_cost else None,
        options=options,
    )


def _downloads(item: Item) -> Record:
    return {"downloadable_option": {"downloadable_links": [item.id]}}


def _engraved(item: Item) -> Good:
    """The SKU of a custom option is appended, and its price is in the row's."""
    plain_good = _good(item)
    option = {"option_id": str(item.id), "option_value": "For Zoë ♥"}
    return Good(
        product_id=item.id,
        sku=f"{item.sku}-engraving",
        name=item.name,
        kind=plain_good.kind,
        price=plain_good.price + _ENGRAVING,
        weight=plain_good.weight,
        cost=plain_good.cost,
        options={"custom_options": [option]},
    )


def _configurable(catalogue: Catalogue, item: Item, dice: Dice, quantity: int) -> Line:
    """The parent's row has the child's SKU and price."""
    child = catalogue.item(dice.pick(catalogue.layout.child_ids(item.family.index)))
    variant = child.variant
    chosen: list[dict[str, Any]] = []
    if variant is not None:
        pairs = ((SIZE_ATTRIBUTE, variant.size), (COLOUR_ATTRIBUTE, variant.colour))
        chosen = [
            {"option_id": str(attribute), "option_value": option.id}
            for attribute, option in pairs
            if option is not None
        ]
    part = _good(child)
    parent = Good(
        product_id=item.id,
        sku=part.sku,
        name=item.name,
        kind=item.kind.value,
        price=part.price,
        weight=part.weight,
        options={"configurable_item_options": chosen},
    )
    return Line(parent, quantity, parts=(Part(part),))


def _bundle(catalogue: Catalogue, item: Item, dice: Dice, quantity: int) -> Line:
    """A choice of the main piece, and the extra in every second bundle."""
    main, extra = bundle_options(catalogue, item)
    picked = [(main, dice.pick(main["product_links"]), 1)]
    if dice.one_in(2):
        picked.append((extra, extra["product_links"][0], dice.between(1, 2)))
    options = [
        {
            "option_id": option["option_id"],
            "option_qty": count,
            "option_selections": [int(link["id"])],
        }
        for option, link, count in picked
    ]
    parts = tuple(
        Part(_good(_component(catalogue, item, link["sku"])), count) for _, link, count in picked
    )
    dynamic = item.has_dynamic_price
    skus = [item.sku, *(part.good.sku for part in parts)]
    price = 0 if dynamic else int((item.price or 0) * 100) + _surcharges(picked)
    good = Good(
        product_id=item.id,
        sku="-".join(skus),
        name=item.name,
        kind=item.kind.value,
        price=price,
        weight=sum((part.good.weight or 0) * part.quantity for part in parts),
        options={"bundle_options": options},
    )
    return Line(good, quantity, parts=parts, priced_by_parts=dynamic)


def _surcharges(picked: list[tuple[Record, Record, int]]) -> int:
    """What the choices of a bundle with a price of its own cost on top."""
    return sum(int(link["price"] * 100) * count for _, link, count in picked)


def _component(catalogue: Catalogue, item: Item, sku: str) -> Item:
    parts = [catalogue.parent(index) for index in components_of(item.family.index)]
    return next(part for part in parts if part.sku == sku)
