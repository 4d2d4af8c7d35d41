"""The generated shop: the same every time, coherent, and in the shapes of a real Magento."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from shared_data import recorded

from reconcile.sandbox.magento.encoding import php_json
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.shop import Shop

TABLES = (
    "products",
    "products_default",
    "products_de",
    "categories",
    "categories_de",
    "product_attributes",
    "attribute_sets",
    "attribute_groups",
    "source_items",
    "stock_items",
    "customers",
)
PURPOSES = ("default_billing", "default_shipping")


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generated_shop(400, seed=7)


def products(shop: Shop) -> dict[int, dict[str, Any]]:
    return {record["id"]: record for record in shop.table("products").records()}


def attributes(record: dict[str, Any]) -> dict[str, Any]:
    return {one["attribute_code"]: one["value"] for one in record["custom_attributes"]}


def digest(shop: Shop) -> dict[str, str]:
    return {
        name: hashlib.sha256(php_json(list(shop.table(name).records()))).hexdigest()
        for name in TABLES
    }


def test_same_seed_gives_the_same_bytes() -> None:
    assert digest(generated_shop(120, seed=3, drift=9)) == digest(
        generated_shop(120, seed=3, drift=9)
    )


def test_another_seed_gives_another_shop() -> None:
    one, other = digest(generated_shop(120, seed=3)), digest(generated_shop(120, seed=4))
    assert one["products"] != other["products"]


def test_bytes_are_those_of_every_machine() -> None:
    """A change of the generator changes this on purpose, another Python never."""
    records = list(generated_shop(50, seed=1).table("products").records())
    assert len(records) == 116
    assert hashlib.sha256(php_json(records)).hexdigest()[:16] == "dccdfe5d982092b3"


@pytest.mark.parametrize("size", [0, 100_001])
def test_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size must be"):
        generated_shop(size)


def test_types_are_mixed_as_documented(shop: Shop) -> None:
    children = {
        child
        for record in products(shop).values()
        for child in record["extension_attributes"].get("configurable_product_links", ())
    }
    kinds = Counter(r["type_id"] for i, r in products(shop).items() if i not in children)
    assert kinds == {
        "simple": 216,
        "configurable": 144,
        "virtual": 16,
        "downloadable": 8,
        "bundle": 8,
        "grouped": 8,
    }


def test_skus_and_url_keys_are_unique_ignoring_case(shop: Shop) -> None:
    for scope in ("all", "default", "de"):
        records = list(shop.table("products", scope).records())
        for values in (
            [record["sku"].upper() for record in records],
            [attributes(record)["url_key"] for record in records],
        ):
            assert max(Counter(values).values()) == 1


def test_children_exist_and_differ_in_what_their_parent_varies_in(shop: Shop) -> None:
    known = products(shop)
    codes = {one["attribute_id"]: one["attribute_code"] for one in records(shop)}
    for parent in known.values():
        extension = parent["extension_attributes"]
        if parent["type_id"] != "configurable":
            continue
        links = extension["configurable_product_links"]
        assert 2 <= len(links) <= 12
        axes = [
            (codes[int(option["attribute_id"])], [v["value_index"] for v in option["values"]])
            for option in extension["configurable_product_options"]
        ]
        combinations = {
            tuple(int(attributes(known[child])[code]) for code, _ in axes) for child in links
        }
        assert len(combinations) == len(links)
        for place, (_, values) in enumerate(axes):
            assert {combination[place] for combination in combinations} == set(values)


def records(shop: Shop) -> Iterator[dict[str, Any]]:
    return iter(shop.table("product_attributes").records())


def test_options_used_by_products_exist(shop: Shop) -> None:
    options = {
        one["attribute_code"]: {option["value"] for option in one["options"]}
        for one in records(shop)
    }
    for record in products(shop).values():
        values = attributes(record)
        assert values.keys() <= options.keys()
        for code in ("color", "size", "manufacturer", "material", "format", "eco_friendly"):
            assert set(filter(None, values.get(code, "").split(","))) <= options[code]


def test_attributes_belong_to_the_set_of_the_product(shop: Shop) -> None:
    sets = {
        one["attribute_set_id"]: {each["attribute_code"] for each in one["attributes"]}
        for one in shop.table("attribute_set_attributes").records()
    }
    for record in products(shop).values():
        assert attributes(record).keys() <= sets[record["attribute_set_id"]]


def test_components_and_linked_products_exist(shop: Shop) -> None:
    known = {record["sku"] for record in products(shop).values()}
    for record in products(shop).values():
        assert {link["linked_product_sku"] for link in record["product_links"]} <= known
        for option in record["extension_attributes"].get("bundle_product_options", ()):
            assert {link["sku"] for link in option["product_links"]} <= known


def test_category_links_and_parents_exist(shop: Shop) -> None:
    tree = {record["id"]: record for record in shop.table("categories").records()}
    for record in tree.values():
        assert record["parent_id"] in tree or record["id"] == 1
        assert record["path"].split("/")[-1] == str(record["id"])
        assert record["level"] == record["path"].count("/")
    for product in products(shop).values():
        links = product["extension_attributes"]["category_links"]
        assert {int(link["category_id"]) for link in links} <= tree.keys()
        ids = [link["category_id"] for link in links]
        assert attributes(product)["category_ids"] == ids


def test_siblings_under_different_parents_share_a_url_key(shop: Shop) -> None:
    keys = Counter(attributes(one).get("url_key") for one in shop.table("categories").records())
    assert keys["tops"] == 2


def test_stock_is_there_for_everything_that_has_one(shop: Shop) -> None:
    known = products(shop)
    stocked = {r["sku"] for r in known.values() if r["type_id"] not in ("bundle", "grouped")}
    by_source: dict[str, list[str]] = {}
    for item in shop.table("source_items").records():
        by_source.setdefault(item["source_code"], []).append(item["sku"])
    assert sorted(by_source["default"]) == sorted(stocked)
    assert set(by_source["warehouse_2"]) < stocked
    assert list(shop.table("stock_items").ids) == list(known)


def test_legacy_stock_is_the_default_source(shop: Shop) -> None:
    quantities = {
        item["sku"]: (item["quantity"], bool(item["status"]))
        for item in shop.table("source_items").records()
        if item["source_code"] == "default"
    }
    for record in products(shop).values():
        item = shop.stock_item(record["id"])
        assert item is not None
        if record["sku"] in quantities:
            assert quantities[record["sku"]] == (item["qty"] or 0, item["is_in_stock"])


def test_every_peculiarity_is_present(shop: Shop) -> None:
    known = list(products(shop).values())
    items = list(shop.table("stock_items").records())
    tiers = [tier for record in known for tier in record["tier_prices"]]
    entries = [entry for record in known for entry in record["media_gallery_entries"]]
    specials = [values for r in known if (values := attributes(r)).get("special_price")]
    assert {tier["customer_group_id"] for tier in tiers} == {0, 2, 3, 32000}
    assert any("percentage_value" in tier["extension_attributes"] for tier in tiers)
    assert any(values["special_from_date"].startswith("2094") for values in specials)
    assert any(values.get("special_to_date", "").startswith("2021") for values in specials)
    assert any("special_to_date" not in values for values in specials)
    assert any(record["status"] == 2 for record in known)
    assert {record["visibility"] for record in known} == {1, 2, 3, 4}
    assert any(not record["extension_attributes"]["website_ids"] for record in known)
    assert any(not record["extension_attributes"]["category_links"] for record in known)
    assert any(item["backorders"] for item in items)
    assert any(not item["manage_stock"] for item in items)
    assert any(not item["is_in_stock"] for item in items)
    assert any(entry["disabled"] for entry in entries)
    assert {entry["media_type"] for entry in entries} == {"image", "external-video"}
    texts = [attributes(record).get("description", "") for record in known]
    assert any("{{media url=" in text for text in texts)
    assert any("<script>" in text for text in texts)
    assert any(len(text) > 60_000 for text in texts)
    assert any("&trade;" in record["name"] for record in known)
    skus = "".join(record["sku"] for record in known)
    assert set(' /+#"&%Ä瓶') <= set(skus)
    positions = [
        link["position"]
        for record in known
        for link in record["extension_attributes"]["category_links"]
    ]
    assert min(positions) < 0


def test_views_have_values_of_their_own(shop: Shop) -> None:
    base, german = products(shop), list(shop.table("products", "de").records())
    assert any(record["name"] != base[record["id"]]["name"] for record in german)
    default = list(shop.table("products", "default").records())
    assert any(record["status"] != base[record["id"]]["status"] for record in default)


def test_a_sku_is_found_without_reading_the_shop(shop: Shop) -> None:
    for record in products(shop).values():
        found = shop.product(record["sku"].lower())
        assert found is not None
        assert found["id"] == record["id"]
        rows = shop.table("source_items").find("sku", record["sku"])
        assert rows is not None
        assert len(rows) <= 26
        known = {item["sku"] for _, item in shop.source_items(record["sku"])}
        assert known <= {record["sku"]}


def test_default_addresses_are_the_customers_own(shop: Shop) -> None:
    """Each mark on an address is the customer's own, and the other way round."""
    customers = list(shop.table("customers").records())
    assert len(customers) == 200
    for customer in customers:
        for purpose in PURPOSES:
            marked = [str(a["id"]) for a in customer["addresses"] if a.get(purpose)]
            assert marked == ([customer[purpose]] if purpose in customer else [])


