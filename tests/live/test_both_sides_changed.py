"""Edits by a merchandiser in Medusa, between and beside plans: kept, decided, stale, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from two_shops import TwoShops, found, two_shops

from reconcile.plan.document import Plan
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import MedusaShop

pytestmark = pytest.mark.live

SIZE, SEED = 24, 5
PRODUCTS = ("--only", "product", "--only", "variant", "--only", "category")


@pytest.fixture(scope="module")
def moved(fresh_medusa: MedusaShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoShops]:
    """Both shops after the products were moved and verified."""
    workspace = tmp_path_factory.mktemp("both-sides")
    with two_shops(workspace, generated_shop(SIZE, seed=SEED), fresh_medusa) as shops:
        shops.plan(*PRODUCTS)
        shops.carry_out()
        yield shops


@pytest.fixture(scope="module")
def skus(moved: TwoShops) -> list[str]:
    rows = moved.rows(
        """select p.external_id from product p
           join product_variant v on v.product_id = p.id and v.sku = p.external_id
           where p.status = 'published' order by 1"""
    )
    return [sku for (sku,) in rows]


def edit(shops: TwoShops, sku: str, **fields: object) -> None:
    """By hand, in Medusa's admin."""
    ((product,),) = shops.rows(f"select id from product where external_id = '{sku}'")
    shops.admin("POST", f"products/{product}", fields)


def titles(shops: TwoShops, *skus: str) -> list[str]:
    held = dict(shops.rows("select external_id, title from product where deleted_at is null"))
    return [held[sku] for sku in skus]


def said(plan: Plan, code: str) -> list[str]:
    return [str(each.address) for each in plan.diagnostics if each.code == code]


def test_the_target_keeps_what_it_alone_changed(moved: TwoShops, skus: list[str]) -> None:
    edit(moved, skus[0], title="Kept", material="Wool")
    plan = moved.plan(*PRODUCTS)
    assert found(plan) == {}
    assert said(plan, "kept_on_target") == [f"product:{skus[0]}"]
    moved.magento.shop.update_product(skus[0], price="77.5")
    plan = moved.plan(*PRODUCTS)
    assert [address.partition(":")[0] for address in found(plan)] == ["variant"]
    moved.carry_out()
    assert titles(moved, skus[0]) == ["Kept"]


TAKEN = {"source": "From Magento", "target": "From Medusa"}


@pytest.mark.parametrize(("take", "title"), TAKEN.items())
def test_a_conflict_is_decided_with_the_approval(
    moved: TwoShops, skus: list[str], take: str, title: str
) -> None:
    sku = skus[1 + list(TAKEN).index(take)]
    edit(moved, sku, title="From Medusa")
    moved.magento.shop.update_product(sku, name="From Magento")
    plan = moved.plan(*PRODUCTS)
    assert said(plan, "conflict") == [f"product:{sku}"]
    assert moved.run("approve", "latest", "--by", "test", "--take", take, "--key", "*") == 0
    assert moved.run("apply", "latest") == 0
    assert moved.run("verify", "latest") == 0
    assert moved.run("audit", "latest") == 0
    assert titles(moved, sku) == [title]
    assert found(moved.plan(*PRODUCTS)) == {}


def test_what_moved_since_the_plan_is_stale_and_planned_anew(
    moved: TwoShops, skus: list[str]
) -> None:
    stale, fine = skus[3], skus[4]
    for sku in (stale, fine):
        moved.magento.shop.update_product(sku, name=f"New {sku}")
    moved.plan(*PRODUCTS)
    assert moved.run("approve", "latest", "--by", "test") == 0
    edit(moved, stale, title="Meanwhile")
    assert moved.run("apply", "latest") == 1
    assert moved.run("verify", "latest") == 2
    assert moved.run("audit", "latest") == 2
    assert titles(moved, stale, fine) == ["Meanwhile", f"New {fine}"]
    assert moved.run("replan", "latest") == 2
    assert moved.run("approve", "latest", "--by", "test", "--take", "source") == 0
    assert moved.run("apply", "latest") == 0
    assert moved.run("verify", "latest") == 0
    assert titles(moved, stale) == [f"New {stale}"]


def test_a_plan_and_its_undo_leave_the_former_values(moved: TwoShops, skus: list[str]) -> None:
    before = values(moved)
    for sku in skus[5:9]:
        moved.magento.shop.update_product(sku, name=f"Undo {sku}")
    moved.magento.shop.update_product(skus[5], price="3.21")
    moved.magento.shop.disable_product(skus[9])
    moved.plan(*PRODUCTS)
    moved.carry_out()
    assert values(moved) != before
    assert moved.run("undo", "latest") == 2
    undoing = moved.newest_plan
    moved.carry_out()
    assert values(moved) == before
    assert moved.run("audit", undoing.name) == 0


def values(shops: TwoShops) -> Mapping[str, list[tuple[object, ...]]]:
    """Everything of products and variants that shoppers see."""
    return {
        "products": shops.rows(
            """select external_id, title, status, handle, description, material from product
               where deleted_at is null order by 1"""
        ),
        "prices": shops.rows(
            """select v.sku, p.currency_code, p.raw_amount->>'value' from product_variant v
               join product_variant_price_set s on s.variant_id = v.id
               join price p on p.price_set_id = s.price_set_id
               where p.price_list_id is null and p.deleted_at is null
                 and v.deleted_at is null order by 1, 2, 3"""
        ),
    }


def test_what_was_created_goes_out_of_sight(moved: TwoShops) -> None:
    """The first plan of all is taken back: whatever it created becomes a draft."""
    first = min((moved.workspace / "plans").glob("2*"))
    assert moved.run("undo", first.name) == 2
    assert moved.run("approve", "latest", "--by", "test") == 0
    assert moved.run("apply", "latest") == 0
    shown = "select count(*) from product where status = 'published' and deleted_at is null"
    assert moved.rows(shown) == [(0,)]
