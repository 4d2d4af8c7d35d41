"""Where goods lie and how many: stock locations and the levels of each variant in them."""

from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec, Kind

STOCK_LOCATION = EntitySpec(
    name="stock_location",
    plural="stock_locations",
    fields=(
        FieldSpec("name", required=True),
        FieldSpec("sales_channels", Kind.REFS, refers="sales_channel", at_least=True),
        METADATA,
    ),
)

INVENTORY_LEVEL = EntitySpec(
    name="inventory_level",
    plural="inventory_levels",
    fields=(
        FieldSpec("variant", Kind.REF, required=True, refers="variant"),
        FieldSpec("location", Kind.REF, required=True, refers="stock_location"),
        FieldSpec("stocked_quantity", Kind.DECIMAL, required=True),
    ),
    key_fields=("variant", "location"),
    key_separator="@",
    parent="variant",
)
