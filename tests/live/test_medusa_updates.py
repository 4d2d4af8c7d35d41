"""Changes to what is there: the fields named change, everything else stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from medusa_shop import Shop, marked, new_category, new_product, new_variant
from medusa_writing import create, price

from reconcile.model import Action, Change, Json
from reconcile.sandbox.state import MedusaShop

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def shop(fresh_medusa: MedusaShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    opened = Shop(fresh_medusa, tmp_path_factory.mktemp("readings"))
    yield opened
    opened.close()


METADATA_CHANGE: dict[str, Json] = {
    "metadata__changed": Decimal("2.5"),
    "metadata__gone": None,
    "metadata__added": {"a": True},
}
METADATA_AFTER: dict[str, Json] = {
    "metadata.kept": "k",
    "metadata.changed": "2.5",
    "metadata.gone": None,
    "metadata.added": {"a": True},
}
UPDATES: dict[str, tuple[list[Change], dict[str, Json]]] = {
    "customer_group:g": ([create("customer_group:g", **marked(name="g"))], {}),
    "stock_location:l": ([create("stock_location:l", **marked(name="l"))], {}),
    "category:c": (
        [new_category("c", 0, **marked(description="d", external_id="1"))],
        {"name": "Seas", "description": None, "external_id": None, "is_active": True},
    ),
    "product:p": (
        new_product("p", "red", subtitle="s", weight="1.5", thumbnail="http://img.example/1"),
        {"title": "New", "subtitle": None, "weight": None, "material": "", "thumbnail": None},
    ),
    "variant:v-blue": (
        [*new_product("v", "blue", "red")[:1], new_variant("v", "blue", **marked(barcode="b"))],
        {"title": "New", "weight": "2.25", "barcode": None, "allow_backorder": True},
    ),
}


@pytest.mark.parametrize("address", UPDATES)
def test_an_update_changes_what_it_names(shop: Shop, address: str) -> None:
    made, fields = UPDATES[address]
    assert shop.write(*made).refused == {}
    entity, _, key = address.partition(":")
    before = shop.held[entity][key]
    assert shop.write(shop.update(address, **fields, **METADATA_CHANGE)).refused == {}
    assert shop.held[entity][key] == {**before, **fields, **METADATA_AFTER}


def test_lists_of_a_product_are_replaced_and_its_variants_stay(shop: Shop) -> None:
    tags = [create(f"product_tag:{value}", value=value) for value in ("t1", "t2")]
    shop.write(*tags, new_category("lists", 1), *new_product("lists", "a", "b", images=["i1"]))
    before = shop.held["product"]["lists"]
    variants = {sku: shop.held["variant"][sku] for sku in ("lists-a", "lists-b")}
    fields: dict[str, Json] = {
        "images": ["i3", "i1", "i2"],
        "tags": ["t1", "t2"],
        "categories": ["lists"],
        "sales_channels": ["Default Sales Channel"],
        "shipping_profile": "Default Shipping Profile",
    }
    assert shop.write(shop.update("product:lists", **fields)).refused == {}
    assert shop.held["product"]["lists"] == {**before, **fields}
    cleared: dict[str, Json] = {"images": [], "tags": [], "categories": [], "sales_channels": []}
    nothing = {**cleared, "shipping_profile": None}
    assert shop.write(shop.update("product:lists", **nothing)).refused == {}
    assert shop.held["product"]["lists"] == {**before, **nothing}
    assert {sku: shop.held["variant"][sku] for sku in variants} == variants


def test_prices_with_rules_outlive_a_change_of_prices(shop: Shop) -> None:
    shop.write(*new_product("rules", "red"))
    product, variant = shop.id("product:rules"), shop.id("variant:rules-red")
    ruled = [
        {"currency_code": "usd", "amount": 7.5, "rules": {"region_id": "reg_1"}},
        {"currency_code": "usd", "amount": 6, "min_quantity": 5, "rules": {"region_id": "reg_1"}},
        {"currency_code": "eur", "amount": 5, "rules": {"region_id": "a", "x": "b"}},
    ]
    body = {"prices": [{"currency_code": "usd", "amount": 10}, *ruled]}
    shop.client.post(f"products/{product}/variants/{variant}", body)
    shop.read()
    fields: dict[str, Json] = {
        "prices": [price("eur", "8.125"), price("usd", "11"), price("usd", "9", "5")]
    }
    assert shop.write(shop.update("variant:rules-red", **fields)).refused == {}
    assert shop.held["variant"]["rules-red"]["prices"] == fields["prices"]
    assert _rules_of(shop, variant) == [
        ("eur", "5", None, {"region_id": "a", "x": "b"}),
        ("usd", "6", "5", {"region_id": "reg_1"}),
        ("usd", "7.5", None, {"region_id": "reg_1"}),
    ]
    assert shop.write(shop.update("variant:rules-red", prices=None)).refused == {}
    assert shop.held["variant"]["rules-red"]["prices"] == []
    assert len(_rules_of(shop, variant)) == 3


def _rules_of(shop: Shop, variant: str) -> list[tuple[str, str, str | None, dict[str, str]]]:
    fields = ("prices.amount", "prices.currency_code", "prices.min_quantity")
    rules = ("prices.price_rules.attribute", "prices.price_rules.value")
    records = shop.client.matching(
        "product-variants", "variants", "id", [variant], (*fields, *rules)
    )
    prices = [found for record in records for found in record["prices"] if found["rules"]]
    return sorted(
        (
            found["currency_code"],
            str(found["amount"]),
            None if found["min_quantity"] is None else str(found["min_quantity"]),
            found["rules"],
        )
        for found in prices
    )


def test_a_changed_price_keeps_its_row(shop: Shop) -> None:
    shop.write(*new_product("rows", "red"))
    variant = shop.id("variant:rows-red")

    def ids() -> list[str]:
        fields = ("prices.id",)
        found = shop.client.matching("product-variants", "variants", "id", [variant], fields)
        return [each["id"] for record in found for each in record["prices"]]

    before = ids()
    shop.write(shop.update("variant:rows-red", prices=[price("usd", "12")]))
    assert ids() == before


def test_options_grow_and_new_variants_fit(shop: Shop) -> None:
    shop.write(*new_product("grow", "red"))
    wanted = [{"title": "Color", "values": ["blue", "red"]}]
    run = shop.write(
        shop.update("product:grow", options=wanted, title="Grown"),
        new_variant("grow", "blue"),
    )
    assert run.refused == {}
    product = shop.held["product"]["grow"]
    assert (product["options"], product["title"]) == (wanted, "Grown")
    assert shop.held["variant"]["grow-blue"]["options"] == {"Color": "blue"}
    assert run.ids["variant:grow-blue"] == shop.id("variant:grow-blue")


def test_an_option_is_renamed_in_place(shop: Shop) -> None:
    shop.write(*new_product("rename", "red"))
    wanted = [{"title": "Colour", "values": ["red"]}]
    run = shop.write(
        shop.update("product:rename", options=wanted),
        shop.update("variant:rename-red", options={"Colour": "red"}),
    )
    assert run.refused == {}
    assert shop.held["product"]["rename"]["options"] == wanted
    assert shop.held["variant"]["rename-red"]["options"] == {"Colour": "red"}


def test_an_option_is_added_and_variants_get_its_value(shop: Shop) -> None:
    shop.write(*new_product("second", "red"))
    wanted = [{"title": "Color", "values": ["red"]}, {"title": "Size", "values": ["S"]}]
    both = {"Color": "red", "Size": "S"}
    run = shop.write(
        shop.update("product:second", options=wanted),
        shop.update("variant:second-red", options=both),
    )
    assert run.refused == {}
    assert shop.held["variant"]["second-red"]["options"] == both


def test_an_option_in_use_is_not_taken_away(shop: Shop) -> None:
    options = [{"title": "Color", "values": ["red"]}, {"title": "Size", "values": ["S"]}]
    product, variant = new_product("used", "red")
    shop.write(
        _with(product, options=options), _with(variant, options={"Color": "red", "Size": "S"})
    )
    run = shop.write(shop.update("product:used", options=options[:1]))
    assert list(run.refused) == ["product:used"]


def _with(change: Change, **fields: Json) -> Change:
    written = tuple(
        replace(field, after=fields.get(field.path, field.after)) for field in change.fields
    )
    return replace(change, fields=written)


def test_stock_is_counted_again_with_the_old_item(shop: Shop) -> None:
    shop.write(*new_product("count", "red"), create("stock_location:count", name="count"))
    level = create(
        "inventory_level:count-red@count",
        ["variant:count-red", "stock_location:count"],
        variant="count-red",
        location="count",
        stocked_quantity="3",
    )
    assert shop.write(level).refused == {}
    assert shop.write(shop.update("variant:count-red", manage_inventory=False)).refused == {}
    assert "count-red@count" not in shop.held["inventory_level"]
    assert shop.write(shop.update("variant:count-red", manage_inventory=True)).refused == {}
    assert shop.held["inventory_level"]["count-red@count"]["stocked_quantity"] == "3"


def test_a_variant_comes_back_over_its_surviving_item(shop: Shop) -> None:
    """A product update in the admin that leaves a variant out leaves its inventory item behind."""
    shop.write(*new_product("back", "red", "blue"))
    kept = {"id": shop.id("variant:back-red")}
    shop.client.post(f"products/{shop.id('product:back')}", {"variants": [kept]})
    shop.read()
    assert "back-blue" not in shop.held["variant"]
    assert shop.write(new_variant("back", "blue")).refused == {}
    assert "back-blue" in shop.held["variant"]


def test_levels_are_set(shop: Shop) -> None:
    shop.write(*new_product("level", "red"), create("stock_location:level", name="level"))
    refs = ["variant:level-red", "stock_location:level"]
    fields = {"variant": "level-red", "location": "level", "stocked_quantity": "5"}
    shop.write(create("inventory_level:level-red@level", refs, **fields))
    name = "inventory_level:level-red@level"
    run = shop.write(shop.update(name, Action.SET_STOCK, stocked_quantity="0"))
    assert run.refused == {}
    assert shop.held["inventory_level"]["level-red@level"]["stocked_quantity"] == "0"
    run = shop.write(shop.update(name, Action.SET_STOCK, stocked_quantity="-1"))
    assert "0" in run.refused[name]


def test_categories_are_reordered_and_moved(shop: Shop) -> None:
    names = ("w", "x", "y", "z")
    shop.write(
        new_category("shelf", 2), *(new_category(f"shelf/{n}", i) for i, n in enumerate(names))
    )
    foreign = {"name": "foreign", "handle": "foreign", "rank": 1}
    parent = shop.id("category:shelf")
    shop.client.post("product-categories", {**foreign, "parent_category_id": parent})
    shop.read()
    wanted = {"w": 2, "y": 0}
    moves = [shop.update(f"category:shelf/{name}", rank=rank) for name, rank in wanted.items()]
    assert shop.write(*moves).refused == {}
    assert _below(shop, "shelf") == ["y", "foreign", "x", "w", "z"]
    inward = shop.update("category:shelf/z", parent="shelf/x", rank=0)
    assert shop.write(inward, new_category("shelf/v", 1)).refused == {}
    assert shop.held["category"]["shelf/x/z"]["parent"] == "shelf/x"
    assert _below(shop, "shelf") == ["y", "v", "foreign", "x", "w"]


def _below(shop: Shop, parent: str) -> list[str]:
    children = [each for each in shop.held["category"].values() if each["parent"] == parent]
    return [each["handle"] for each in sorted(children, key=lambda each: each["rank"])]


def test_price_lists_change_and_keep_rules_of_other_kinds(shop: Shop) -> None:
    groups = [create(f"customer_group:{name}", name=name) for name in ("pg1", "pg2")]
    fields: dict[str, Json] = {"title": "L", "description": "d", "type": "sale", "status": "active"}
    shop.write(
        *groups,
        create("price_list:L", ["customer_group:pg1"], **fields, customer_groups=["pg1"]),
    )
    group, identity = shop.id("customer_group:pg1"), shop.id("price_list:L")
    rules = {"customer.groups.id": [group], "region_id": ["reg_1"]}
    shop.client.post(f"price-lists/{identity}", {"rules": rules})
    shop.read()
    fields = {
        "customer_groups": ["pg1", "pg2"],
        "ends_at": "2027-01-01T00:00:00.000Z",
        "status": "draft",
        "type": "override",
    }
    before = shop.held["price_list"]["L"]
    assert shop.write(shop.update("price_list:L", **fields)).refused == {}
    assert shop.held["price_list"]["L"] == {**before, **fields}
    assert shop.write(shop.update("price_list:L", customer_groups=[], ends_at=None)).refused == {}
    record = shop.held["price_list"]["L"]
    assert (record["customer_groups"], record["ends_at"]) == ([], None)
    held = shop.client.get(f"price-lists/{identity}", fields=("id", "price_list_rules.attribute"))
    assert list(held["price_list"]["rules"]) == ["region_id"]


def test_list_prices_are_changed_and_removed(shop: Shop) -> None:
    fields = {"title": "P/L", "description": "d", "type": "sale", "status": "active"}
    shop.write(*new_product("listed", "red"), create("price_list:P/L", **fields))
    refs = ["price_list:P/L", "variant:listed-red"]
    lows = ("any", "5", "10")
    names = [f"list_price:P/L/listed-red/usd/{low}" for low in lows]
    parts = {"price_list": "P/L", "variant": "listed-red", "currency_code": "usd"}
    shop.write(
        *(
            create(name, refs, **parts, amount="9", min_quantity=None if low == "any" else low)
            for name, low in zip(names, lows, strict=True)
        )
    )
    ids = {name: shop.id(name) for name in names}
    run = shop.write(
        shop.update(names[0], amount="8.5"),
        shop.update(names[1], amount="7.25"),
        shop.update(names[2], Action.DELETE),
    )
    assert run.refused == {}
    amounts = {key: record["amount"] for key, record in shop.held["list_price"].items()}
    assert {name: amounts.get(name.partition(":")[2]) for name in names} == {
        names[0]: "8.5",
        names[1]: "7.25",
        names[2]: None,
    }
    assert {name: shop.id(name) for name in names[:2]} == {name: ids[name] for name in names[:2]}


def test_drafts_and_deletes(shop: Shop) -> None:
    shop.write(
        *new_product("hide", "red"),
        *new_product("drop", "red"),
        *new_product("thin", "red", "blue"),
        new_category("old", 0, is_active=True),
        new_category("old/er", 0),
    )
    run = shop.write(
        shop.update("product:hide", Action.DRAFT, status="draft"),
        shop.update("product:drop", Action.DELETE),
        shop.update("variant:thin-red", Action.DELETE),
        shop.update("category:old", Action.DELETE),
        shop.update("category:old/er", Action.DELETE),
    )
    assert run.refused == {}
    assert shop.held["product"]["hide"]["status"] == "draft"
    assert "drop" not in shop.held["product"]
    assert {"thin-red", "thin-blue", "drop-red"} & set(shop.held["variant"]) == {"thin-blue"}
    assert not {"old", "old/er"} & set(shop.held["category"])


def test_one_bad_record_does_not_hold_back_the_others(shop: Shop) -> None:
    good, bad = new_product("good", "red"), new_product("bad", "red")
    wrong = _with(bad[0], handle="not a handle")
    run = shop.write(wrong, *bad[1:], *good)
    assert list(run.refused) == ["product:bad", "variant:bad-red"]
    assert "handle" in run.refused["product:bad"]
    assert "good" in shop.held["product"]
    assert "bad" not in shop.held["product"]


REFUSED: dict[str, dict[str, Json]] = {
    "a variant that is gone": {"title": "x"},
    "a variant that would move": {"product": "elsewhere"},
    "a number with too many digits": {"weight": "0.12345678901234567891"},
    "an amount beyond all numbers": {"prices": [price("usd", "1e400")]},
}


def test_what_cannot_be_is_refused(shop: Shop) -> None:
    shop.write(*new_product("stays", "red"), *new_product("elsewhere", "red"))
    before = shop.held
    for case, fields in REFUSED.items():
        change = shop.update("variant:stays-red", **fields)
        wanted = replace(change, target_id="variant_x") if case.endswith("gone") else change
        assert list(shop.write(wanted).refused) == ["variant:stays-red"], case
        assert shop.held == before, case


def test_a_category_that_is_gone_is_refused(shop: Shop) -> None:
    """Medusa answers 200 with an empty body."""
    shop.write(new_category("fleeting", 0))
    change = shop.update("category:fleeting", name="x")
    run = shop.write(replace(change, target_id="pcat_x"))
    assert "any more" in run.refused["category:fleeting"]


def test_variants_of_many_products_are_changed_at_once_and_stay_where_they_are(
    shop: Shop,
) -> None:
    names = [f"many{number}" for number in range(4)]
    shop.write(*(each for name in names for each in new_product(name, "red", "blue")))
    skus = [f"{name}-{color}" for name in names for color in ("red", "blue")]
    before = {sku: shop.held["variant"][sku] for sku in skus}
    fields: dict[str, Json] = {"prices": [price("eur", "3.5"), price("usd", "12.345")]}
    run = shop.write(
        *(shop.update(f"variant:{sku}", **fields, title=sku, weight="2") for sku in skus)
    )
    assert (run.refused, run.steps) == ({}, ["update variants"])
    assert {sku: shop.held["variant"][sku] for sku in skus} == {
        sku: {**before[sku], **fields, "title": sku, "weight": "2"} for sku in skus
    }
