"""What a Magento snapshot says of each entity: tables in, records out. Nothing here can write."""

from collections.abc import Callable, Mapping
from typing import Any

from reconcile.errors import MappingError
from reconcile.sources.magento_rest.records import (
    categories,
    credit_memos,
    customer_groups,
    customers,
    invoices,
    order_filters,
    orders,
    price_lists,
    products,
    shipments,
    stock,
    variants,
)
from reconcile.systems import Options, Records, Tables

CHOICES: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "product": {
        "bundle": ("draft", "keep", "skip"),
        "grouped": ("draft", "keep", "skip"),
        "other_types": ("draft", "keep", "skip"),
        "disabled_children": ("omit", "keep"),
    },
    "price_list": {"expired": ("keep", "omit")},
    "customer": {
        "twins": ("newest", "review"),
        "newsletter": ("metadata", "group"),
        "province": ("iso", "name"),
    },
    "order": {"province": ("iso", "name")},
    "inventory_level": {"quantity": ("source", "salable")},
}
"""The options of each entity's mapping, the default first."""

order_words = order_filters.words

_READERS: Mapping[str, Callable[[Tables, Options], Records]] = {
    "customer_group": customer_groups.records,
    "stock_location": stock.locations,
    "category": categories.records,
    "product": products.records,
    "variant": variants.records,
    "inventory_level": stock.levels,
    "price_list": price_lists.lists,
    "list_price": price_lists.list_prices,
    "customer": customers.records,
    "order": orders.records,
    "invoice": invoices.records,
    "shipment": shipments.records,
    "credit_memo": credit_memos.records,
}


def records(tables: Tables, entity: str, chosen: Options) -> Records:
    """The records of one entity. `chosen` holds the options of every mapping.

    Raises MappingError for an entity that Magento says nothing of.
    """
    if entity not in _READERS:
        raise MappingError(
            f"Magento has no records of '{entity}'.", remedy="Remove that mapping document."
        )
    return _READERS[entity](tables, _filled(chosen))


def _filled(chosen: Options) -> Options:
    """An entity that is not mapped has its options' defaults: others depend on them."""
    return {
        entity: {name: allowed[0] for name, allowed in known.items()} | dict(chosen.get(entity, {}))
        for entity, known in CHOICES.items()
    }


def entities() -> frozenset[str]:
    """The entities this source can say something about."""
    return frozenset(_READERS)
