"""Prices that hold for some time or some customers: a list, and the prices in it."""

from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec, Kind

PRICE_LIST = EntitySpec(
    name="price_list",
    plural="price_lists",
    fields=(
        FieldSpec("title", required=True),
        FieldSpec("description", required=True),
        FieldSpec("type", required=True),
        FieldSpec("status", required=True),
        FieldSpec("starts_at", Kind.MOMENT),
        FieldSpec("ends_at", Kind.MOMENT),
        FieldSpec("customer_groups", Kind.REFS, refers="customer_group"),
        METADATA,
    ),
    draft=("status", "draft"),
)

LIST_PRICE = EntitySpec(
    name="list_price",
    plural="list_prices",
    fields=(
        FieldSpec("price_list", Kind.REF, required=True, refers="price_list"),
        FieldSpec("variant", Kind.REF, required=True, refers="variant"),
        FieldSpec("currency_code", required=True),
        FieldSpec("min_quantity", Kind.DECIMAL),
        FieldSpec("amount", Kind.DECIMAL, required=True),
    ),
    key_fields=("price_list", "variant", "currency_code", "min_quantity"),
    parent="price_list",
)
