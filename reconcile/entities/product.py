"""A product: what a shopper sees on one page; it is sold through its variants. Key: parent SKU."""

from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec, Kind

PRODUCT = EntitySpec(
    name="product",
    plural="products",
    fields=(
        FieldSpec("title", required=True),
        FieldSpec("subtitle"),
        FieldSpec("description"),
        FieldSpec("handle", required=True, unique=True),
        FieldSpec("status", required=True),
        FieldSpec("external_id", required=True),
        FieldSpec("thumbnail"),
        FieldSpec("images", Kind.LIST),
        FieldSpec("options", Kind.OPTIONS, required=True),
        FieldSpec("categories", Kind.REFS, refers="category"),
        FieldSpec("tags", Kind.REFS, refers="product_tag"),
        FieldSpec("type", Kind.REF, refers="product_type"),
        FieldSpec("collection", Kind.REF, refers="collection"),
        FieldSpec("sales_channels", Kind.REFS, refers="sales_channel"),
        FieldSpec("shipping_profile", Kind.REF, refers="shipping_profile"),
        FieldSpec("weight", Kind.MEASURE),
        FieldSpec("length", Kind.MEASURE),
        FieldSpec("height", Kind.MEASURE),
        FieldSpec("width", Kind.MEASURE),
        FieldSpec("origin_country"),
        FieldSpec("hs_code"),
        FieldSpec("mid_code"),
        FieldSpec("material"),
        FieldSpec("discountable", Kind.BOOLEAN),
        FieldSpec("is_giftcard", Kind.BOOLEAN),
        METADATA,
    ),
    draft=("status", "draft"),
)
