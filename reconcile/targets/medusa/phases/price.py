"""Base prices of variants: sent as a whole list, with what must not be lost read just before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reconcile.canonical import decimal_text
from reconcile.model import Json
from reconcile.targets.medusa.phases.body import jsonable, number

QUANTITIES = ("min_quantity", "max_quantity")
KEPT = ("id", "currency_code", "amount", *QUANTITIES)


def base_price(price: Mapping[str, Json]) -> dict[str, Json]:
    """One price of a canonical PRICES value, with the quantities it has."""
    bounds = {name: number(price[name]) for name in QUANTITIES if price.get(name) is not None}
    return {
        "currency_code": price["currency_code"],
        "amount": number(price["amount"]),
        **bounds,
    }


def kept_prices(
    wanted: Iterable[Mapping[str, Json]], held: Sequence[Mapping[str, Json]]
) -> list[Json]:
    """The list to send in place of the held one: the wanted prices, and every held one with rules.

    Wanted prices take over the ids of held ones for the same currency and quantities, so rows are
    changed rather than replaced. Both quantities and the rules are always spelled out, because
    Medusa takes two prices of a list for one when these read the same (`hashPrice`, pricing
    module), and a price with rules that are not repeated for one without.
    """
    ids = {_slot(price): price["id"] for price in held if not price.get("rules")}
    plain = [_spelled_out(price, ids.get(_slot(price))) for price in wanted]
    ruled = [
        {**{name: jsonable(price.get(name)) for name in KEPT}, "rules": price["rules"]}
        for price in held
        if price.get("rules")
    ]
    return [*plain, *ruled]


def _spelled_out(price: Mapping[str, Json], identity: str | None) -> Json:
    bounds = dict.fromkeys(QUANTITIES)
    return {**({"id": identity} if identity else {}), **bounds, **price}


def _slot(price: Mapping[str, Json]) -> tuple[str, ...]:
    """What makes a price the same price: its currency and quantities."""
    bounds = (price.get(name) for name in QUANTITIES)
    texts = ("" if bound is None else decimal_text(str(bound)) for bound in bounds)
    return (str(price["currency_code"]).lower(), *texts)
