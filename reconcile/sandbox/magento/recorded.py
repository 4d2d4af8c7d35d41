"""A shop made from a folder of recorded answers: ``<entity>.jsonl.gz`` and ``<document>.json``.

Each line of a ``.jsonl.gz`` is exactly one item of the list answer; a name that ends in a store
code belongs to that view.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from reconcile.sandbox.magento.entity import ENTITIES
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import MemoryRows, Record

_INDEXED = {"products": ("sku",), "source_items": ("sku",)}
_KEYS = {one.table: one.shown_as for one in ENTITIES} | {
    "stock_items": "product_id",
    "attribute_set_attributes": "attribute_set_id",
}


def recorded_shop(folder: Path, *, has_inventory: bool = True) -> Shop:
    """Load everything in ``folder``. Raises FileNotFoundError when it is no such folder."""
    documents = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")
    }
    if "store_views" not in documents:
        raise FileNotFoundError(f"{folder} holds no recorded answers (no store_views.json)")
    documents["product_counts"] = dict(_product_counts(documents["categories_tree"]))
    rows = {path.name.removesuffix(".jsonl.gz"): _rows(path) for path in folder.glob("*.jsonl.gz")}
    return Shop(rows, documents, has_inventory=has_inventory)


def _product_counts(node: Record) -> Iterator[tuple[int, int]]:
    """What the tree alone tells of a category: how many products it has."""
    yield node["id"], node["product_count"]
    for child in node["children_data"]:
        yield from _product_counts(child)


def _rows(path: Path) -> MemoryRows:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    name = path.name.removesuffix(".jsonl.gz")
    base = next((known for known in _KEYS if name == known or name.startswith(f"{known}_")), name)
    return MemoryRows(_keyed(records, _KEYS.get(base)), _INDEXED.get(base, ()))


def _keyed(records: list[Record], key: str | None) -> dict[int, Record]:
    """By the key the records show; by position when they show none."""
    if key is None:
        return dict(enumerate(records, start=1))
    return {int(record[key]): record for record in records}
