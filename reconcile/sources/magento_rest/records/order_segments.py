"""What else moved the total of an order: store credit, gift cards, fixed product taxes, fees.

Some parts of a total are known by name. Extensions add parts of their own, as members of the
order or of its extension attributes; they come in pairs, `x` in the order's currency and `base_x`
in the shop's, which is how an amount of money is told from any other number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records.order_items import Item
from reconcile.sources.magento_rest.records.order_taxes import Taxes
from reconcile.sources.magento_rest.records.values import NOTHING, amount
from reconcile.sources.magento_rest.wire import Record

ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class Segment:
    """A signed amount. `certain` ones are known to be part of the total."""

    code: str
    name: str
    amount: Decimal
    certain: bool = True


_KNOWN = (
    ("customer_balance_amount", "store_credit", "Store credit", -1),
    ("gift_cards_amount", "gift_cards", "Gift cards", -1),
    ("reward_currency_amount", "reward_points", "Reward points", -1),
    ("gw_price", "gift_wrapping", "Gift wrapping", 1),
    ("gw_items_price", "gift_wrapping_items", "Gift wrapping of items", 1),
    ("gw_card_price", "printed_card", "Printed card", 1),
    ("gw_tax_amount", "gift_wrapping_tax", "Tax on gift wrapping", 1),
    ("gw_items_tax_amount", "gift_wrapping_items_tax", "Tax on gift wrapping of items", 1),
    ("gw_card_tax_amount", "printed_card_tax", "Tax on printed card", 1),
)
"""Member of the order or of its extension attributes, code, name, sign. Adobe Commerce's own."""

_WEEE = "fixed_product_tax"
_OWN_WORDS = """
    adjustment_negative adjustment_positive discount_amount discount_tax_compensation_amount
    grand_total shipping_amount shipping_discount_amount shipping_discount_tax_compensation_amount
    shipping_tax_amount subtotal tax_amount total_canceled total_due total_paid total_qty_ordered
"""
_OWN = frozenset(_OWN_WORDS.split())
_OWN_ENDS = ("_canceled", "_incl_tax", "_invoiced", "_invoiced_cost", "_refunded", "_rate")
"""Amounts Magento itself has on every order, and those that tell what became of others."""

_MOST, _TOGETHER = 10, 3
"""How many amounts are tried against each other, and how many of them at once."""


def known(document: Record, items: Sequence[Item]) -> list[Segment]:
    """Amounts that Magento itself may have put into the total. Raises Unsound."""
    extension = wire.members(document.get("extension_attributes"))
    found = [
        Segment(code, name, sign * amount(members[member]))
        for members in (document, extension)
        for member, code, name, sign in _KNOWN
        if member in members
    ]
    once = {segment.code: segment for segment in found if segment.amount}
    return [*once.values(), *_fixed_product_taxes(items)]


def possible(document: Record, taxes: Taxes) -> list[Segment]:
    """Amounts that may be part of the total, with either sign. Raises Unsound."""
    extension = wire.members(document.get("extension_attributes"))
    found = [
        Segment(f"{taxed}_tax", f"Tax on {taxed.replace('_', ' ')}", charged, certain=False)
        for taxed, charged in taxes.extra.items()
    ]
    found += [*_unknown(document), *_unknown(extension)]
    return [segment for segment in found if segment.amount]


def subtotals(subtotal: Decimal, known: Iterable[Segment]) -> list[Decimal]:
    """What the lines may sum up to: shops can have fixed product taxes counted in the subtotal."""
    return [subtotal, *(subtotal - each.amount for each in known if each.code == _WEEE)]


def _fixed_product_taxes(items: Sequence[Item]) -> list[Segment]:
    """Bundles and configurables have theirs on the parent, the children or both."""
    if not any(item.weee for item in items):
        return []
    name = "Fixed product taxes"
    everywhere = sum((item.weee for item in items), NOTHING)
    on_top = sum((item.weee for item in items if item.parent is None), NOTHING)
    sums = {everywhere, on_top, everywhere - on_top} - {NOTHING}
    return [Segment(_WEEE, name, each, certain=len(sums) == 1) for each in sorted(sums)]


def _unknown(members: Record) -> Iterator[Segment]:
    for member in sorted(members):
        if f"base_{member}" not in members or _is_own(member):
            continue
        code = member.removesuffix("_amount")
        value = amount(members[member])
        yield Segment(code, code.replace("_", " ").capitalize(), value, certain=False)
        yield Segment(code, code.replace("_", " ").capitalize(), -value, certain=False)


def _is_own(member: str) -> bool:
    known = any(member == name for name, *_ in _KNOWN)
    return known or member in _OWN or member.endswith(_OWN_ENDS)


def choices(segments: Iterable[Segment]) -> Iterator[tuple[Segment, ...]]:
    """What the adjustments may be, most likely first: all that is known, nothing, few, more."""
    several = list(segments)[:_MOST]
    certain = tuple(segment for segment in several if segment.certain)
    if certain:
        yield certain
    yield ()
    if certain:
        others = [segment for segment in several if not segment.certain]
        yield from (certain + more for more in _some(others))
    yield from _some(several)


def _some(segments: Sequence[Segment]) -> Iterator[tuple[Segment, ...]]:
    for count in range(1, _TOGETHER + 1):
        for chosen in combinations(segments, count):
            if len({segment.code for segment in chosen}) == count:
                yield chosen
