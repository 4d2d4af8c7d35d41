"""Every kind of write, in the order that lets each find what it refers to."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.settings import OrdersMode
from reconcile.targets.medusa.phases.category import category_delete_phase, category_phases
from reconcile.targets.medusa.phases.customer import customer_phases
from reconcile.targets.medusa.phases.customer_admin import customer_admin_phases
from reconcile.targets.medusa.phases.draft_order import draft_order_phases
from reconcile.targets.medusa.phases.inventory import inventory_level_phases, stock_location_phases
from reconcile.targets.medusa.phases.lookup import (
    customer_group_phases,
    product_tag_phases,
    product_type_phases,
)
from reconcile.targets.medusa.phases.order import order_phases
from reconcile.targets.medusa.phases.people import People, guard_phase
from reconcile.targets.medusa.phases.phase import WritePhase
from reconcile.targets.medusa.phases.price_list import list_price_phases, price_list_phases
from reconcile.targets.medusa.phases.product import (
    product_create_phase,
    product_delete_phase,
    product_update_phases,
)
from reconcile.targets.medusa.phases.variant import variant_create_phase, variant_delete_phase
from reconcile.targets.medusa.phases.variant_update import variant_update_phase


def all_phases(people: People) -> Sequence[WritePhase]:
    """Variants go before options change and new ones come, for an option in use cannot go."""
    client, drafts = people.client, people.settings.orders is OrdersMode.DRAFT
    return (
        guard_phase(people),
        *customer_group_phases(client),
        *stock_location_phases(client),
        *product_type_phases(client),
        *product_tag_phases(client),
        *category_phases(client),
        product_create_phase(client),
        variant_delete_phase(client),
        *product_update_phases(client),
        variant_create_phase(client),
        variant_update_phase(client),
        *inventory_level_phases(client),
        *price_list_phases(client),
        *list_price_phases(client),
        *customer_phases(people),
        *customer_admin_phases(people),
        *(draft_order_phases(people) if drafts else order_phases(people)),
        product_delete_phase(client),
        category_delete_phase(client),
    )
