"""Small records that others point to by name."""

from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec

SALES_CHANNEL = EntitySpec(
    name="sales_channel",
    plural="sales_channels",
    fields=(FieldSpec("name", required=True),),
    reference=True,
)
SHIPPING_PROFILE = EntitySpec(
    name="shipping_profile",
    plural="shipping_profiles",
    fields=(FieldSpec("name", required=True),),
    reference=True,
)
COLLECTION = EntitySpec(
    name="collection",
    plural="collections",
    fields=(FieldSpec("title", required=True),),
    reference=True,
)
CUSTOMER_GROUP = EntitySpec(
    name="customer_group",
    plural="customer_groups",
    fields=(FieldSpec("name", required=True), METADATA),
)
PRODUCT_TYPE = EntitySpec(
    name="product_type",
    plural="product_types",
    fields=(FieldSpec("value", required=True),),
    vocabulary_of=("product", "type"),
)
PRODUCT_TAG = EntitySpec(
    name="product_tag",
    plural="product_tags",
    fields=(FieldSpec("value", required=True),),
    vocabulary_of=("product", "tags"),
)
