"""Categories: the trees below the shop's roots. The roots themselves are no category to a shopper.

Columns: `name`, `url_key`, `active`, `in_menu`, `rank`, `parent` (source id), `description`,
`path`, `attributes` (JSON object of Magento's own), `id`, and `attributes.<code>`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from slugify import slugify

from reconcile.canonical import from_json
from reconcile.model import Address, Diagnostic, Severity
from reconcile.sources.magento_rest.records import directives, shop
from reconcile.systems import Options, Records, Tables

Row = dict[str, Any]

OFFERED_ATTRIBUTES = (
    "description",
    "url_key",
    "url_path",
    "meta_title",
    "meta_keywords",
    "meta_description",
    "image",
    "display_mode",
    "is_anchor",
)
_SCHEMA = {
    "key": pl.String,
    "source_id": pl.String,
    "id": pl.String,
    "name": pl.String,
    "active": pl.Boolean,
    "in_menu": pl.Boolean,
    "rank": pl.Int64,
    "parent": pl.String,
    "url_key": pl.String,
    "attributes": pl.String,
    **{f"attributes.{code}": pl.String for code in OFFERED_ATTRIBUTES},
}


@dataclass(frozen=True, slots=True)
class _Tree:
    """Rows by id, and the ids below each parent in the order shoppers see."""

    rows: Mapping[str, Row]
    children: Mapping[str, list[str]]

    @property
    def roots(self) -> list[str]:
        """The root category of each store's tree: level 1, below the one node of level 0."""
        return sorted((id_ for id_, row in self.rows.items() if row["level"] == 1), key=int)


def records(tables: Tables, _: Options) -> Records:
    """The categories of the storefront's view."""
    view = shop.read(tables).storefront
    rows = tables.scan("categories").filter(pl.col("view") == view.code).collect().to_dicts()
    tree = _tree(rows)
    found = list(_walk(tree))
    reached = {row["id"] for row in found}
    frame = pl.DataFrame(found, schema=_SCHEMA, orient="row").with_columns(
        directives.resolved(pl.col("attributes.description"), view.media_url)
    )
    return Records(
        frame.lazy(),
        json=frozenset({"attributes"}),
        diagnostics=tuple(_unreached(tree, reached)),
        complete=tables.complete("categories"),
    )


def _tree(rows: list[Row]) -> _Tree:
    by_id = {row["id"]: row for row in rows}
    children: dict[str, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: (each["position"] or 0, int(each["id"]))):
        if row["parent_id"] != row["id"]:
            children[row["parent_id"] or ""].append(row["id"])
    return _Tree(by_id, children)


def _walk(tree: _Tree) -> Iterator[Row]:
    """Parents before children. A key starts with the root's name where a shop has several."""
    roots = [root for root in tree.roots if tree.children[root]]
    for root in roots:
        prefix = _step(tree.rows[root]) + "/" if len(roots) > 1 else ""
        yield from _below(tree, root, prefix, None)


def _below(tree: _Tree, node: str, prefix: str, parent: str | None) -> Iterator[Row]:
    taken: set[str] = set()
    for rank, child in enumerate(tree.children[node]):
        row = tree.rows[child]
        step = _step(row)
        name = f"{step}-{child}" if step in taken else step
        taken.add(name)
        key = f"{prefix}{name}"
        yield _record(row, key, rank, parent)
        yield from _below(tree, child, f"{key}/", f"magento:{child}")


def _step(row: Row) -> str:
    """One step of a path: the URL key, else the name as a URL would write it, else the id."""
    attributes = from_json(row["attributes"]) or {}
    return slugify(attributes.get("url_key") or row["name"] or "") or row["id"]


def _record(row: Row, key: str, rank: int, parent: str | None) -> Row:
    attributes = from_json(row["attributes"]) or {}
    offered = {f"attributes.{code}": _text(attributes.get(code)) for code in OFFERED_ATTRIBUTES}
    return {
        "key": key,
        "source_id": f"magento:{row['id']}",
        "id": row["id"],
        "name": row["name"],
        "active": row["is_active"],
        "in_menu": row["include_in_menu"],
        "rank": rank,
        "parent": parent,
        "url_key": _text(attributes.get("url_key")),
        "attributes": row["attributes"],
        **offered,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _uppermost(tree: _Tree, node: str) -> str | None:
    """The id that the way up ends at, which nobody knows; None when it goes round in circles."""
    seen: set[str] = set()
    while node in tree.rows:
        if node in seen:
            return None
        seen.add(node)
        node = tree.rows[node]["parent_id"] or ""
    return node


def _unreached(tree: _Tree, reached: set[str]) -> Iterator[Diagnostic]:
    for id_, row in tree.rows.items():
        if id_ in reached or (row["level"] is not None and row["level"] < 2):
            continue
        top = _uppermost(tree, id_)
        looped = top is None
        yield Diagnostic(
            Severity.SKIPPED,
            "category_loop" if looped else "orphan_category",
            f"The category '{row['name']}' (id {id_}) "
            + ("is its own ancestor" if looped else f"hangs on the unknown category {top}")
            + " and is not carried.",
            address=Address("category", f"magento:{id_}"),
            remedy="Move it below a root category in Magento.",
        )
