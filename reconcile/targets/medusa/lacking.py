"""What a shop cannot hold of customers and orders, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconcile.model import Severity
from reconcile.settings import OrdersMode, Passwords, PeopleSettings
from reconcile.systems import Lacking, Tables
from reconcile.targets.medusa.protocol import INSTALL

SALES = ("order", "invoice", "shipment", "credit_memo")
INSIDE_ORDERS = SALES[1:]
LOST_IN_DRAFTS: Mapping[str, str] = {
    "status": "its state: a draft order is a draft",
    "created_at": "its date: a draft order is made today",
    "updated_at": "the date of its last change",
    "canceled_at": "the date it was canceled",
}
MODE = "See `orders.mode` in reconcile.yml."
CHOOSE_COMPANION = f"{INSTALL} Then set `orders.mode: companion` in reconcile.yml."
SNAPSHOT = "Take a new snapshot of Medusa with `reconcile snapshot --only medusa`."


def lacking(tables: Tables, people: PeopleSettings) -> Sequence[Lacking]:
    """What is lost of customers and orders in the shop of this snapshot."""
    facts = _only_row(tables, "companion")
    return [*_customers(facts, people), *_orders(tables, facts, people)]


def _only_row(tables: Tables, table: str) -> Mapping[str, Any] | None:
    if not tables.has(table):
        return None
    return next(tables.scan(table).head(1).collect().iter_rows(named=True), None)


def _customers(facts: Mapping[str, Any] | None, people: PeopleSettings) -> Iterator[Lacking]:
    if facts is None:
        yield _field("customer", "has_account", "no_companion", "its account: it becomes a guest")
        yield _field("customer", "created_at", "no_companion", "the date it was made", each=False)
        yield _field("customer", "login", "no_companion", "its way to log in")
    elif people.passwords is Passwords.CARRY and not facts["passwords"]:
        remedy = (
            "Wrap the configuration of the shop in `withReconcile` (medusa-config), restart Medusa "
            "and take a new snapshot; or set `customers.passwords: reset` in reconcile.yml."
        )
        loss = "its password: the logins of this shop do not understand it"
        yield _field("customer", "login", "passwords_not_understood", loss, remedy)


def _orders(
    tables: Tables, facts: Mapping[str, Any] | None, people: PeopleSettings
) -> Iterator[Lacking]:
    taken = _only_row(tables, "orders_mode") or {}
    mode, read = people.orders, taken.get("mode")
    if mode is OrdersMode.SKIP:
        yield from _whole(SALES, "orders_skipped", "`orders.mode` is skip", MODE, each=False)
    elif not tables.has("orders") or (read is not None and read != mode.value):
        loss = f"the snapshot of Medusa was not taken for the orders mode {mode.value}"
        yield from _whole(
            SALES, "snapshot_of_other_mode", loss, SNAPSHOT, Severity.BLOCKING, each=False
        )
    elif mode is OrdersMode.DRAFT and taken.get("carried"):
        loss = "drafts would stand beside the orders that were carried whole before"
        remedy = "Set `orders.mode: companion` (or skip) in reconcile.yml."
        yield from _whole(
            SALES, "orders_carried_whole", loss, remedy, Severity.BLOCKING, each=False
        )
    elif mode is OrdersMode.DRAFT:
        yield from _drafts()
    elif facts is None:
        yield from _whole(SALES, "no_companion", "Medusa has no companion", CHOOSE_COMPANION)
    elif not facts["numbers"]:
        loss = "the orders of this shop do not keep the numbers they are given"
        remedy = "Wrap the configuration of the shop in `withReconcile` and restart Medusa."
        yield from _whole(SALES, "numbers_not_kept", loss, remedy)


def _drafts() -> Iterator[Lacking]:
    for name, loss in LOST_IN_DRAFTS.items():
        yield _field("order", name, "draft_order", loss, CHOOSE_COMPANION, each=False)
    loss = "a draft order can hold none"
    yield from _whole(INSIDE_ORDERS, "draft_order", loss, CHOOSE_COMPANION, each=False)


def _field(
    entity: str, field: str, code: str, loss: str, remedy: str = INSTALL, *, each: bool = True
) -> Lacking:
    return Lacking(
        entity=entity,
        fields=frozenset({field}),
        whole=False,
        severity=Severity.WARNING,
        code=code,
        loss=loss,
        remedy=remedy,
        per_record=each,
    )


def _whole(
    entities: Sequence[str],
    code: str,
    loss: str,
    remedy: str,
    severity: Severity = Severity.SKIPPED,
    *,
    each: bool = True,
) -> Iterator[Lacking]:
    for entity in entities:
        yield Lacking(
            entity=entity,
            fields=frozenset(),
            whole=True,
            severity=severity,
            code=code,
            loss=loss,
            remedy=remedy,
            per_record=each,
        )
