"""Single values and records in every form Magento may give them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from reconcile.errors import BadAnswer, SettingsError
from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.products import product_row
from reconcile.sources.magento_rest.stock_items import stock_item_row
from reconcile.sources.magento_rest.stores import Stores
from reconcile.sources.magento_rest.wire import (
    Unreadable,
    custom_attributes,
    flag,
    integer,
    moment,
    records,
    text,
)

SCHEMA = tables.products_schema(["color", "sku", "links", "material"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", ""),
        (" A ", " A "),
        (34, "34"),
        (Decimal("25.600000"), "25.600000"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.5"), "-0.5"),
        (True, "1"),
        (["3", "4"], '["3","4"]'),
        ("Größe 🚲", "Größe 🚲"),
        ("\ud83d half of a pair", "\ufffd half of a pair"),
    ],
)
def test_text(value: Any, expected: str | None) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, 1), ("1", 1), (Decimal("1"), 1), (-16, -16), ("x", None), (None, None), ([], None)],
)
def test_integer(value: Any, expected: int | None) -> None:
    assert integer(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (1, True),
        ("1", True),
        (0, False),
        ("0", False),
        ("", False),
        ("maybe", None),
        (None, None),
    ],
)
def test_flag(value: Any, expected: bool | None) -> None:
    assert flag(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-21 00:49:27", "2026-11-21T00:49:27Z"),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_moment(value: Any, expected: str | None) -> None:
    assert moment(value) == expected


@pytest.mark.parametrize(
    "attributes",
    [
        [{"attribute_code": "color", "value": "49"}],
        {"0": {"attribute_code": "color", "value": "49"}},
        {"color": "49"},
        {"color": {"attribute_code": "color", "value": "49"}},
        [{"attribute_code": "color", "value": "49"}, None, {"value": "lost"}],
    ],
)
def test_custom_attributes_in_every_form(attributes: Any) -> None:
    assert custom_attributes({"custom_attributes": attributes}) == {"color": "49"}


@pytest.mark.parametrize("value", [None, [], {}, "text", 3, [None], ["x"]])
def test_no_records_in_what_is_none(value: Any) -> None:
    assert list(records(value)) == []


def _row(**members: Any) -> dict[str, Any]:
    return dict(product_row("default", SCHEMA, {"id": 7, "sku": "A", **members}))


@pytest.mark.parametrize("record", [None, {}, {"sku": "A"}, {"id": None}, {"id": ""}, [], "A"])
def test_a_product_without_an_id_is_unreadable(record: Any) -> None:
    with pytest.raises(Unreadable):
        product_row("default", SCHEMA, record)


def test_a_bare_product_has_nulls() -> None:
    row = _row()
    assert (row["id"], row["sku"]) == ("7", "A")
    assert row["price"] is row["weight"] is row["status"] is row["child_ids"] is None
    assert set(row) <= set(SCHEMA)


def test_attributes_go_to_their_columns_and_unknown_ones_together() -> None:
    row = _row(
        custom_attributes=[
            {"attribute_code": "color", "value": "49"},
            {"attribute_code": "links", "value": "a shop's own attribute"},
            {"attribute_code": "new_one", "value": ["1"]},
        ]
    )
    assert row["attributes.color"] == "49"
    assert row["attributes.links"] == "a shop's own attribute"
    assert json.loads(row["other_attributes"]) == {"new_one": ["1"]}


def test_attributes_that_are_members_have_no_second_column() -> None:
    assert "attributes.sku" not in SCHEMA
    assert "attributes.material" in SCHEMA


def test_tier_prices_keep_the_percentage() -> None:
    row = _row(
        tier_prices=[
            {
                "customer_group_id": 32000,
                "qty": 10,
                "value": Decimal("28.9"),
                "extension_attributes": {"percentage_value": 15, "website_id": 0},
            },
            {"customer_group_id": 1, "qty": 2, "value": 9, "extension_attributes": []},
        ]
    )
    assert json.loads(row["tier_prices"]) == [
        {
            "customer_group_id": "32000",
            "qty": "10",
            "value": "28.9",
            "website_id": "0",
            "percentage_value": "15",
        },
        {
            "customer_group_id": "1",
            "qty": "2",
            "value": "9",
            "website_id": None,
            "percentage_value": None,
        },
    ]


def test_category_links_of_a_shop_that_shows_only_the_attribute() -> None:
    row = _row(custom_attributes=[{"attribute_code": "category_ids", "value": ["3", "5"]}])
    assert [link["category_id"] for link in json.loads(row["category_links"])] == ["3", "5"]


def test_configurable_options_and_images_are_in_their_order() -> None:
    row = _row(
        extension_attributes={
            "configurable_product_options": [
                {
                    "attribute_id": "93",
                    "label": "Color",
                    "position": 1,
                    "values": [{"value_index": 49}],
                },
                {"attribute_id": 142, "label": "Size", "position": "0", "values": None},
            ],
            "configurable_product_links": {"0": 53, "2": 54},
        },
        media_gallery_entries=[
            {"id": 2, "file": "/b.jpg", "position": 2, "types": None, "disabled": "1"},
            {"id": 1, "file": "/a.jpg", "position": 1, "types": ["image"], "disabled": False},
        ],
    )
    options = json.loads(row["configurable_options"])
    assert [(one["attribute_id"], one["values"]) for one in options] == [
        ("142", []),
        ("93", ["49"]),
    ]
    assert json.loads(row["child_ids"]) == ["53", "54"]
    images = json.loads(row["images"])
    assert [(one["file"], one["disabled"]) for one in images] == [
        ("/a.jpg", False),
        ("/b.jpg", True),
    ]


def test_a_stock_item_without_a_quantity_keeps_null() -> None:
    row = stock_item_row({"product_id": 48, "qty": None, "manage_stock": "0"})
    assert row["qty"] is None
    assert row["manage_stock"] is False


def _stores(**changes: Any) -> Stores:
    parts: dict[str, Any] = {
        "websites": [
            {"id": 0, "code": "admin", "default_group_id": 0},
            {"id": 2, "code": "b2b", "default_group_id": 2},
            {"id": 1, "code": "base", "default_group_id": "1"},
        ],
        "groups": [{"id": 1, "default_store_id": 3}, {"id": 2, "default_store_id": 4}],
        "views": [{"id": 0, "code": "admin"}, {"id": 3, "code": "en"}, {"id": 4, "code": "fr"}],
        "configs": [],
        **changes,
    }
    return Stores(**parts)


def test_the_default_view_belongs_to_the_first_website() -> None:
    assert _stores().scopes("", ("all", "fr", "en")) == ["en", "all", "fr"]
    assert _stores().scopes("fr", ()) == ["fr"]


def test_the_administrations_view_is_none_a_shopper_sees() -> None:
    with pytest.raises(SettingsError, match="en, fr"):
        _stores().scopes("admin", ())


def test_a_shop_without_a_default_view_asks_for_one() -> None:
    with pytest.raises(BadAnswer) as caught:
        _stores(groups=[]).scopes("", ())
    assert "source.view" in caught.value.remedy
