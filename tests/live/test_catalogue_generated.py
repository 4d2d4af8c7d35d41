"""The generated sample shop into a real Medusa: what a stranger's clone can run by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from two_shops import TwoShops, found, two_shops

from reconcile.plan import file
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import MedusaShop

pytestmark = pytest.mark.live

SIZE, SEED = 60, 3


@pytest.fixture(scope="module")
def moved(fresh_medusa: MedusaShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoShops]:
    """Both shops after a pilot, and then the whole, were moved and verified."""
    workspace = tmp_path_factory.mktemp("generated")
    with two_shops(workspace, generated_shop(SIZE, seed=SEED), fresh_medusa) as shops:
        pilot = shops.plan("--pilot", "5")
        assert Counter(str(change.address.entity) for change in pilot.changes)["product"] == 5
        shops.carry_out()
        shops.plan(snapshot="medusa")
        shops.carry_out()
        yield shops


def test_nothing_is_left_to_do(moved: TwoShops) -> None:
    assert found(moved.plan()) == {}


def test_the_same_snapshots_give_the_same_bytes(moved: TwoShops) -> None:
    moved.plan()
    moved.magento.shop.update_product(_some_sku(moved), name="A new name")
    moved.plan(snapshot="magento")
    first = moved.newest_plan
    assert moved.run("plan") == 2
    second = moved.newest_plan
    assert first != second
    for name in (file.CHANGES, file.DIAGNOSTICS):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def _some_sku(shops: TwoShops) -> str:
    ((sku,),) = shops.rows("select external_id from product order by external_id limit 1")
    return str(sku)


def test_an_excluded_change_stays_out_with_what_needs_it(moved: TwoShops) -> None:
    skus = [sku for (sku,) in moved.rows("select external_id from product order by 1 limit 3")]
    for sku in skus:
        moved.magento.shop.update_product(sku, name=f"Renamed {sku}")
    moved.plan()
    exclude = ["--exclude", f"product:{skus[0]}"]
    assert moved.run("approve", "latest", "--by", "test", *exclude) == 0
    assert moved.run("apply", "latest") == 0
    assert moved.run("verify", "latest") == 0
    assert set(found(moved.plan(snapshot="medusa"))) == {f"product:{skus[0]}"}


def test_a_plan_is_refused_without_approval(moved: TwoShops) -> None:
    moved.magento.shop.update_product(_some_sku(moved), name="Once more")
    moved.plan()
    assert moved.run("apply", "latest") == 1


def test_a_shop_that_lost_its_inventory_module_keeps_its_location(moved: TwoShops) -> None:
    """Without MSI the legacy quantities speak for the default source."""
    moved.magento.shop.has_inventory = False
    try:
        plan = moved.plan()
        touched = {change.address.entity for change in plan.changes}
        assert "stock_location" not in touched
    finally:
        moved.magento.shop.has_inventory = True
