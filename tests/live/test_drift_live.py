"""Drift between a sample Magento and a real Medusa: none after a move, then what changed alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from two_shops import TwoShops, two_shops

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import SandboxState

pytestmark = pytest.mark.live

SIZE, SEED = 24, 11
LOOKED_AT = ("category", "product", "variant", "price_list", "customer", "order", "invoice")


@pytest.fixture(scope="module")
def moved(
    live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoShops]:
    """Both shops after everything was moved and verified, customers and orders too."""
    workspace = tmp_path_factory.mktemp("drift")
    with (
        second_shop(live_sandbox, Layout(companion=True)) as medusa,
        two_shops(workspace, generated_shop(SIZE, seed=SEED), medusa) as shops,
    ):
        shops.plan()
        shops.carry_out()
        yield shops


def drift(shops: TwoShops, *options: str) -> tuple[int, Path]:
    """The exit code, and the folder of the report."""
    code = shops.run("drift", "--sample", "20", "--seed", "1", *options)
    return code, max((shops.workspace / "reports" / "drift").iterdir())


def rows(report: Path, name: str) -> list[dict[str, str]]:
    with (report / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary(report: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((report / "summary.json").read_text())
    return made


def test_nothing_differs_after_a_move(moved: TwoShops) -> None:
    code, report = drift(moved)
    found = summary(report)
    assert (code, found["state"]) == (0, "same")
    compared = {each["entity"]: each["compared"] for each in found["entities"]}
    assert min(compared[name] for name in LOOKED_AT) > 0
    assert compared["product"] >= SIZE
    assert (found["sample"]["all"]["wrong"], found["sample"]["disagreements"]) == (0, [])
    assert found["sample"]["all"]["drawn"] > 100
    redirects = rows(report, "redirects.csv")
    handles = dict(moved.rows("select external_id, handle from product where deleted_at is null"))
    assert {row["key"]: row["new_path"] for row in redirects if row["entity"] == "product"} == {
        sku: f"/products/{handle}" for sku, handle in handles.items()
    }
    assert all(row["old_path"].endswith(".html") for row in redirects)
    categories = moved.rows("select count(*) from product_category where deleted_at is null")
    assert [(sum(row["entity"] == "category" for row in redirects),)] == categories


def test_exactly_what_changed_differs(moved: TwoShops) -> None:
    """Three edits in Medusa's admin and one in Magento."""
    ours, theirs = _skus(moved)[:2]
    product, variant = _ids(moved, ours)
    moved.admin("POST", f"products/{product}", {"title": "Edited in Medusa"})
    [(currency, amount)] = moved.rows(
        f"""select p.currency_code, p.raw_amount->>'value' from price p
            join product_variant_price_set s on s.price_set_id = p.price_set_id
            where s.variant_id = '{variant}' and p.price_list_id is null and p.min_quantity is null
              and p.deleted_at is null"""
    )
    prices = [{"currency_code": currency, "amount": float(amount) + 1}]
    moved.admin("POST", f"products/{product}/variants/{variant}", {"prices": prices})
    [(item, place, held), *_] = moved.rows(
        f"""select l.inventory_item_id, l.location_id, l.raw_stocked_quantity->>'value'
            from inventory_level l join product_variant_inventory_item i
              on i.inventory_item_id = l.inventory_item_id
            where i.variant_id = '{variant}' and l.deleted_at is null order by 2"""
    )
    quantity = {"stocked_quantity": int(float(held)) + 5}
    moved.admin("POST", f"inventory-items/{item}/location-levels/{place}", quantity)
    moved.magento.shop.update_product(theirs, name="Edited in Magento")

    code, report = drift(moved)
    found = summary(report)
    assert (code, found["state"]) == (2, "drift")
    differing = {each["entity"]: each["different"] for each in found["entities"]}
    assert {name: count for name, count in differing.items() if count} == {
        "product": 2, "variant": 1, "inventory_level": 1,
    }  # fmt: skip
    assert found["files"]["missing-in-medusa.csv"] == 0
    assert found["sample"]["disagreements"] == []
    fields = {row["key"]: row for row in rows(report, "field-mismatches.csv")}
    assert {key: (row["field"], row["changed_by"]) for key, row in fields.items()} == {
        ours: ("title", "medusa"),
        theirs: ("title", "magento"),
    }
    assert fields[ours]["medusa"] == "Edited in Medusa"
    assert fields[theirs]["magento"] == "Edited in Magento"
    [priced] = rows(report, "price-mismatches.csv")
    assert (priced["sku"], priced["currency"]) == (ours, currency)
    assert float(priced["medusa"]) - float(priced["magento"]) == pytest.approx(1)
    [stocked] = rows(report, "stock-mismatches.csv")
    assert (stocked["sku"], stocked["difference"]) == (ours, "5")
    apart = sum(each["compared"] - each["same"] for each in found["entities"])
    assert apart == 4


def test_up_to_a_share_is_let_pass(moved: TwoShops) -> None:
    """After the edits above."""
    assert drift(moved, "--max", "20%")[0] == 0
    code, report = drift(moved, "--max", "0.01%")
    assert code == 2
    exceeded = ["product", "variant", "inventory_level"]
    assert summary(report)["exceeded"] == exceeded


def _skus(shops: TwoShops) -> list[str]:
    """SKUs of products that are sold as they are, and have one price and some stock."""
    found = shops.rows(
        """select p.external_id from product p
           join product_variant v on v.product_id = p.id and v.sku = p.external_id
           join product_variant_price_set s on s.variant_id = v.id
           join price on price.price_set_id = s.price_set_id and price.price_list_id is null
             and price.deleted_at is null
           join product_variant_inventory_item i on i.variant_id = v.id
           where p.status = 'published' and p.deleted_at is null and exists (
             select 1 from inventory_level l
             where l.inventory_item_id = i.inventory_item_id and l.deleted_at is null)
           group by 1 having count(distinct price.id) = 1 order by 1"""
    )
    return [sku for (sku,) in found]


def _ids(shops: TwoShops, sku: str) -> tuple[str, str]:
    [(product, variant)] = shops.rows(
        f"""select p.id, v.id from product p join product_variant v on v.product_id = p.id
            where v.sku = '{sku}' and p.deleted_at is null and v.deleted_at is null"""
    )
    return product, variant