def test_customers_have_both_defaults_or_one_or_none(shop: Shop) -> None:
    found = {
        (bool(customer["addresses"]), *(purpose in customer for purpose in PURPOSES))
        for customer in shop.table("customers").records()
    }
    assert found == {
        (True, True, True),
        (True, True, False),
        (True, False, False),
        (False, False, False),
    }


def test_drift_changes_exactly_so_many_records() -> None:
    before, after = generated_shop(300, seed=5), generated_shop(300, seed=5, drift=12)
    old = {record["sku"]: record for record in products(before).values()}
    new = {record["sku"]: record for record in products(after).values()}
    changed = {sku for sku in old.keys() & new.keys() if old[sku] != new[sku]}
    assert len(new.keys() - old.keys()) == 2
    assert len(old.keys() - new.keys()) == 2
    assert len(changed) == 6
    assert len(stock(before).items() - stock(after).items()) == 4  # two levels, two removed


def stock(shop: Shop) -> dict[int, tuple[str, str]]:
    table = shop.table("source_items")
    return {
        row_id: (table.record(row_id)["sku"], str(table.record(row_id)["quantity"]))
        for row_id in table.ids
    }


def test_too_much_drift_is_refused() -> None:
    with pytest.raises(ValueError, match="drift must be at most"):
        generated_shop(50, drift=40)


