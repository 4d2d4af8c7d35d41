"""The category tree as Magento's flat list, in the base language and in German."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.generator.assortment import DEPARTMENTS, Department, Group, Leaf
from reconcile.sandbox.magento.generator.slug import slug

ROOT_CATEGORY = 2
_CREATED = "2024-01-02 08:00:00"


@dataclass(frozen=True, slots=True)
class Category:
    """One node; ``path`` are the ids from the root to the node itself."""

    path: tuple[int, ...]
    name: str
    german: str
    position: int
    is_active: bool = True
    leaf: Leaf | None = None
    url_path: str = ""

    @property
    def id(self) -> int:
        return self.path[-1]

    @property
    def parent_id(self) -> int:
        return self.path[-2] if len(self.path) > 1 else 0


def categories() -> list[Category]:
    """The whole tree in depth-first order; ids are given in that order from 1."""
    found = [
        Category((1,), "Root Catalog", "Root Catalog", 0),
        Category((1, ROOT_CATEGORY), "Default Category", "Default Category", 1),
    ]
    for position, department in enumerate(DEPARTMENTS, start=1):
        _add(found, found[1], department, position)
    return found


def _add(
    found: list[Category], parent: Category, node: Department | Group | Leaf, position: int
) -> None:
    url_path = f"{parent.url_path}/{slug(node.name)}".lstrip("/")
    category = Category(
        (*parent.path, len(found) + 1),
        node.name,
        node.german,
        position,
        is_active=not isinstance(node, Department) or node.is_active,
        leaf=node if isinstance(node, Leaf) else None,
        url_path=url_path,
    )
    found.append(category)
    for place, child in enumerate(_below(node), start=1):
        _add(found, category, child, place)


def _below(node: Department | Group | Leaf) -> Sequence[Group | Leaf]:
    if isinstance(node, Department):
        return node.groups
    return node.leaves if isinstance(node, Group) else ()


def sellable_leaves(tree: list[Category]) -> dict[Leaf, list[Category]]:
    """The categories of each leaf (a leaf may appear under several parents)."""
    places: dict[Leaf, list[Category]] = {}
    for category in tree:
        if category.leaf is not None:
            places.setdefault(category.leaf, []).append(category)
    return places


def category_records(tree: list[Category], language: str) -> Iterator[dict[str, Any]]:
    """The items of ``categories/list`` for a language (``en`` or ``de``)."""
    below: dict[int, list[Category]] = {}
    for category in tree:
        below.setdefault(category.parent_id, []).append(category)
    for category in tree:
        yield _record(category, below, language)


def _record(
    category: Category, below: Mapping[int, list[Category]], language: str
) -> dict[str, Any]:
    # Magento joins the active children only, ordered as texts.
    children = sorted(str(one.id) for one in below.get(category.id, ()) if one.is_active)
    record: dict[str, Any] = {
        "id": category.id,
        "parent_id": category.parent_id,
        "name": category.german if language == "de" else category.name,
        "is_active": category.is_active,
        "position": category.position,
        "level": len(category.path) - 1,
        "children": ",".join(children),
        "created_at": _CREATED,
        "updated_at": _CREATED,
        "path": "/".join(map(str, category.path)),
        "include_in_menu": category.is_active,
        "custom_attributes": list(_attributes(category, below)),
    }
    if category.id == 1:
        del record["is_active"]  # the root has none
    return record


def _attributes(
    category: Category, below: Mapping[int, list[Category]]
) -> Iterator[dict[str, Any]]:
    values = {"path": "/".join(map(str, category.path)), "children_count": _count(category, below)}
    if category.id > ROOT_CATEGORY:
        if category.leaf is None:
            values["description"] = f"<p>Everything from {category.name} &amp; more.</p>"
        values |= {
            "is_anchor": "1" if category.leaf else "0",
            "url_key": slug(category.name),
            "url_path": category.url_path,
        }
    for code, value in values.items():
        yield {"attribute_code": code, "value": value}


def _count(category: Category, below: Mapping[int, list[Category]]) -> str:
    return str(_descendants(category, below))


def _descendants(category: Category, below: Mapping[int, list[Category]]) -> int:
    children = below.get(category.id, [])
    return len(children) + sum(_descendants(child, below) for child in children)
