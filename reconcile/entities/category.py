"""A category: a node of the tree shoppers browse. Key: the path of URL keys below the root."""

from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec, Kind

CATEGORY = EntitySpec(
    name="category",
    plural="categories",
    fields=(
        FieldSpec("name", required=True),
        FieldSpec("handle", required=True, unique=True),
        FieldSpec("description"),
        FieldSpec("is_active", Kind.BOOLEAN),
        FieldSpec("is_internal", Kind.BOOLEAN),
        FieldSpec("parent", Kind.REF, refers="category"),
        FieldSpec("rank", Kind.RANK),
        FieldSpec("external_id"),
        METADATA,
    ),
    draft=("is_active", False),
    siblings="parent",
)
