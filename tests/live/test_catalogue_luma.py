"""The recorded Luma shop into a real Medusa: everything arrives, and the values are right.

The values are compared in Medusa's PostgreSQL with the recorded answers, past all readers of ours.
"""

from __future__ import annotations

import html
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from recorded_shop import RecordedShop
from shared_data import recorded
from two_shops import CATALOGUE, Found, TwoShops, found, two_shops

from reconcile.sandbox.magento.recorded import recorded_shop
from reconcile.sandbox.state import MedusaShop

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def luma() -> RecordedShop:
    return RecordedShop(recorded("luma"))


@pytest.fixture(scope="module")
def moved(
    luma: RecordedShop, fresh_medusa: MedusaShop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoShops]:
    """Both shops after a first migration that was verified."""
    workspace = tmp_path_factory.mktemp("luma")
    with two_shops(workspace, recorded_shop(luma.folder), fresh_medusa) as shops:
        shops.plan(*CATALOGUE)
        shops.carry_out()
        yield shops


def test_a_second_plan_is_empty(moved: TwoShops) -> None:
    plan = moved.plan(*CATALOGUE)
    assert found(plan) == {}
    unchanged = {tally.entity: tally.unchanged for tally in plan.header.tallies}
    assert unchanged["product"] == 211
    assert unchanged["variant"] == 1892
    assert unchanged["category"] == 40


def test_a_second_apply_does_nothing(moved: TwoShops) -> None:
    before = moved.rows("select max(updated_at) from product")
    done = next(path for path in (moved.workspace / "plans").glob("2*") if _was_applied(path))
    assert moved.run("apply", done.name) == 0
    assert moved.rows("select max(updated_at) from product") == before


def _was_applied(folder: object) -> bool:
    return (folder / "journal.ndjson").exists()  # type: ignore[operator]


def test_every_sellable_thing_is_a_variant(moved: TwoShops, luma: RecordedShop) -> None:
    held = {
        sku for (sku,) in moved.rows("select sku from product_variant where deleted_at is null")
    }
    assert held == set(luma.sold)


def test_every_regular_price(moved: TwoShops, luma: RecordedShop) -> None:
    held = moved.rows(
        """select v.sku, p.currency_code, p.raw_amount->>'value' from product_variant v
           join product_variant_price_set s on s.variant_id = v.id
           join price p on p.price_set_id = s.price_set_id
           where p.price_list_id is null and p.min_quantity is null and p.deleted_at is null"""
    )
    expected = {
        (sku, "usd", Decimal(product["price"]))
        for sku, product in luma.sold.items()
        if product["type_id"] != "grouped"
        and not (product["type_id"] == "bundle" and product["price"] == 0)
    }
    assert {(sku, code, Decimal(amount)) for sku, code, amount in held} == expected
    assert len(held) == len(expected)


def test_every_quantity_price(moved: TwoShops, luma: RecordedShop) -> None:
    held = moved.rows(
        """select v.sku, p.min_quantity, p.raw_amount->>'value' from product_variant v
           join product_variant_price_set s on s.variant_id = v.id
           join price p on p.price_set_id = s.price_set_id
           where p.price_list_id is null and p.min_quantity is not null
             and p.deleted_at is null"""
    )
    expected = set()
    for sku, product in luma.sold.items():
        for tier in product.get("tier_prices", []):
            percent = tier["extension_attributes"].get("percentage_value")
            if tier["customer_group_id"] == 32000 and tier["qty"] != 1:
                amount = Decimal(str(tier["value"]))
                if percent is not None:
                    exact = Decimal(str(product["price"])) * (100 - Decimal(str(percent))) / 100
                    amount = exact.quantize(Decimal("0.01"), "ROUND_HALF_UP")
                expected.add((sku, Decimal(str(tier["qty"])), amount))
    assert {(sku, Decimal(q), Decimal(amount)) for sku, q, amount in held} == expected
    assert expected


