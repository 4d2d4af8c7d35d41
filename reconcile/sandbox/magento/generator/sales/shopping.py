"""What is in the cart of an order, who pays and where it goes."""

from __future__ import annotations

from dataclasses import replace

from reconcile.sandbox.magento.generator import people
from reconcile.sandbox.magento.generator.customers import customer, places_of
from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.generator.item import Catalogue
from reconcile.sandbox.magento.generator.moments import written
from reconcile.sandbox.magento.generator.sales import goods
from reconcile.sandbox.magento.generator.sales.ledger import Story
from reconcile.sandbox.magento.generator.taxes import rates_on, rates_on_shipping
from reconcile.sandbox.magento.sales.address import buyer_members, order_address
from reconcile.sandbox.magento.sales.cart import (
    Cart,
    Delivery,
    Good,
    Line,
    Payment,
    Promotion,
    Store,
)
from reconcile.sandbox.magento.table import Record

_CART = 13
_MANY_LINES = 500
_RATES_BY_YEAR = {
    "2021": 0.8454,
    "2022": 0.9496,
    "2023": 0.9248,
    "2024": 0.9239,
    "2025": 0.8862,
}
_DELIVERIES = (
    Delivery("flatrate_flatrate", "Flat Rate - Fixed", 500),
    Delivery("flatrate_flatrate", "Flat Rate - Fixed", 1000),
    Delivery("flatrate_flatrate", "Flat Rate - Fixed", 795),
    Delivery("tablerate_bestway", "Best Way - Table Rate", 1490),
    Delivery("freeshipping_freeshipping", "Free Shipping - Free", 0),
)
_PAYMENTS = (
    Payment("checkmo", ("Check / Money order",)),
    Payment("checkmo", ("Check / Money order",)),
    Payment("checkmo", ("Check / Money order",)),
    Payment("banktransfer", ("Bank Transfer Payment", None)),
    Payment("purchaseorder", ("Purchase Order",)),
)
_RULE = "2"
_SMALL = 2000  # a coupon off the whole cart is for larger ones


def cart_of(story: Story, catalogue: Catalogue, seed: int) -> Cart:
    """The cart that became this order."""
    dice = Dice(seed, _CART, story.index)
    buyer, billing, shipping = _people(story, dice, seed)
    store = _store(story)
    lines = tuple(_lines(story, catalogue, dice, shipping or billing))
    payment = dice.pick(_PAYMENTS)
    if payment.method == "purchaseorder":
        payment = replace(payment, po_number=f"PO-{dice.below(100_000):05d}")
    delivery = None
    if not story.is_virtual:
        delivery = replace(dice.pick(_DELIVERIES), rates=rates_on_shipping(shipping or billing))
    gift = {"sender": "Anon", "recipient": "Zoë", "message": "Happy birthday! ☂"}
    return Cart(
        store=store,
        buyer=buyer,
        billing=billing,
        payment=replace(payment, has_card_fields=story.customer is not None),
        lines=lines,
        shipping=None if story.is_virtual else shipping,
        delivery=delivery,
        promotion=_promotion(dice, lines, store),
        gift=gift if dice.one_in(24) else None,
        note="Please ring twice.\nDanke!" if dice.one_in(30) else None,
        remote_ip=f"192.0.2.{dice.below(256)}" if not dice.one_in(50) else None,
        protect_code="".join(f"{dice.below(2**31):08x}" for _ in range(4)),
    )


def _store(story: Story) -> Store:
    """The rate of the year; base currencies do not change."""
    store = story.store
    if store.rate == 1:
        return store
    return replace(store, rate=_RATES_BY_YEAR.get(written(story.created)[:4], store.rate))


def _people(story: Story, dice: Dice, seed: int) -> tuple[Record, Record, Record]:
    """The buyer's members, and the addresses of the bill and of the parcel."""
    if story.customer is None:
        address = _guest_address(story, dice)
        return buyer_members(None, story.email, address), address, address
    record = customer(story.customer, seed)
    if story.is_orphan:
        record = {name: value for name, value in record.items() if name != "id"}
    known = [order_address(one, story.email) for one in record["addresses"]]
    if story.is_orphan:
        for one in known:
            del one["customer_address_id"]
    if not known:
        known = [_guest_address(story, dice)]
    return buyer_members(record, story.email, known[0]), known[0], known[-1]


def _guest_address(story: Story, dice: Dice) -> Record:
    place = dice.pick(places_of(story.store))
    address: Record = {
        "firstname": dice.pick(people.FIRST_NAMES),
        "lastname": dice.pick(people.LAST_NAMES),
        "company": dice.pick(people.COMPANIES) if dice.one_in(6) else None,
        "street": [f"{dice.between(1, 240)} {dice.pick(people.STREETS)}"],
        "city": place.city,
        "postcode": place.postcode,
        "country_id": place.country,
        "telephone": f"555-{dice.below(10_000):04d}",
        "email": story.email,
    }
    if place.region is not None:
        address["region"], address["region_code"] = place.region.name, place.region.code
        address["region_id"] = place.region.id or None
    return {name: value for name, value in address.items() if value is not None}


def _lines(story: Story, catalogue: Catalogue, dice: Dice, address: Record) -> list[Line]:
    most = 3 if story.fate.needs_pieces else 1
    quantity = dice.between(most, most + 3)
    if story.is_virtual:
        lines = [goods.service(catalogue, dice, quantity)]
    elif story.index % 9973 == 4999:
        lines = [goods.plain(catalogue, dice, quantity) for _ in range(_MANY_LINES)]
    else:
        lines = [goods.shipped(catalogue, dice, quantity)]
        more = dice.between(10, 30) if dice.one_in(80) else dice.pick((0, 0, 1, 1, 2, 2, 3, 5))
        lines += [goods.anything(catalogue, dice, dice.pick((1, 1, 1, 2, 3))) for _ in range(more)]
    if not story.is_virtual and dice.one_in(40):
        lines.append(Line(_SAMPLE, 1))
    return [_taxed(line, address, dice) for line in lines]


_SAMPLE = Good(999_999, "FREE-SAMPLE", "Free sample", "simple", 0, weight=0)


def _taxed(line: Line, address: Record, dice: Dice) -> Line:
    """Two goods in nine are taxed less, one in 13 is not taxed at all."""
    product_id = line.good.product_id
    rates = rates_on(address, reduced=product_id % 9 in (4, 5)) if product_id % 13 else ()
    backordered = 1 if line.good.kind == "simple" and dice.one_in(25) else 0
    return replace(line, rates=rates, backordered=backordered)


def _promotion(dice: Dice, lines: tuple[Line, ...], store: Store) -> Promotion | None:
    fate = dice.below(100)
    if fate < 52:
        return None
    if fate < 64:
        return Promotion(_RULE, percent=10)
    if fate < 74:
        title = "Ten off" if store.id == 1 else "Zehn Prozent"
        return Promotion(f"{_RULE},5", "TEN", title, percent=10)
    if fate < 80 and sum(line.good.price * line.quantity for line in lines) > _SMALL:
        return Promotion("6", "FIVE", "FIVE", off_cart=500)
    if fate < 86 and len(lines) > 1:
        return Promotion("1,2", free_piece=True)
    if fate < 92:
        return Promotion("7", "SHIP15", "SHIP15", percent=15, off_shipping=50)
    code = f"L-{dice.below(2**31):08X}"
    return Promotion("8", code, code, off_piece=300)
