"""Small Magento snapshots, made by hand: say what matters, the rest is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.canonical import to_json
from reconcile.model import Diagnostic
from reconcile.snapshot import Snapshot, SnapshotWriter
from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.records import CHOICES, records
from reconcile.systems import Records

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
Row = dict[str, Any]

COLOR, SIZE = "93", "144"
RED, BLUE, RED_TOO = "49", "50", "51"
SMALL, LARGE = "166", "168"

ATTRIBUTES = {
    "color": (COLOR, "Color", "select"),
    "size": (SIZE, "Size", "select"),
    "activity": ("150", "Activity", "multiselect"),
    "description": ("75", "Description", "textarea"),
    "short_description": ("76", "Short Description", "textarea"),
    "url_key": ("119", "URL Key", "text"),
    "meta_title": ("84", "Meta Title", "text"),
    "meta_keyword": ("85", "Meta Keywords", "textarea"),
    "meta_description": ("86", "Meta Description", "textarea"),
    "ean": ("151", "EAN", "text"),
    "cost": ("81", "Cost", "price"),
    "special_price": ("78", "Special Price", "price"),
    "special_from_date": ("79", "Special From", "date"),
    "special_to_date": ("80", "Special To", "date"),
}
MERCHANTS = {"color", "size", "activity", "ean", "cost"}
OPTIONS = {
    "color": {RED: "Red", BLUE: "Blue", RED_TOO: "Red"},
    "size": {SMALL: "S", LARGE: "L"},
    "activity": {"5": "Gym", "6": "Yoga, hot"},
}


@dataclass(slots=True)
class SmallShop:
    """Rows by table. Change them as a test needs, then `write`."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    msi: bool = True

    def add(self, table: str, *more: Row) -> SmallShop:
        self.rows.setdefault(table, []).extend(more)
        return self

    def write(self, root: Path) -> Snapshot:
        """The snapshot on disk, with Magento's own defaults for tables that nothing was said of."""
        with SnapshotWriter(root, "magento", "https://shop.test", NOON) as writer:
            for table, schema in _schemas(self.msi).items():
                content = self.rows.get(table, DEFAULTS.get(table, []))
                writer.open(table, schema)
                writer.append(table, [_row(schema, row) for row in content])
                why = "cut short" if table in self.incomplete else ""
                count = len(content)
                writer.close(table, reported=count, distinct=count, incomplete=why)
            return writer.finish({})


def _schemas(msi: bool) -> dict[str, pl.Schema]:
    schemas = {
        "websites": tables.WEBSITES,
        "store_views": tables.STORE_VIEWS,
        "attributes": tables.ATTRIBUTES,
        "attribute_options": tables.ATTRIBUTE_OPTIONS,
        "attribute_sets": tables.ATTRIBUTE_SETS,
        "categories": tables.CATEGORIES,
        "customer_groups": tables.CUSTOMER_GROUPS,
        "products": tables.products_schema(ATTRIBUTES),
        "stock_items": tables.STOCK_ITEMS,
    }
    several = {
        "sources": tables.SOURCES,
        "source_items": tables.SOURCE_ITEMS,
        "stocks": tables.STOCKS,
        "stock_source_links": tables.STOCK_SOURCE_LINKS,
        "salable_quantities": tables.SALABLE_QUANTITIES,
    }
    return schemas | (several if msi else {})


def _row(schema: pl.Schema, row: Row) -> Row:
    unknown = row.keys() - schema.keys()
    assert not unknown, unknown
    return {name: _text(name, value) for name, value in row.items()}


def _text(name: str, value: Any) -> Any:
    return to_json(value) if name in tables.JSON_COLUMNS and value is not None else value


def view(code: str, number: int, **over: Any) -> Row:
    return {
        "id": str(number),
        "code": code,
        "name": code,
        "website_id": "1",
        "base_currency_code": "USD",
        "default_display_currency_code": "USD",
        "timezone": "America/Chicago",
        "secure_base_media_url": "https://shop.test/media/",
        "is_active": True,
        "is_storefront": number == 1,
        **over,
    }