def test_every_special_price_with_its_dates(moved: TwoShops, luma: RecordedShop) -> None:
    held = moved.rows(
        """select v.sku, p.raw_amount->>'value', l.starts_at, l.ends_at from price p
           join price_list l on l.id = p.price_list_id
           join product_variant_price_set s on s.price_set_id = p.price_set_id
           join product_variant v on v.id = s.variant_id
           where p.deleted_at is null and l.rules_count = 0"""
    )
    expected = set()
    for sku, product in luma.sold.items():
        special = luma.value(product, "special_price")
        if special is None or product["type_id"] in ("bundle", "grouped"):
            continue
        if Decimal(special) < Decimal(str(product["price"])):
            begin = luma.value(product, "special_from_date")
            end = luma.value(product, "special_to_date")
            expected.add((sku, Decimal(special), begin and begin[:10], end and end[:10]))
    found_prices = {
        (sku, Decimal(amount), begin and f"{begin:%Y-%m-%d}", end and f"{end:%Y-%m-%d}")
        for sku, amount, begin, end in held
    }
    assert found_prices == expected
    assert len(expected) > 20


def test_every_stock_level(moved: TwoShops, luma: RecordedShop) -> None:
    held = moved.rows(
        """select i.sku, s.name, l.raw_stocked_quantity->>'value' from inventory_level l
           join inventory_item i on i.id = l.inventory_item_id
           join stock_location s on s.id = l.location_id
           where l.deleted_at is null and i.deleted_at is null"""
    )
    names = {source["source_code"]: source["name"] for source in luma.read("sources")}
    counted = {
        item["product_id"]: item["manage_stock"]
        for item in (each.get("stock_item", each) for each in luma.read("stock_items"))
    }
    expected = {
        (item["sku"], names[item["source_code"]], max(Decimal(str(item["quantity"])), Decimal(0)))
        for item in luma.read("source_items")
        if item["sku"] in luma.sold
        and counted.get(luma.sold[item["sku"]]["id"], True)
        and luma.sold[item["sku"]]["type_id"] not in ("bundle", "grouped")
    }
    assert {(sku, name, Decimal(quantity)) for sku, name, quantity in held} == expected
    assert len(held) == len(expected)


def test_only_stock_that_magento_sells_is_for_sale(moved: TwoShops) -> None:
    linked = moved.rows(
        """select s.name from sales_channel_stock_location l
           join stock_location s on s.id = l.stock_location_id where l.deleted_at is null"""
    )
    assert ("Default Source",) in linked
    assert ("Warehouse Zwei",) not in linked


def test_every_title(moved: TwoShops, luma: RecordedShop) -> None:
    held = dict(moved.rows("select external_id, title from product where deleted_at is null"))
    assert set(held) == set(luma.products) - set(luma.parent_of)
    for sku, title in held.items():
        assert title == " ".join(html.unescape(luma.products[sku]["name"]).split())


def test_every_option_of_every_child(moved: TwoShops, luma: RecordedShop) -> None:
    chosen: dict[str, dict[str, str]] = defaultdict(dict)
    for sku, title, label in moved.rows(
        """select v.sku, o.title, x.value from product_variant v
           join product_variant_option j on j.variant_id = v.id
           join product_option_value x on x.id = j.option_value_id
           join product_option o on o.id = x.option_id where v.deleted_at is null"""
    ):
        chosen[sku][title] = label
    for sku in luma.sold:
        if sku in luma.parent_of:
            assert chosen[sku] == luma.labels(sku)


def test_every_child_is_in_its_parent(moved: TwoShops, luma: RecordedShop) -> None:
    held = dict(
        moved.rows(
            """select v.sku, p.external_id from product_variant v
               join product p on p.id = v.product_id where v.deleted_at is null"""
        )
    )
    assert held == {sku: luma.parent_of.get(sku, sku) for sku in luma.sold}


def test_every_category_and_its_parent(moved: TwoShops, luma: RecordedShop) -> None:
    held = {
        (external_id, parent, name, active)
        for external_id, parent, name, active in moved.rows(
            """select c.external_id, p.external_id, c.name, c.is_active from product_category c
               left join product_category p on p.id = c.parent_category_id
               where c.deleted_at is null"""
        )
    }
    expected = {
        (
            str(each["id"]),
            str(each["parent_id"]) if each["level"] > 2 else None,
            html.unescape(each["name"]),
            each["is_active"],
        )
        for each in luma.read("categories")
        if each["level"] >= 2
    }
    assert held == expected


