"""The shipped mappings of customers and orders, over a small shop and the recorded one."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from magento_checkout import Bought, Document, Store, order
from people_shop import PeopleShop, luma
from shared_data import recorded

from reconcile.canonical import from_json
from reconcile.mapping.desired import Desired, build
from reconcile.mapping.document import load
from reconcile.mapping.transforms import load_transforms
from reconcile.snapshot import Snapshot
from reconcile.sources.magento_rest.records import CHOICES, records

MAPPINGS = Path(__file__).parents[2] / "mappings/magento"
SHIPPED = load(MAPPINGS, load_transforms(None), CHOICES)
PEOPLE = ("customer_group", "customer", "order", "invoice", "shipment", "credit_memo")
MEDUSA_STATUSES = {"pending", "completed", "canceled", "requires_action", "archived"}
"""Those of OrderStatus; a draft is not an order of the past."""


def desired(snapshot: Snapshot, entity: str) -> Desired:
    chosen = {name: mapping.options for name, mapping in SHIPPED.items()}
    return build(SHIPPED[entity], records(snapshot, entity, chosen))


def made(number: int, **over: Any) -> Document:
    over = {"increment_id": str(number), "entity_id": number} | over
    return order(Store(), [Bought(Decimal(10))]) | over


def orders(tmp_path: Path, *documents: Document) -> Desired:
    return desired(PeopleShop().add("orders", *documents).write(tmp_path), "order")


@pytest.mark.parametrize(
    ("state", "status", "expected"),
    [
        ("new", "pending", "pending"),
        ("new", "my_own_new", "pending"),
        ("pending_payment", "pending_payment", "pending"),
        ("pending_payment", "pending_paypal", "pending"),
        ("processing", "processing", "pending"),
        ("processing", "paypal_canceled_reversal", "pending"),
        ("processing", "shipped_to_moon", "pending"),
        ("payment_review", "payment_review", "requires_action"),
        ("payment_review", "fraud", "requires_action"),
        ("holded", "holded", "requires_action"),
        ("complete", "paypal_reversed", "requires_action"),
        ("complete", "complete", "completed"),
        ("complete", "delivered", "completed"),
        ("closed", "closed", "completed"),
        ("canceled", "canceled", "canceled"),
        ("canceled", "no_stock", "canceled"),
        ("complete", None, "completed"),
    ],
)
def test_statuses(tmp_path: Path, state: str, status: str | None, expected: str) -> None:
    """Custom statuses go by their state."""
    found = orders(tmp_path, made(1, state=state, status=status))
    assert found.frame["status"].to_list() == [expected]
    assert found.diagnostics == ()
    said = None if status is None else f'"{status}"'
    assert found.frame["metadata.magento_status"].to_list() == [said]


def test_a_state_nobody_knows_is_named(tmp_path: Path) -> None:
    found = orders(tmp_path, made(1, state="odd", status="strange"), made(2))
    assert found.frame["key"].to_list() == ["2"]
    assert "missing_required" in [each.code for each in found.diagnostics]


@pytest.mark.parametrize("name", ["order_status", "order_state"])
def test_every_word_becomes_one_of_medusas(name: str) -> None:
    with (MAPPINGS / "values" / f"{name}.csv").open() as file:
        targets = {row["target"] for row in csv.DictReader(file)}
    assert targets <= MEDUSA_STATUSES


def test_orders_without_number_or_date_are_named(tmp_path: Path) -> None:
    bad = [made(1, increment_id=None), made(2, created_at="0000-00-00 00:00:00"), made(3)]
    found = orders(tmp_path, *bad)
    assert found.frame["key"].to_list() == ["3"]
    assert [(each.code, str(each.address)) for each in found.diagnostics] == [
        ("missing_key", "order:magento:order/1"),
        ("missing_required", "order:2"),
    ]
    assert found.lost["key"].to_list() == ["magento:order/1", "2"]


def test_the_newsletter_group_is_a_choice(tmp_path: Path) -> None:
    chosen = {name: mapping.options for name, mapping in SHIPPED.items()}
    assert chosen["customer"]["newsletter"] == "metadata"
    chosen["customer"] = {**chosen["customer"], "newsletter": "group"}
    snapshot = PeopleShop().write(tmp_path)
    groups = build(SHIPPED["customer_group"], records(snapshot, "customer_group", chosen))
    assert "Newsletter" in groups.frame["name"].to_list()


def test_without_a_setting_there_is_no_login(tmp_path: Path) -> None:
    person = {"id": 1, "email": "ann@example.com", "created_at": "2026-01-01 00:00:00"}
    found = desired(PeopleShop().add("customers", person).write(tmp_path), "customer")
    assert found.frame["login"].to_list() == [None]


@pytest.fixture(scope="module")
def recorded_shop(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Desired]:
    snapshot = luma(recorded("luma")).write(tmp_path_factory.mktemp("luma"))
    return {entity: desired(snapshot, entity) for entity in PEOPLE}


def test_everybody_and_everything_recorded_is_mapped(
    recorded_shop: Mapping[str, Desired],
) -> None:
    heights = {name: found.frame.height for name, found in recorded_shop.items()}
    assert [heights[name] for name in PEOPLE[1:]] == [151, 260, 225, 147, 31]
    assert not [each for found in recorded_shop.values() for each in found.diagnostics]
    assert {name: dict(found.unread) for name, found in recorded_shop.items()} == {
        name: {} for name in PEOPLE
    }


def test_statuses_recorded(recorded_shop: Mapping[str, Desired]) -> None:
    statuses = recorded_shop["order"].frame["status"].value_counts()
    assert dict(statuses.iter_rows()) == {
        "pending": 99,
        "requires_action": 10,
        "completed": 133,
        "canceled": 18,
    }
    canceled = recorded_shop["order"].frame.filter(pl.col("canceled_at").is_not_null())
    assert canceled["status"].unique().to_list() == ["canceled"]
    assert canceled.height == 18


@pytest.mark.parametrize("entity", PEOPLE[1:])
def test_metadata_says_something_or_nothing(
    recorded_shop: Mapping[str, Desired], entity: str
) -> None:
    """Targets do not tell null and empty apart."""
    frame = recorded_shop[entity].frame
    for name in frame.columns:
        if name.startswith("metadata."):
            values = [from_json(text) for text in frame[name].drop_nulls()]
            assert not [value for value in values if value in (None, "", [], {})], name


@pytest.mark.parametrize("entity", PEOPLE[1:])
def test_every_reference_leads_somewhere(recorded_shop: Mapping[str, Desired], entity: str) -> None:
    frame = recorded_shop[entity].frame
    for name, other in (("order", "order"), ("customer", "customer")):
        if name in frame.columns:
            known = set(recorded_shop[other].frame["source_id"])
            assert set(frame[name].drop_nulls()) <= known
