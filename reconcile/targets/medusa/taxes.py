"""What was charged as tax, as tax lines whose rates make Medusa arrive at the same amount.

The rate of a line is the effective one, so that Medusa's arithmetic gives the tax that was
charged, rounding included. The nominal rate, which people know, is its description: `8.25 %`.
Several taxes share the effective rate as their nominal rates do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from reconcile.canonical import decimal_text
from reconcile.model import Json
from reconcile.targets.medusa.amounts import (
    EXACT,
    NOTHING,
    amount_of,
    kept,
    product,
    quotient,
    sent,
)

HUNDRED, PERCENT = Decimal(100), Decimal("0.01")
UNNAMED = "rate not known"
"""The description of a tax of which the source does not say at which rate it was charged."""
_NOMINAL = re.compile(r"^(-?[0-9]+(?:\.[0-9]+)?) %$")


def tax_lines(net: Decimal, tax: Decimal, taxes: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Lines that charge `tax` on `net`; on a net amount of nothing they charge nothing."""
    if not taxes and not (tax and net):
        return []
    effective = product(quotient(tax, net), HUNDRED)
    if not taxes:
        return [{"code": "tax", "rate": sent(effective), "description": UNNAMED}]
    rates = _shared(effective, [amount_of(each.get("rate")) for each in taxes])
    return [
        {
            "code": str(each.get("code") or "tax"),
            "rate": sent(rate),
            "description": f"{decimal_text(amount_of(each.get('rate')))} %",
        }
        for each, rate in zip(taxes, rates, strict=True)
    ]


def _shared(effective: Decimal, nominal: Sequence[Decimal]) -> list[Decimal]:
    """The effective rate in the proportions of the nominal ones; the last takes what is left."""
    whole = sum(nominal, NOTHING)
    if not whole:
        return [effective, *(NOTHING for _ in nominal[1:])]
    shares = [quotient(product(effective, rate), whole) for rate in nominal[:-1]]
    return [*shares, EXACT.subtract(effective, sum(shares, NOTHING))]


def taxes_of(lines: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Which taxes at which nominal rates, by code. A line of somebody else's says its own rate."""
    named = [line for line in lines if line.get("description") != UNNAMED]
    taxes = [{"code": line.get("code") or "", "rate": _nominal(line)} for line in named]
    return sorted(taxes, key=lambda each: (each["code"], amount_of(each["rate"])))


def _nominal(line: Mapping[str, Any]) -> str:
    found = _NOMINAL.match(line.get("description") or "")
    return decimal_text(found[1]) if found else kept(amount_of(line.get("rate")))


def tax_of(net: Decimal, rate: Any) -> Decimal:
    """What Medusa charges on a net amount at a rate in percent."""
    return product(product(net, amount_of(rate)), PERCENT)
