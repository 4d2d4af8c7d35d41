"""Customer groups, product types and tags: one record per request, several at once."""

from __future__ import annotations

from collections.abc import Callable

from reconcile.entities.lookup import CUSTOMER_GROUP, PRODUCT_TAG, PRODUCT_TYPE
from reconcile.entities.spec import EntitySpec
from reconcile.model import Json
from reconcile.systems import Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.body import scalars, with_metadata
from reconcile.targets.medusa.phases.phase import WritePhase, record_phases


def customer_group_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    path, body = "customer-groups", _marked(CUSTOMER_GROUP)
    return record_phases(client, CUSTOMER_GROUP, path, "customer_group", body)


def product_type_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    path, body = "product-types", _plain(PRODUCT_TYPE)
    return record_phases(client, PRODUCT_TYPE, path, "product_type", body)


def product_tag_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    path, body = "product-tags", _plain(PRODUCT_TAG)
    return record_phases(client, PRODUCT_TAG, path, "product_tag", body)


def _plain(spec: EntitySpec) -> Callable[[Unit, Resolve], Json]:
    return lambda unit, _resolve: scalars(unit.lead, spec)


def _marked(spec: EntitySpec) -> Callable[[Unit, Resolve], Json]:
    return lambda unit, _resolve: with_metadata(unit.lead, scalars(unit.lead, spec))
