"""Variants. All changes of a product's variants travel together, one request per product at a time.

Medusa keeps no lock on a variant's prices: two requests at once would leave them twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from reconcile.entities.variant import VARIANT
from reconcile.errors import RequestRefused
from reconcile.model import Action, Address, Change, Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient, Record
from reconcile.targets.medusa.phases.body import number, ref, scalars, with_metadata
from reconcile.targets.medusa.phases.by_sku import ITEM_LINK, ORPHAN, found, learned_of, orphans
from reconcile.targets.medusa.phases.phase import (
    Learned,
    WritePhase,
    creates,
    deletes,
    target_of,
    updates,
)
from reconcile.targets.medusa.phases.price import base_price, kept_prices
from reconcile.targets.medusa.tables.variant import PRICE_FIELDS

PER_PRODUCT = BatchLimits(units=200, concurrency=2)
LEARNED_FIELDS = ("id", "sku", ITEM_LINK)
PRODUCT_ID, PRICES = "product_id", "prices"


def variant_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    def asks(units: Sequence[Unit], _resolve: Resolve) -> Mapping[str, str]:
        return orphans(client, skus_of(units))

    def create(_units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _create(client, payloads)

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _update(client, units, payloads)

    return (
        WritePhase(
            "create variants", PER_PRODUCT, creates("variant"), _new, create, asks, lane=product_of
        ),
        WritePhase(
            "update variants", PER_PRODUCT, updates("variant"), _changed, update, lanes=product_of
        ),
    )
