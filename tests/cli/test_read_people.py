"""What reconcile.yml says of people decides what is read of the source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from sales_records import with_sales
from shop_in_memory import Run, Shop

from reconcile import sealed_hashes, snapshot
from reconcile.sandbox.magento.application import Settings
from reconcile.sandbox.magento.auth import AccessRules
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.server import SampleMagento

OF_ORDERS = {"orders", "invoices", "shipments", "credit memos"}
NAMES = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
ALL_BUT_ORDERS = frozenset(
    {
        "Magento_Backend::store",
        "Magento_Customer::group",
        "Magento_Customer::customer",
        "Magento_Catalog::sets",
        "Magento_Catalog::attributes_attributes",
        "Magento_Catalog::categories",
        "Magento_Catalog::products",
        "Magento_CatalogInventory::cataloginventory",
        "Magento_InventoryApi::source",
        "Magento_InventoryApi::stock",
        "Magento_InventoryApi::stock_source_link",
        "Magento_Sales::sales_invoice",
        "Magento_Sales::shipment",
        "Magento_Sales::sales_creditmemo",
    }
)


@contextmanager
def _shop(workspace: Path, rules: AccessRules | None = None) -> Iterator[SampleMagento]:
    """A sample shop that the settings of the workspace lead to."""
    settings = Settings(access=rules or AccessRules())
    with SampleMagento(with_sales(generated_shop(2), 3), settings=settings) as magento:
        keys = asdict(magento.credentials)
        lines = [f"MAGENTO_{name.upper()}={keys[name]}" for name in NAMES]
        lines += [f"MAGENTO_URL={magento.url}"]
        (workspace / ".env").write_text("\n".join(lines))
        yield magento


def _set(workspace: Path, old: str, new: str) -> None:
    path = workspace / "reconcile.yml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize(("mode", "asked"), [("companion", OF_ORDERS), ("skip", set())])
def test_check_asks_for_orders_that_are_wanted(
    run: Run, workspace: Path, medusa: Shop, mode: str, asked: set[str]
) -> None:
    _set(workspace, "mode: companion", f"mode: {mode}")
    with _shop(workspace):
        findings = json.loads(run("check", "--json").stdout)
    subjects = {one["subject"] for one in findings if one["system"] == "magento"}
    assert subjects & OF_ORDERS == asked
    assert "customers" in subjects


def test_a_permission_that_lacks_is_named(run: Run, workspace: Path, medusa: Shop) -> None:
    with _shop(workspace, AccessRules(permissions=ALL_BUT_ORDERS)):
        checked = run("check")
        taken = run("snapshot", "--only", "magento")
    assert checked.exit_code == 1
    assert "Magento_Sales::actions_view" in checked.output
    assert "System > Integrations" in " ".join(checked.output.split())
    assert taken.exit_code == 0
    said = " ".join(taken.output.split())
    assert "the table orders is not whole" in said
    assert "Magento_Sales::actions_view" in said


def test_carried_passwords_are_named_in_the_snapshot(run: Run, workspace: Path) -> None:
    _set(workspace, "passwords: none", "passwords: carry")
    path = workspace / ".reconcile" / "customer_hashes.sealed"
    sealed_hashes.write(path, [("2", "hash of two")], sealed_hashes.new_key())
    with _shop(workspace):
        assert run("snapshot", "--only", "magento").exit_code == 0
    taken = snapshot.newest(workspace / ".reconcile" / "snapshots", "magento")
    rows = dict(
        taken.scan("customer_passwords").collect().select("customer_id", "seal").iter_rows()
    )
    assert rows == sealed_hashes.seals(path)
