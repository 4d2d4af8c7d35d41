"""Tables filled from a few records that are asked for by their ids.

The tables are those of a snapshot. What a snapshot reads from the other side of a relation, because
that is linear there for a whole shop (who is in a category), comes from the record itself here: for
as many records as one request writes, that is one cheap request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reconcile.systems import Row
from reconcile.targets.medusa.tables.category import CATEGORIES
from reconcile.targets.medusa.tables.customer import CUSTOMER, admin_customers, customer_row
from reconcile.targets.medusa.tables.inventory import INVENTORY_ITEMS, STOCK_LOCATIONS
from reconcile.targets.medusa.tables.listing import Listing, Record, Rows, Table, nested
from reconcile.targets.medusa.tables.lookup import CUSTOMER_GROUPS, PRODUCT_TAGS, PRODUCT_TYPES
from reconcile.targets.medusa.tables.price_list import PRICE_LISTS
from reconcile.targets.medusa.tables.product import PRODUCTS
from reconcile.targets.medusa.tables.product_option import PRODUCT_OPTIONS
from reconcile.targets.medusa.tables.sales import DRAFT_ORDERS
from reconcile.targets.medusa.tables.variant import PRICE_FIELDS, VARIANTS

_OTHER_SIDE = {
    table.name: table
    for listing in (CATEGORIES, PRODUCT_TAGS, PRODUCT_OPTIONS, VARIANTS)
    for table in listing.tables
}


@dataclass(frozen=True, slots=True)
class ById:
    """How records of one entity are read by their ids.

    `always` and, for fields of the entity, `parts` say what is asked beside the plain columns of
    the listing.
    """

    listing: Listing
    tables: tuple[Table, ...]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    always: tuple[str, ...] = ()

    def fields(self, named: Iterable[str]) -> tuple[str, ...]:
        """What to ask for these fields of the entity."""
        own = (each for each in self.listing.fields if "." not in each)
        parts = (part for name in sorted(set(named)) for part in self.parts.get(name, ()))
        return (*own, *self.always, *parts)


def _seen_from(table: str, rows: Rows) -> Table:
    """A table of the snapshot, filled from the records at the other end of the relation."""
    return Table(table, _OTHER_SIDE[table].schema, rows)


def _categories(product: Record) -> Iterable[Row]:
    for category in nested(product, "categories"):
        yield {"category_id": category["id"], "product_id": product["id"]}


def _tags(product: Record) -> Iterable[Row]:
    for tag in nested(product, "tags"):
        yield {"tag_id": tag["id"], "product_id": product["id"]}


def _options(product: Record) -> Iterable[Row]:
    for option in nested(product, "options"):
        yield {"id": option["id"], "title": option["title"], "is_exclusive": None}


def _option_values(product: Record) -> Iterable[Row]:
    for link in nested(product, "product_options"):
        for value in nested(link, "values"):
            option = link["product_option_id"]
            yield {"id": value["id"], "option_id": option, "value": value["value"], "rank": None}


def _chosen(variant: Record) -> Iterable[Row]:
    for value in nested(variant, "options"):
        yield {"variant_id": variant["id"], "value_id": value["id"]}


def _chosen_values(variant: Record) -> Iterable[Row]:
    for value in nested(variant, "options"):
        option = value["option"]["id"]
        yield {"id": value["id"], "option_id": option, "value": value["value"], "rank": None}


def _chosen_options(variant: Record) -> Iterable[Row]:
    for value in nested(variant, "options"):
        yield {**value["option"], "is_exclusive": None}


def _counted(item: Record) -> Iterable[Row]:
    for variant in nested(item, "variants"):
        yield {
            "variant_id": variant["id"],
            "inventory_item_id": item["id"],
            "required_quantity": None,
        }


def _counting(item: Record) -> Iterable[Row]:
    for variant in nested(item, "variants"):
        yield {**dict.fromkeys(_OTHER_SIDE["variants"].schema), "id": variant["id"]}


def _guest(record: Record) -> Iterable[Row]:
    yield customer_row(record, [group["id"] for group in nested(record, "groups")])


BY_ID: Mapping[str, ById] = {
    "customer_group": ById(CUSTOMER_GROUPS, CUSTOMER_GROUPS.tables),
    "stock_location": ById(
        STOCK_LOCATIONS, STOCK_LOCATIONS.tables, {"sales_channels": ("sales_channels.id",)}
    ),
    "product_type": ById(PRODUCT_TYPES, PRODUCT_TYPES.tables),
    "product_tag": ById(PRODUCT_TAGS, PRODUCT_TAGS.tables),
    "category": ById(CATEGORIES, CATEGORIES.tables),
    "product": ById(
        PRODUCTS,
        (
            *PRODUCTS.tables,
            _seen_from("category_products", _categories),
            _seen_from("tag_products", _tags),
            _seen_from("product_options", _options),
            _seen_from("product_option_values", _option_values),
        ),
        {
            "images": ("images.id", "images.url", "images.rank"),
            "categories": ("categories.id",),
            "tags": ("tags.id",),
            "sales_channels": ("sales_channels.id",),
            "shipping_profile": ("shipping_profile.id",),
            "options": (
                "options.id",
                "options.title",
                "product_options.product_option_id",
                "product_options.values.id",
                "product_options.values.value",
            ),
        },
    ),
    "variant": ById(
        VARIANTS,
        (
            *VARIANTS.tables,
            _seen_from("variant_options", _chosen),
            _seen_from("product_option_values", _chosen_values),
            _seen_from("product_options", _chosen_options),
        ),
        {
            "prices": PRICE_FIELDS,
            "options": ("options.id", "options.value", "options.option.id", "options.option.title"),
        },
    ),
    "inventory_level": ById(
        INVENTORY_ITEMS,
        (
            *INVENTORY_ITEMS.tables,
            _seen_from("variants", _counting),
            _seen_from("variant_inventory_items", _counted),
        ),
        always=(
            "location_levels.id",
            "location_levels.location_id",
            "location_levels.stocked_quantity",
            "variants.id",
        ),
    ),
    "price_list": ById(
        PRICE_LISTS,
        PRICE_LISTS.tables,
        {"customer_groups": ("price_list_rules.attribute", "price_list_rules.value")},
    ),
    "customer": ById(
        admin_customers({}),
        (Table("customers", CUSTOMER, _guest),),
        {"groups": ("groups.id",)},
    ),
    "order": ById(DRAFT_ORDERS, DRAFT_ORDERS.tables),
}
"""By entity, as the Admin API lists them: customers as guests without groups, orders as drafts."""
