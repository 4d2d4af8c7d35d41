"""Changes to variants that exist, many products to a request where the shop allows it.

Medusa takes no lock on the prices of a variant, so two requests at once could leave a price
twice: this phase has one request under way at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.entities.variant import VARIANT
from reconcile.model import Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.body import ref, scalars, with_metadata
from reconcile.targets.medusa.phases.by_sku import ORPHAN, found, orphans
from reconcile.targets.medusa.phases.phase import Learned, WritePhase, target_of, updates
from reconcile.targets.medusa.phases.price import base_price, kept_prices
from reconcile.targets.medusa.phases.variant import (
    MANAGED,
    PRICES,
    PRODUCT_ID,
    batch_path,
    by_product,
    held_variants,
    item_link,
    skus_of,
)
from reconcile.targets.medusa.tables.listing import Record
from reconcile.targets.medusa.tables.variant import PRICE_FIELDS

SERIAL = BatchLimits(units=200)
Bodies = Sequence[Mapping[str, Json]]


def variant_update_phase(client: MedusaClient) -> WritePhase:
    writer = _VariantWriter(client)

    def asks(units: Sequence[Unit], _resolve: Resolve) -> Mapping[str, str]:
        return orphans(client, skus_of(units))

    return WritePhase("update variants", SERIAL, updates("variant"), _body, writer.write, asks)


def _body(unit: Unit, resolve: Resolve) -> Json:
    """The body, with `prices` as wanted, and an item to take over when counting begins again."""
    after = unit.lead.after
    body = {"id": target_of(unit), **with_metadata(unit.lead, scalars(unit.lead, VARIANT))}
    if PRICES in after:
        body[PRICES] = [base_price(price) for price in after[PRICES] or ()]
    if "product" in after:
        # Medusa refuses to move a variant, and says so better than a guess made here.
        body[PRODUCT_ID] = ref(after["product"], "product", resolve)
    orphan = found(f"{ORPHAN}:{unit.lead.address.key}", resolve) if after.get(MANAGED) else None
    return {**body, ORPHAN: orphan} if orphan else body


class _VariantWriter:
    """Writes batches. It remembers whether this shop takes several products in one request."""

    def __init__(self, client: MedusaClient) -> None:
        self._client = client
        self._spans: bool | None = None

    def write(self, units: Sequence[Unit], payloads: Bodies) -> Learned:
        """Read what must not be lost, link items again, then write."""
        priced = any(PRICES in payload for payload in payloads)
        held = held_variants(self._client, units, fields=PRICE_FIELDS if priced else ())
        self._take_over(payloads, held)
        bodies = [_merged(payload, held) for payload in payloads]
        homes = list(by_product(held.values()))
        if len(homes) > 1 and self._may_span(bodies, homes[0], held):
            self._client.post(batch_path(homes[0]), {"update": bodies})
            return {}
        for home in homes:
            own = [body for body in bodies if held[body["id"]][PRODUCT_ID] == home]
            self._client.post(batch_path(home), {"update": own})
        return {}

    def _may_span(self, bodies: Bodies, home: str, held: Mapping[str, Record]) -> bool:
        """Whether an update sent to one product may change a variant of another.

        Medusa 2.21 goes by the variant's own product (`updateVariants_`, product module), and so
        takes 200 variants of as many products in the time of five requests. As that is nowhere
        promised, it is tried with a single variant first, which is put back should it have moved.
        """
        if self._spans is None:
            stranger = next(body for body in bodies if held[body["id"]][PRODUCT_ID] != home)
            own = held[stranger["id"]][PRODUCT_ID]
            self._spans = self._home_after(stranger, home) == own
            if not self._spans:
                self._home_after(stranger, own)
        return self._spans

    def _home_after(self, body: Mapping[str, Json], product: str) -> str:
        fields = ("id", PRODUCT_ID)
        answer = self._client.post(batch_path(product), {"update": [body]}, fields=fields)
        return str(answer["updated"][0][PRODUCT_ID])

    def _take_over(self, payloads: Bodies, held: Mapping[str, Record]) -> None:
        """Link variants to the items they once had; Medusa would try to make a twin."""
        for payload in payloads:
            if ORPHAN in payload:
                product, variant = held[payload["id"]][PRODUCT_ID], payload["id"]
                link = {**item_link(payload[ORPHAN]), "variant_id": variant}
                path = f"products/{product}/variants/inventory-items/batch"
                self._client.post(path, {"create": [link]})


def _merged(payload: Mapping[str, Json], held: Mapping[str, Record]) -> dict[str, Json]:
    body = {name: value for name, value in payload.items() if name != ORPHAN}
    if PRICES in body:
        body[PRICES] = kept_prices(body[PRICES], held[body["id"]].get(PRICES) or [])
    return body