DEFAULTS: Mapping[str, list[Row]] = {
    "websites": [{"id": "1", "code": "base"}, {"id": "2", "code": "eu"}],
    "store_views": [view("default", 1)],
    "attributes": [
        {
            "attribute_id": id_,
            "code": code,
            "label": label,
            "frontend_input": kind,
            "is_user_defined": code in MERCHANTS,
        }
        for code, (id_, label, kind) in ATTRIBUTES.items()
    ],
    "attribute_options": [
        {"attribute_code": code, "value": value, "label": label}
        for code, labels in OPTIONS.items()
        for value, label in labels.items()
    ],
    "attribute_sets": [{"id": "4", "name": "Default"}, {"id": "9", "name": "Top"}],
    "customer_groups": [
        {"id": "0", "code": "NOT LOGGED IN"},
        {"id": "1", "code": "General"},
        {"id": "2", "code": "Wholesale"},
    ],
    "sources": [{"source_code": "default", "name": "Default Source", "enabled": True}],
    "stocks": [{"stock_id": "1", "name": "Default", "websites": ["base"]}],
    "stock_source_links": [{"stock_id": "1", "source_code": "default", "priority": 1}],
}


def shop_of(*products: Row) -> SmallShop:
    """A shop with these products."""
    return SmallShop().add("products", *products)


def product(number: int, sku: str | None = None, **over: Any) -> Row:
    """A simple product that is enabled and visible. `color="49"` says an attribute."""
    own = {f"attributes.{code}": over.pop(code) for code in ATTRIBUTES if code in over}
    return {
        "view": "default",
        "id": str(number),
        "sku": f"P{number}" if sku is None else sku,
        "name": f"Product {number}",
        "attribute_set_id": "4",
        "price": "10",
        "type_id": "simple",
        "status": 1,
        "visibility": 4,
        "website_ids": ["1"],
        "category_links": [],
        "images": [],
        "tier_prices": [],
        "links": [],
        "custom_options": [],
        **own,
        **over,
    }


def configurable(number: int, children: Iterable[int], **over: Any) -> Row:
    """A parent whose children vary by color; `by` names other attribute ids."""
    by: Sequence[str] = over.pop("by", [COLOR])
    axes = [
        {
            "attribute_id": id_,
            "label": label,
            "position": place,
            "values": over.pop("values", [RED]),
        }
        for place, id_ in enumerate(by)
        for _, (known, label, _) in ATTRIBUTES.items()
        if known == id_
    ]
    return product(number) | {
        "type_id": "configurable",
        "price": "0",
        "configurable_options": axes,
        "child_ids": [str(child) for child in children],
        **over,
    }


def child(number: int, **over: Any) -> Row:
    """A product that is only sold through its parent."""
    return product(number, **{"visibility": 1, **over})


def tier(value: str, qty: str = "1", group: str = "32000", **over: str | None) -> Row:
    """A tier price, for all groups and websites unless something else is said."""
    plain = {"customer_group_id": group, "qty": qty, "value": value, "website_id": "0"}
    return {**plain, "percentage_value": None, **over}


def category(number: int, parent: int, name: str, **over: Any) -> Row:
    """A category of the storefront's view; `url_key` and other attributes as keywords."""
    columns = {"is_active", "include_in_menu", "position", "level", "path", "view"}
    attributes = {code: over.pop(code) for code in list(over) if code not in columns}
    return {
        "view": "default",
        "id": str(number),
        "parent_id": str(parent),
        "name": name,
        "is_active": True,
        "include_in_menu": True,
        "position": number,
        "level": 2,
        "attributes": attributes,
        **over,
    }


ROOTS = (
    category(1, 0, "Root Catalog", level=0),
    category(2, 1, "Default Category", level=1),
)


@dataclass(frozen=True, slots=True)
class Read:
    """Records of one entity, collected."""

    frame: pl.DataFrame
    diagnostics: tuple[Diagnostic, ...]
    complete: bool

    @property
    def rows(self) -> list[Row]:
        return self.frame.to_dicts()

    def by_key(self, *columns: str) -> dict[str, Any]:
        """Key -> value of a column (of several: a tuple)."""
        values = [row[0] if len(columns) == 1 else row for row in self.frame.select(columns).rows()]
        return dict(zip(self.frame["key"], values, strict=True))

    @property
    def said(self) -> list[str]:
        """Diagnostics as `severity code address`."""
        return [f"{each.severity} {each.code} {each.address or '-'}" for each in self.diagnostics]

    def message(self, code: str) -> str:
        [found] = [each.message for each in self.diagnostics if each.code == code]
        return found


def read(shop: SmallShop, root: Path, entity: str, **options: Any) -> Read:
    """What the source says of an entity; `options` overrides the mapping's choices."""
    chosen = {
        name: {option: options.get(option, allowed[0]) for option, allowed in known.items()}
        for name, known in CHOICES.items()
    }
    place = root / f"{len(list(root.iterdir())):03}"
    found: Records = records(shop.write(place), entity, chosen)
    return Read(found.frame.collect(), tuple(found.diagnostics), found.complete)
