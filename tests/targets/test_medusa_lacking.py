"""What is lost where a shop has no companion, or orders are drafts or skipped."""

from __future__ import annotations

from typing import Any

import pytest
from medusa_fakes import HandMade

from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Severity
from reconcile.settings import OrdersMode, Passwords, PeopleSettings
from reconcile.systems import Lacking
from reconcile.targets import LACKING

SALES = ["order", "invoice", "shipment", "credit_memo"]
WHOLE = {"version": "1.0.0", "protocol": 1, "passwords": True, "numbers": True}


def lacking(
    companion: dict[str, Any] | None,
    mode: OrdersMode,
    *,
    read: OrdersMode | None = None,
    passwords: Passwords = Passwords.NONE,
) -> list[Lacking]:
    tables = HandMade(
        companion=[companion] if companion else [], orders_mode=[{"mode": (read or mode).value}]
    )
    if (read or mode) is OrdersMode.SKIP:
        tables.absent = {"orders", "invoices", "shipments", "credit_memos"}
    people = PeopleSettings(orders=mode, passwords=passwords)
    return list(LACKING["medusa"](tables, people))


def fields(found: list[Lacking], entity: str) -> set[str]:
    return set().union(*(each.fields for each in found if each.entity == entity))


def wholes(found: list[Lacking]) -> list[tuple[str, str, Severity, bool]]:
    return [
        (each.entity, each.code, each.severity, each.per_record) for each in found if each.whole
    ]


def test_a_shop_with_the_companion_lacks_nothing() -> None:
    assert lacking(WHOLE, OrdersMode.COMPANION, passwords=Passwords.CARRY) == []


def test_without_one_customers_are_guests_and_orders_stay_behind() -> None:
    found = lacking(None, OrdersMode.COMPANION)
    assert fields(found, "customer") == {"has_account", "created_at", "login"}
    assert wholes(found) == [(each, "no_companion", Severity.SKIPPED, True) for each in SALES]
    assert all("reconcile companion install" in each.remedy for each in found)


def test_drafts_never_stand_beside_orders_that_were_carried_whole() -> None:
    tables = HandMade(companion=[WHOLE], orders_mode=[{"mode": "draft", "carried": True}])
    found = list(LACKING["medusa"](tables, PeopleSettings(orders=OrdersMode.DRAFT)))
    code = "orders_carried_whole"
    assert wholes(found) == [(each, code, Severity.BLOCKING, False) for each in SALES]


@pytest.mark.parametrize("companion", [WHOLE, None])
def test_drafts_lose_what_a_draft_cannot_hold(companion: dict[str, Any] | None) -> None:
    found = lacking(companion, OrdersMode.DRAFT)
    assert fields(found, "order") == {"status", "created_at", "updated_at", "canceled_at"}
    assert [entity for entity, *_ in wholes(found)] == SALES[1:]


def test_orders_that_are_skipped_are_counted_and_not_listed() -> None:
    found = lacking(WHOLE, OrdersMode.SKIP)
    assert wholes(found) == [(each, "orders_skipped", Severity.SKIPPED, False) for each in SALES]


@pytest.mark.parametrize(
    ("mode", "read"),
    [
        (OrdersMode.COMPANION, OrdersMode.DRAFT),
        (OrdersMode.DRAFT, OrdersMode.COMPANION),
        (OrdersMode.COMPANION, OrdersMode.SKIP),
    ],
)
def test_a_snapshot_taken_for_another_mode_blocks_the_plan(
    mode: OrdersMode, read: OrdersMode
) -> None:
    """Every order would be taken for new."""
    found = lacking(WHOLE, mode, read=read)
    assert {severity for _, _, severity, _ in wholes(found)} == {Severity.BLOCKING}
    assert [entity for entity, *_ in wholes(found)] == SALES


def test_a_snapshot_of_an_older_tool_has_no_orders_either() -> None:
    tables = HandMade()
    tables.absent = {"companion", "orders_mode", "orders"}
    found = list(LACKING["medusa"](tables, PeopleSettings()))
    assert {severity for _, _, severity, _ in wholes(found)} == {Severity.BLOCKING}


@pytest.mark.parametrize("passwords", list(Passwords))
def test_logins_that_do_not_understand_passwords_lose_them(passwords: Passwords) -> None:
    found = lacking(WHOLE | {"passwords": False}, OrdersMode.COMPANION, passwords=passwords)
    assert fields(found, "customer") == ({"login"} if passwords is Passwords.CARRY else set())


def test_a_shop_that_does_not_keep_numbers_gets_no_orders() -> None:
    found = lacking(WHOLE | {"numbers": False}, OrdersMode.COMPANION)
    assert [code for _, code, _, _ in wholes(found)] == ["numbers_not_kept"] * 4


@pytest.mark.parametrize("mode", list(OrdersMode))
@pytest.mark.parametrize("companion", [WHOLE, None])
def test_only_known_fields_are_named(companion: dict[str, Any] | None, mode: OrdersMode) -> None:
    for each in lacking(companion, mode):
        assert each.fields <= ENTITY_BY_NAME[each.entity].by_name.keys()
        assert each.whole == (not each.fields)
        assert each.loss
        assert each.remedy
