"""Records of a recorded shop: what is said of one is what a plan of everything says of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from generated_snapshot import snapshot_of
from inspected_workspace import Workspace, field, medusa_snapshot, workspace
from shared_data import recorded

from reconcile.model import Change, Severity
from reconcile.sandbox.magento.recorded import recorded_shop


@dataclass(frozen=True, slots=True)
class Luma:
    shops: Workspace
    changes: dict[str, Change]
    skipped: dict[str, str]


@pytest.fixture(scope="module")
def luma(tmp_path_factory: pytest.TempPathFactory) -> Luma:
    root = tmp_path_factory.mktemp("luma")
    source = snapshot_of(root / "magento", recorded_shop(recorded("luma")))
    shops = workspace(root / "workspace", source, medusa_snapshot(root / "medusa"))
    plan = shops.plan()
    return Luma(
        shops,
        {str(each.address): each for each in plan.changes},
        {
            str(each.address): each.code
            for each in plan.diagnostics
            if each.severity is Severity.SKIPPED
        },
    )


RECORDS = ["product:MJ04", "product:24-MB01", "variant:MJ04-XS-Black", "category:men/tops-men",
           "order:000000001", "invoice:000000001", "customer_group:Wholesale"]  # fmt: skip


@pytest.mark.parametrize("address", RECORDS)
def test_one_record(luma: Luma, address: str) -> None:
    change = luma.changes[address]
    document = luma.shops.told(address, "--full")
    assert (document["state"], document["change"]["action"]) == ("new", change.action.value)
    told = {part["path"]: part["after"] for part in document["change"]["fields"]}
    assert told == change.after
    for name, after in told.items():
        assert field(document, name)["desired"] == after
    assert document["plan"]["approval"] == "not approved"
    assert document["source"]["records"]


def test_a_customer(luma: Luma) -> None:
    """By an e-mail of the shop's own, as an order needs it."""
    address = min(name for name in luma.changes if name.startswith("customer:"))
    document = luma.shops.told(address.partition(":")[2], "--full")
    assert document["address"] == address
    assert {part["path"]: part["after"] for part in document["change"]["fields"]} == luma.changes[
        address
    ].after
    assert address.partition(":")[2] not in luma.shops.inspect(address).output


def test_children_of_a_configurable(luma: Luma) -> None:
    children = luma.shops.told("MJ04")["children"]
    kinds = Counter(each["address"].partition(":")[0] for each in children)
    mine = [
        name
        for name, change in luma.changes.items()
        if name.startswith("variant:") and change.after["product"] == "MJ04"
    ]
    assert kinds == {"variant": len(mine), "inventory_level": len(mine)}
    assert {each["state"] for each in children} == {"new"}


def test_what_lives_in_an_order(luma: Luma) -> None:
    mine = {
        name
        for name, change in luma.changes.items()
        if change.address.entity in {"invoice", "shipment", "credit_memo"}
        and change.after["order"] == "000000001"
    }
    document = luma.shops.told("order", "1")
    assert {each["address"] for each in document["children"]} == mine


def test_colours_are_told_by_their_labels(luma: Luma) -> None:
    labels = luma.shops.told("MJ04-XS-Black")["source"]["labels"]
    assert labels["color"]["label"] == "Black"
    assert labels["color"]["raw"].isdigit()
