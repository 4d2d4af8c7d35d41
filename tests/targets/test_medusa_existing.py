"""Downloaded rows as comparable records."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from medusa_fakes import HandMade

from reconcile.canonical import to_json
from reconcile.compare import column_type
from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec
from reconcile.settings import ApiKey, MedusaSettings, Secret
from reconcile.targets.medusa import defaults, existing
from reconcile.targets.medusa.existing import SALES


def names(spec: EntitySpec) -> list[str]:
    fields = [field.name for field in spec.fields if field.name != "metadata.*"]
    return [*fields, "metadata.a"] if spec.open_metadata else fields


def rows(tables: HandMade, entity: str, *fields: str) -> list[dict[str, Any]]:
    return existing(tables, ENTITY_BY_NAME[entity], fields).collect().to_dicts()


@pytest.mark.parametrize("spec", ENTITIES, ids=lambda spec: spec.name)
def test_an_empty_shop_has_empty_frames_of_the_right_types(spec: EntitySpec) -> None:
    frame = existing(HandMade(), spec, names(spec)).collect()
    kinds = {name: spec.field(name) for name in names(spec)}
    assert frame.height == 0
    flags = ["managed", *(["untouchable"] if spec.name in SALES else [])]
    assert dict(frame.schema) == {
        **dict.fromkeys(("target_id", "key", "source_id"), pl.String()),
        **dict.fromkeys(flags, pl.Boolean()),
        **{name: column_type(field.kind)() for name, field in kinds.items() if field},
    }


METADATA = {
    "source_id": "7",
    "text": 'ü "q"',
    "one": 1,
    "part": "1.5",
    "none": None,
    "no": False,
    "deep": {"b": [1], "a": {}},
}


def test_metadata_comes_key_by_key_as_canonical_json() -> None:
    tables = HandMade(customer_groups=[{"id": "g", "name": "G", "metadata": to_json(METADATA)}])
    fields = [f"metadata.{key}" for key in (*METADATA, "absent")]
    (row,) = rows(tables, "customer_group", *fields)
    assert (row["key"], row["source_id"], row["managed"]) == ("G", "7", True)
    assert [row[name] for name in fields] == [
        '"7"',
        '"ü \\"q\\""',
        "1",
        '"1.5"',
        None,
        "false",
        '{"a":{},"b":[1]}',
        None,
    ]


@pytest.mark.parametrize(
    ("metadata", "mark"),
    [(None, None), ("{}", None), ('{"source_id":null}', None), ('{"source_id":12}', "12")],
)
def test_a_record_is_managed_by_its_mark(metadata: str | None, mark: str | None) -> None:
    tables = HandMade(stock_locations=[{"id": "l", "name": "L", "metadata": metadata}])
    (row,) = rows(tables, "stock_location")
    assert (row["source_id"], row["managed"]) == (mark, mark is not None)


def test_relations_of_a_product_are_sorted_lists_and_images_keep_their_order() -> None:
    tables = HandMade(
        products=[{"id": "p", "external_id": "P"}, {"id": "q"}],
        product_images=[
            {"id": "i1", "product_id": "p", "url": "z", "rank": 0},
            {"id": "i2", "product_id": "p", "url": 'a"', "rank": 1},
            {"id": "i3", "product_id": "p", "url": "z", "rank": 2},
        ],
        category_products=[
            {"category_id": "c2", "product_id": "p"},
            {"category_id": "c1", "product_id": "p"},
        ],
        product_options=[{"id": "o2", "title": "Size"}, {"id": "o1", "title": "Color"}],
        product_option_values=[
            {"id": "v1", "option_id": "o1", "value": "red"},
            {"id": "v2", "option_id": "o1", "value": "blue"},
            {"id": "v3", "option_id": "o1", "value": "used by another product"},
        ],
        product_option_links=[
            {"product_id": "p", "option_id": "o2", "value_ids": []},
            {"product_id": "p", "option_id": "o1", "value_ids": ["v1", "v2"]},
        ],
    )
    p, q = rows(tables, "product", "images", "categories", "tags", "options")
    assert p["images"] == '["z","a\\"","z"]'
    assert p["categories"] == '["c1","c2"]'
    assert p["options"] == (
        '[{"title":"Color","values":["blue","red"]},{"title":"Size","values":[]}]'
    )
    assert (p["key"], q["key"]) == ("P", None)
    assert {q[name] for name in ("images", "categories", "tags", "options")} == {"[]"}


def test_prices_are_sorted_by_quantity_and_those_with_rules_left_out() -> None:
    def price(identity: str, low: str | None, rules: str | None = "{}") -> dict[str, Any]:
        money = {"currency_code": "usd", "amount": "5", "min_quantity": low, "rules": rules}
        return {"id": identity, "variant_id": "v", **money}

    tables = HandMade(
        variants=[{"id": "v", "sku": "V"}],
        variant_prices=[
            price("1", "10"),
            price("2", "5"),
            price("3", None, None),
            price("4", None, '{"region_id":"r"}'),
            {**price("5", None), "currency_code": "eur"},
        ],
    )
    (row,) = rows(tables, "variant", "prices")
    expected = [("eur", None), ("usd", None), ("usd", "5"), ("usd", "10")]
    assert row["prices"] == to_json(
        [
            {"amount": "5", "currency_code": code, "max_quantity": None, "min_quantity": low}
            for code, low in expected
        ]
    )


def test_options_of_a_variant_are_one_canonical_object() -> None:
    tables = HandMade(
        variants=[{"id": "v"}, {"id": "w"}],
        product_options=[{"id": "o1", "title": 'Si"ze'}, {"id": "o2", "title": "Color"}],
        product_option_values=[
            {"id": "x", "option_id": "o1", "value": "\\S"},
            {"id": "y", "option_id": "o2", "value": "ü"},
        ],
        variant_options=[
            {"variant_id": "v", "value_id": "x"},
            {"variant_id": "v", "value_id": "y"},
        ],
    )
    v, w = rows(tables, "variant", "options")
    assert v["options"] == to_json({'Si"ze': "\\S", "Color": "ü"})
    assert w["options"] == "{}"


def test_a_category_is_called_by_its_path() -> None:
    tables = HandMade(
        categories=[
            {"id": "1", "handle": "men", "description": ""},
            {"id": "2", "handle": "tops", "parent_category_id": "1", "description": "d"},
            {"id": "3", "handle": "tees", "parent_category_id": "2"},
            {"id": "4", "handle": "loop", "parent_category_id": "5"},
            {"id": "5", "handle": "loop2", "parent_category_id": "4"},
            {"id": "6", "handle": "orphan", "parent_category_id": "gone"},
        ]
    )
    found = rows(tables, "category", "description")
    assert [row["key"] for row in found] == [
        "men",
        "men/tops",
        "men/tops/tees",
        None,
        None,
        "orphan",
    ]
    assert [row["description"] for row in found[:2]] == [None, "d"]


def test_only_stock_of_a_single_variant_is_its_level() -> None:
    def link(variant: str, item: str) -> dict[str, str]:
        return {"variant_id": variant, "inventory_item_id": item}

    tables = HandMade(
        variants=[{"id": "v", "metadata": '{"source_id":"1"}'}, {"id": "w"}, {"id": "kit"}],
        variant_inventory_items=[
            link("v", "i1"),
            link("w", "shared"),
            link("kit", "shared"),
            link("kit", "i2"),
        ],
        inventory_levels=[
            {"inventory_item_id": item, "location_id": "l", "stocked_quantity": "2.5"}
            for item in ("i1", "shared", "i2", "nobody's")
        ],
    )
    (row,) = rows(tables, "inventory_level", "variant", "location", "stocked_quantity")
    assert row == {
        "target_id": "i1/l",
        "key": None,
        "source_id": None,
        "managed": True,
        "variant": "v",
        "location": "l",
        "stocked_quantity": "2.5",
    }


def test_list_prices_belong_to_their_list() -> None:
    def price(identity: str, **fields: str | None) -> dict[str, Any]:
        return {"id": identity, "price_list_id": "l", "variant_id": "v", "amount": "1", **fields}

    tables = HandMade(
        price_lists=[
            {
                "id": "l",
                "title": "L",
                "metadata": '{"source_id":"1"}',
                "rules": '{"customer.groups.id":["g2","g1"],"region_id":["r"]}',
            },
            {"id": "m", "title": "M", "rules": "{}"},
        ],
        list_prices=[
            price("1", currency_code="usd", min_quantity="2"),
            price("2", rules='{"region_id":"r"}'),
            price("3", variant_id=None),
            price("4", max_quantity="5"),
        ],
    )
    (row,) = rows(tables, "list_price", "price_list", "variant", "min_quantity")
    assert (row["target_id"], row["managed"], row["min_quantity"]) == ("1", True, "2")
    lists = rows(tables, "price_list", "customer_groups")
    assert [each["customer_groups"] for each in lists] == ['["g1","g2"]', "[]"]


CHANNELS = [{"id": "1", "name": "Web"}, {"id": "2", "name": "Shop"}]
PROFILES = [
    {"id": "1", "name": "Std", "type": "default"},
    {"id": "2", "name": "Big", "type": "other"},
]


@pytest.mark.parametrize(
    ("channel", "profile", "default_id", "expected"),
    [
        ("", "", "2", {"sales_channel": "Shop", "shipping_profile": "Std"}),
        ("Web", "Big", "2", {"sales_channel": "Web", "shipping_profile": "Big"}),
        ("", "none such", None, {}),
    ],
)
def test_defaults(
    channel: str, profile: str, default_id: str | None, expected: dict[str, str]
) -> None:
    tables = HandMade(
        sales_channels=CHANNELS,
        shipping_profiles=PROFILES,
        stores=[{"id": "s", "default_sales_channel_id": default_id}],
    )
    settings = MedusaSettings("http://x", ApiKey(Secret("sk")), channel, profile)
    assert defaults(tables, settings) == expected
