"""The shop around the records: its storefront, groups and choices."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_shop import SmallShop, product, read, view

from reconcile.entities import ENTITY_BY_NAME
from reconcile.errors import ReconcileError, SnapshotError
from reconcile.sources.magento_rest.records import CHOICES, entities, records


def test_customer_groups_but_for_visitors_without_an_account(tmp_path: Path) -> None:
    found = read(SmallShop(), tmp_path, "customer_group")
    assert found.by_key("source_id") == {
        "General": "magento:group/1",
        "Wholesale": "magento:group/2",
    }


def test_a_snapshot_without_a_storefront_is_refused(tmp_path: Path) -> None:
    made = SmallShop().add("products", product(1))
    made.add("store_views", view("default", 1, is_storefront=False))
    with pytest.raises(SnapshotError, match="which store view is the storefront"):
        read(made, tmp_path, "product")


def test_products_of_other_views_do_not_count(tmp_path: Path) -> None:
    made = SmallShop().add("products", product(1), product(1, view="all", name="Elsewhere"))
    assert read(made, tmp_path, "product").by_key("name") == {"P1": "Product 1"}


def test_every_entity_it_knows_exists() -> None:
    assert entities() <= ENTITY_BY_NAME.keys()
    assert CHOICES.keys() <= entities()


def test_an_entity_it_says_nothing_of_is_refused(tmp_path: Path) -> None:
    """Tags are words of a product's field; a mapping of their own has no records to read."""
    with pytest.raises(ReconcileError, match="product_tag"):
        records(SmallShop().write(tmp_path), "product_tag", {})


@pytest.mark.parametrize("entity", sorted(entities()))
def test_an_empty_shop_has_no_records_and_no_trouble(tmp_path: Path, entity: str) -> None:
    kept = {"customer_group": 2, "stock_location": 1}
    found = read(SmallShop(), tmp_path, entity)
    assert len(found.rows) == kept.get(entity, 0)
    assert found.diagnostics == ()


@pytest.mark.parametrize("entity", sorted(entities()))
def test_a_mapping_that_leaves_other_entities_out_is_enough(tmp_path: Path, entity: str) -> None:
    """Somebody who maps only stock has no product.yml to choose options in."""
    chosen = {entity: {name: known[0] for name, known in CHOICES.get(entity, {}).items()}}
    records(SmallShop().write(tmp_path), entity, chosen).frame.collect()
