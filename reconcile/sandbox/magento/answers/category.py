"""The category tree (``categories``), built from the flat list."""

from __future__ import annotations

from collections.abc import Mapping

from reconcile.sandbox.magento.call import Call
from reconcile.sandbox.magento.errors import no_such
from reconcile.sandbox.magento.table import Record

_SHOWN = ("id", "parent_id", "name", "is_active", "position", "level")


def tree(call: Call) -> Record:
    """The tree below ``rootCategoryId`` (default 1), ``depth`` levels deep (default all)."""
    categories = {record["id"]: record for record in call.table("categories").records()}
    root = call.integer("rootCategoryId", 1)
    if root not in categories:
        raise no_such("id", root)
    counts = call.shop.document("product_counts")
    below: dict[int, list[Record]] = {}
    for record in categories.values():
        below.setdefault(record["parent_id"], []).append(record)
    return _node(categories[root], below, counts, call.integer("depth", len(categories)))


def _node(
    record: Record, below: Mapping[int, list[Record]], counts: Mapping[int, int], depth: int
) -> Record:
    ordered = sorted(below.get(record["id"], ()), key=lambda child: child["position"])
    return {
        **{name: record.get(name) for name in _SHOWN},
        "product_count": counts.get(record["id"], 0),
        "children_data": [_node(child, below, counts, depth - 1) for child in ordered]
        if depth
        else [],
    }