def test_every_category_link(moved: TwoShops, luma: RecordedShop) -> None:
    held = moved.rows(
        """select p.external_id, c.external_id from product_category_product l
           join product p on p.id = l.product_id
           join product_category c on c.id = l.product_category_id"""
    )
    carried = {str(each["id"]) for each in luma.read("categories") if each["level"] >= 2}
    expected = {
        (sku, link["category_id"])
        for sku, product in luma.products.items()
        if sku not in luma.parent_of
        for link in product["extension_attributes"].get("category_links", [])
        if link["category_id"] in carried
    }
    assert set(held) == expected


def test_status_follows_enabled_and_visible(moved: TwoShops, luma: RecordedShop) -> None:
    held = dict(moved.rows("select external_id, status from product where deleted_at is null"))
    for sku, product in luma.products.items():
        if sku in luma.parent_of or product["type_id"] in ("bundle", "grouped", "configurable"):
            continue
        visible = product["status"] == 1 and product["visibility"] != 1
        online = visible and bool(product["extension_attributes"]["website_ids"])
        assert held[sku] == ("published" if online else "draft"), sku


def test_nothing_was_reserved_or_ordered(moved: TwoShops) -> None:
    assert moved.rows("select count(*) from reservation_item") == [(0,)]
    assert moved.rows('select count(*) from "order"') == [(0,)]


def change_price(shops: TwoShops) -> Found:
    shops.magento.shop.update_product("24-MB01", price=Decimal("39.5"))
    return {"variant:24-MB01": ("update", "prices")}


def change_stock(shops: TwoShops) -> Found:
    shops.magento.shop.set_stock("24-MB03", 7)
    return {"inventory_level:24-MB03@Default Source": ("set_stock", "stocked_quantity")}


def change_name(shops: TwoShops) -> Found:
    shops.magento.shop.update_product("24-MB05", name="Wayfarer &amp; Friends")
    return {"product:24-MB05": ("update", "title")}


def disable_product(shops: TwoShops) -> Found:
    shops.magento.shop.disable_product("24-MB06")
    return {"product:24-MB06": ("draft", "status")}


def add_a_product_to_medusa_only(shops: TwoShops) -> Found:
    shops.admin(
        "POST",
        "products",
        {
            "title": "Only here",
            "options": [{"title": "Size", "values": ["M"]}],
            "variants": [
                {"title": "M", "sku": "ONLY-HERE", "options": {"Size": "M"}, "prices": []}
            ],
        },
    )
    return {}


def delete_a_variant_in_medusa(shops: TwoShops) -> Found:
    ((product, variant),) = shops.rows(
        "select product_id, id from product_variant where sku = 'MH01-XS-Black'"
    )
    shops.admin("DELETE", f"products/{product}/variants/{variant}")
    return {
        "variant:MH01-XS-Black": ("create",),
        "inventory_level:MH01-XS-Black@Default Source": ("create",),
    }


def rename_in_medusa(shops: TwoShops) -> Found:
    ((product,),) = shops.rows("select id from product where external_id = '24-WB01'")
    shops.admin("POST", f"products/{product}", {"title": "Changed by hand"})
    return {}


SINGLE_CHANGES: tuple[Callable[[TwoShops], Found], ...] = (
    change_price,
    change_stock,
    change_name,
    disable_product,
    add_a_product_to_medusa_only,
    delete_a_variant_in_medusa,
    rename_in_medusa,
)


@pytest.mark.parametrize("change", SINGLE_CHANGES, ids=lambda change: change.__name__)
def test_a_single_change_is_all_the_plan_says(
    moved: TwoShops, change: Callable[[TwoShops], Found]
) -> None:
    """What one case leaves undone, the next one's plan would say: they follow each other in one
    shop, and after the last of them a test looks whether anything is left."""
    expected = change(moved)
    plan = moved.plan(*CATALOGUE)
    seen = found(plan)
    assert set(seen) == set(expected)
    for address, (action, *fields) in expected.items():
        assert seen[address][0] == action
        assert not fields or list(seen[address][1:]) == fields
    moved.carry_out()


def test_medusas_own_product_is_reported_as_unmanaged(moved: TwoShops) -> None:
    tallies = {tally.entity: tally for tally in moved.plan(*CATALOGUE).header.tallies}
    assert tallies["product"].unmanaged == 1
    assert Counter(tallies["product"].actions) == Counter()
