"""Whole snapshots: of the sample shop, and of the recorded one against its own records."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from magento_shop import pulled, running

from reconcile.errors import SettingsError
from reconcile.progress import SilentProgress
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.recorded import recorded_shop
from reconcile.snapshot import Snapshot, check_files, take
from reconcile.sources.magento_rest.tables import JSON_COLUMNS

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


def test_every_table_is_written_and_complete() -> None:
    with running(generated_shop(20)) as (reader, _):
        tables, versions = pulled(reader)
    assert set(tables) == {
        "websites",
        "store_groups",
        "store_views",
        "attributes",
        "attribute_options",
        "attribute_sets",
        "categories",
        "customer_groups",
        "products",
        "sources",
        "stocks",
        "stock_source_links",
        "source_items",
        "stock_items",
        "customers",
        "customer_passwords",
        "orders",
        "invoices",
        "shipments",
        "credit_memos",
    }
    assert all(kept.complete for kept in tables.values())
    assert versions["msi"] == "yes"


def test_rows_fit_their_schemas_and_nested_columns_hold_json() -> None:
    with running(generated_shop(20)) as (reader, _):
        tables, _ = pulled(reader)
    for kept in tables.values():
        assert {name for row in kept.rows for name in row} <= set(kept.schema)
        frame = pl.DataFrame(kept.rows, schema=kept.schema, orient="row")
        for name in JSON_COLUMNS & set(frame.columns):
            for value in frame[name].drop_nulls():
                json.loads(value)


def test_the_storefront_is_the_default_view_of_the_first_website() -> None:
    with running() as (reader, magento):
        tables, versions = pulled(reader)
        expected = magento.shop.default_store
    assert versions["storefront"] == expected
    assert set(tables["products"].column("view")) == {expected}
    marked = [row["code"] for row in tables["store_views"].rows if row["is_storefront"]]
    assert marked == [expected]


def test_further_views_and_scope_all_are_read_when_asked_for() -> None:
    with running(views=("all", "de")) as (reader, magento):
        magento.shop.update_product(
            next(iter(magento.shop.table("products").records()))["sku"], scope="de", name="Umlaut ß"
        )
        tables, versions = pulled(reader)
        count = len(magento.shop.table("products"))
    products = tables["products"]
    assert versions["views"] == f"{versions['storefront']},all,de"
    assert products.reported == products.distinct == 3 * count
    assert ("de", "Umlaut ß") in zip(products.column("view"), products.column("name"), strict=True)
    assert ("all", "Umlaut ß") not in zip(
        products.column("view"), products.column("name"), strict=True
    )


@pytest.mark.parametrize("wanted", [{"view": "xx"}, {"views": ("xx",)}])
def test_an_unknown_view_names_those_that_exist(wanted: dict[str, Any]) -> None:
    with running(**wanted) as (reader, magento), pytest.raises(SettingsError) as caught:
        pulled(reader)
    assert "'xx'" in str(caught.value)
    assert "de" in str(caught.value)
    assert magento.shop.default_store in str(caught.value)


def test_a_shop_without_msi_has_stock_items_only() -> None:
    with running(generated_shop(5, has_inventory=False)) as (reader, _):
        tables, versions = pulled(reader)
    assert versions["msi"] == "no"
    assert tables["source_items"].rows == []
    assert tables["sources"].rows == []
    assert tables["stock_items"].rows
    assert all(kept.complete for kept in tables.values())


def test_salable_quantities_are_read_only_when_asked_for() -> None:
    with running(salable=True) as (reader, magento):
        tables, _ = pulled(reader)
        sellable = [
            record["sku"]
            for record in magento.shop.table("products").records()
            if record["type_id"] not in {"configurable", "bundle", "grouped"}
        ]
    salable = tables["salable_quantities"]
    assert set(salable.column("sku")) <= set(sellable)
    assert salable.rows
    assert all(Decimal(quantity) is not None for quantity in salable.column("quantity"))


def test_two_snapshots_of_one_shop_hold_the_same_bytes(tmp_path: Path) -> None:
    with running(generated_shop(30), page_size=20, concurrency=4) as (reader, _):
        one = take(reader, tmp_path / "one", SilentProgress(), NOW)
        other = take(reader, tmp_path / "other", SilentProgress(), NOW)
    check_files(one)
    assert one.digest == other.digest


# The recorded shop.

_BESIDE = Path(__file__).resolve().parents[3] / "shared"


def _luma() -> Path:
    folder = Path(os.environ.get("RECONCILE_SHARED") or _BESIDE) / "magento" / "luma"
    if not folder.is_dir():
        message = "recorded answers not found (set RECONCILE_SHARED)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


def _lines(name: str) -> Iterator[Any]:
    with gzip.open(_luma() / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from (json.loads(line, parse_float=Decimal) for line in lines)


@pytest.fixture(scope="module")
def luma(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    root = tmp_path_factory.mktemp("luma")
    with running(recorded_shop(_luma()), views=("all", "de")) as (reader, _):
        return take(reader, root, SilentProgress(), NOW)


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("products", 3 * 2057),
        ("categories", 3 * 42),
        ("attributes", 81),
        ("attribute_options", 524 - 21),
        ("attribute_sets", 15),
        ("customer_groups", 5),
        ("source_items", 2254),
        ("sources", 2),
        ("stocks", 2),
        ("stock_source_links", 2),
        ("stock_items", 2057),
    ],
)
def test_the_recorded_shop_arrives_whole(luma: Snapshot, table: str, rows: int) -> None:
    facts = luma.tables[table]
    assert facts.complete, facts.incomplete
    assert facts.rows == facts.distinct == rows


@pytest.mark.parametrize(("view", "name"), [("all", "products"), ("de", "products_de")])
def test_every_recorded_attribute_value_is_there(luma: Snapshot, view: str, name: str) -> None:
    rows = luma.scan("products").filter(pl.col("view") == view).collect().rows_by_key(
        "id", named=True, unique=True
    )  # fmt: skip
    for record in _lines(name):
        row = rows[str(record["id"])]
        assert (row["sku"], row["name"], row["type_id"]) == (
            record["sku"],
            record["name"],
            record["type_id"],
        )
        assert row["price"] == (str(record["price"]) if "price" in record else None)
        for attribute in record["custom_attributes"]:
            value = row[f"attributes.{attribute['attribute_code']}"]
            expected = attribute["value"]
            assert (json.loads(value) if isinstance(expected, list) else value) == expected


def test_every_recorded_nested_value_is_there(luma: Snapshot) -> None:
    frame = luma.scan("products").filter(pl.col("view") == "all").collect()
    counts = {
        name: sum(len(json.loads(value)) for value in frame[name].drop_nulls())
        for name in ("category_links", "images", "tier_prices", "links", "child_ids")
    }
    assert counts == {
        "category_links": 5188,
        "images": 3426,
        "tier_prices": 27,
        "links": 1486,
        "child_ids": 1846,
    }


def test_the_recorded_quantities_are_there(luma: Snapshot) -> None:
    items = luma.scan("source_items").collect()
    got = {(row["sku"], row["source_code"]): row["quantity"] for row in items.to_dicts()}
    assert got == {
        (item["sku"], item["source_code"]): str(item["quantity"]) for item in _lines("source_items")
    }
    stock = luma.scan("stock_items").collect()
    assert dict(stock.select("product_id", "qty").iter_rows()) == {
        str(item["product_id"]): None if item["qty"] is None else str(item["qty"])
        for item in _lines("stock_items")
    }
