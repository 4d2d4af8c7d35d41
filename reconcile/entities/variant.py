"""A variant: the thing that is bought, counted and shipped. Key: SKU."""

from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec, Kind

VARIANT = EntitySpec(
    name="variant",
    plural="variants",
    fields=(
        FieldSpec("product", Kind.REF, required=True, refers="product"),
        FieldSpec("sku", required=True),
        FieldSpec("title", required=True),
        FieldSpec("options", Kind.MAP, required=True),
        FieldSpec("prices", Kind.PRICES),
        FieldSpec("variant_rank", Kind.INTEGER),
        FieldSpec("barcode"),
        FieldSpec("ean"),
        FieldSpec("upc"),
        FieldSpec("manage_inventory", Kind.BOOLEAN),
        FieldSpec("allow_backorder", Kind.BOOLEAN),
        FieldSpec("weight", Kind.MEASURE),
        FieldSpec("length", Kind.MEASURE),
        FieldSpec("height", Kind.MEASURE),
        FieldSpec("width", Kind.MEASURE),
        FieldSpec("origin_country"),
        FieldSpec("hs_code"),
        FieldSpec("mid_code"),
        FieldSpec("material"),
        METADATA,
    ),
    parent="product",
)
