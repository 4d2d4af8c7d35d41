"""What is about to be ordered: goods, promotion, taxes, shipping, and who buys them where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.sandbox.magento.sales.cents import half_up
from reconcile.sandbox.magento.table import Record


@dataclass(frozen=True, slots=True)
class Store:
    """A store view. ``rate`` turns amounts of the base currency into those of ``currency``.

    ``with_tax`` says that the prices of its catalogue and of its shipping include tax.
    """

    id: int
    names: tuple[str, str, str]
    currency: str
    rate: float
    with_tax: bool = False
    base_currency: str = "USD"

    def number(self, serial: int) -> str:
        """An increment id: every store view but the first has a prefix of its own."""
        prefix = "" if self.id == 1 else str(self.id)
        return f"{prefix}{serial:09d}"

    def converted(self, base: int) -> int:
        """Cents of the base currency in cents of this store's."""
        return base if self.rate == 1 else half_up(base * self.rate)


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax rate; ``thousandths`` are thousandths of a percent."""

    id: int
    code: str
    thousandths: int

    @property
    def percent(self) -> int | float:
        whole, rest = divmod(self.thousandths, 1000)
        return self.thousandths / 1000 if rest else whole


@dataclass(frozen=True, slots=True)
class Good:
    """A product as it was when it was ordered.

    ``price`` and ``cost`` are cents of the base currency; ``options`` is the member
    ``product_option.extension_attributes`` of its row.
    """

    product_id: int
    sku: str
    name: str
    kind: str
    price: int
    weight: int | float | None = None
    is_virtual: bool = False
    cost: int | None = None
    options: Record | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A choice within a bundle or the child of a configurable; ``quantity`` is per piece."""

    good: Good
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One purchase. ``priced_by_parts`` marks a bundle that costs what its choices cost.

    ``backordered`` pieces were not in stock.
    """

    good: Good
    quantity: int
    rates: tuple[Rate, ...] = ()
    parts: tuple[Part, ...] = ()
    priced_by_parts: bool = False
    backordered: int = 0


@dataclass(frozen=True, slots=True)
class Promotion:
    """A cart price rule. Amounts are cents of the base currency, percentages whole.

    ``off_cart`` is shared out over all rows; ``free_piece`` gives one piece of the cheapest row
    away; ``off_shipping`` is a percentage.
    """

    rules: str
    code: str | None = None
    description: str | None = None
    percent: int = 0
    off_piece: int = 0
    off_cart: int = 0
    free_piece: bool = False
    off_shipping: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """How it is sent; ``price`` is cents of the base currency."""

    method: str
    description: str
    price: int
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """``information`` is what the payment method wrote down: title first, then instructions."""

    method: str
    information: tuple[str | None, ...]
    po_number: str | None = None
    has_card_fields: bool = False


@dataclass(frozen=True, slots=True)
class Cart:
    """``buyer`` holds the order's ``customer_*`` members, the addresses those of the order.

    ``shipping`` and ``delivery`` are None when nothing has to be shipped.
    """

    store: Store
    buyer: Mapping[str, object]
    billing: Record
    payment: Payment
    lines: tuple[Line, ...]
    shipping: Record | None = None
    delivery: Delivery | None = None
    promotion: Promotion | None = None
    gift: Mapping[str, str] | None = None
    note: str | None = None
    remote_ip: str | None = "127.0.0.1"
    protect_code: str = field(default="", repr=False)