SHAPES = (
    "products",
    "categories",
    "product_attributes",
    "attribute_sets",
    "attribute_groups",
    "attribute_set_attributes",
    "customer_groups",
    "customers",
    "source_items",
    "sources",
    "stocks",
    "stock_source_links",
    "stock_items",
    "tax_classes",
    "tax_rules",
)


@pytest.mark.parametrize("name", SHAPES)
def test_members_and_types_are_those_of_a_real_store(shop: Shop, name: str) -> None:
    """Every path of a generated record occurs in the recorded store, with the same JSON type."""
    real = profile(name)
    for record in shop.table(name).records():
        for path, kind in paths("", record):
            assert kind in real.get(path, ()), f"{path} is {kind}"


def profile(name: str) -> dict[str, set[str]]:
    lines = (recorded("profile") / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[2:]
    rows = (line.split("\t") for line in lines)
    return {path: set(map(plain, types.split(" "))) for path, _, types, *_ in rows}


def plain(counted: str) -> str:
    """``int:5`` is a number: fractions and whole ones occur in one field, and so do empty lists."""
    kind, _ = counted.rsplit(":", 1)
    return {"int": "number", "float": "number", "array(empty)": "array"}.get(kind, kind)


def paths(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if path.endswith("custom_attributes"):
        return  # a shop has attributes of its own
    if isinstance(value, dict):
        yield path or "(record)", "object"
        for name, below in value.items():
            yield from paths(f"{path}.{name}", below)
    elif isinstance(value, list):
        yield path, "array"
        for below in value:
            yield from paths(f"{path}[]", below)
    else:
        yield path, json_type(value)


def json_type(value: Any) -> str:
    text = php_json(value).decode()
    if text in ("true", "false", "null"):
        return "null" if text == "null" else "bool"
    if text.startswith('"'):
        return '""' if text == '""' else "string"
    return "number"  # a whole or a fractional one, as the value happens to be
