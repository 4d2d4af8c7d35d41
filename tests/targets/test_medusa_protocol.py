"""The companion is asked once, understood or refused by name, and read by keyset."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from medusa_fakes import FakeSession, Kept, Silence
from scripted_server import Asked, Reply, ScriptedServer

from reconcile import __version__
from reconcile.errors import BadAnswer, RequestRefused, SystemFault, Unreachable
from reconcile.http import Session
from reconcile.model import Json
from reconcile.settings import ApiKey, MedusaSettings, OrdersMode, PeopleSettings, Secret
from reconcile.targets.medusa import Medusa
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.protocol import Companion, Facts
from reconcile.targets.medusa.pull_people import people_tasks
from reconcile.targets.medusa.tables.sales import SALES

SAID = {"version": "1.0.0", "protocol": 1, "medusa": "2.21.2", "passwords": True, "numbers": True}
FACTS = Facts("1.0.0", 1, "2.21.2", passwords=True, numbers=True)


def companion(answers: Callable[..., Json]) -> tuple[Companion, FakeSession]:
    session = FakeSession(answers)
    return Companion(cast("Session", session)), session


def test_it_is_asked_once() -> None:
    there, session = companion(lambda *_: {"companion": SAID})
    assert (there.facts(), there.facts()) == (FACTS, FACTS)
    assert [(method, path) for method, path, _, _ in session.requests] == [
        ("GET", "/admin/reconcile")
    ]


@pytest.mark.parametrize("fault", [RequestRefused("none", status=404), BadAnswer("", status=404)])
def test_a_shop_without_one_answers_404(fault: SystemFault) -> None:
    def answers(*_: Any) -> Json:
        raise fault

    absent, session = companion(answers)
    assert (absent.facts(), absent.facts()) == (None, None)
    assert len(session.requests) == 1


@pytest.mark.parametrize(
    "fault", [RequestRefused("no", status=500), BadAnswer("no", status=200), Unreachable("no")]
)
def test_what_is_no_answer_is_not_taken_for_none(fault: SystemFault) -> None:
    def answers(*_: Any) -> Json:
        raise fault

    with pytest.raises(type(fault)):
        companion(answers)[0].facts()


@pytest.mark.parametrize(
    "body", [None, [], {}, {"companion": []}, {"companion": {"protocol": "1"}}]
)
def test_something_else_is_no_companion(body: Json) -> None:
    with pytest.raises(BadAnswer, match="something else than its companion"):
        companion(lambda *_: body)[0].facts()


def test_another_protocol_is_named_with_both_versions() -> None:
    with pytest.raises(BadAnswer) as raised:
        companion(lambda *_: {"companion": {**SAID, "version": "3.0.1", "protocol": 3}})[0].facts()
    assert "version 3.0.1 and speaks protocol 3" in raised.value.message
    assert f"reconcile {__version__} speaks protocol 1" in raised.value.message
    assert "reconcile companion install" in raised.value.remedy


def test_every_request_says_its_protocol_and_a_refusal_names_both() -> None:
    refusal = {"type": "reconcile_protocol", "message": "m", "protocol": 2, "version": "2.5.0"}

    def script(asked: Asked, _: int) -> Reply:
        assert asked.headers["x-reconcile-protocol"] == "1"
        return Reply(status=409, body=json.dumps(refusal).encode())

    with ScriptedServer(script) as server:
        target = Medusa(MedusaSettings(server.url, ApiKey(Secret("sk_x"))))
        for ask in (
            lambda: list(target._companion.pages("orders")),
            lambda: list(target._companion.find("orders", "number", ["1"])),
            lambda: target._companion.post("orders", [{}]),
        ):
            with pytest.raises(BadAnswer, match=r"version 2\.5\.0 and speaks protocol 2"):
                ask()
        target.close()


class Shelf:
    """Records by keyset; each request may see the shelf changed."""

    def __init__(self, noun: str, *states: str) -> None:
        self._noun, self._states = noun, list(states)

    def __call__(self, method: str, path: str, query: Any, body: Json) -> Json:
        state = self._states[0] if len(self._states) == 1 else self._states.pop(0)
        asked = dict(query)
        left = [each for each in state if each > asked.get("after", "")]
        records = [{"id": each} for each in left[: int(asked["limit"])]]
        return {self._noun: records, "count": len(state), "limit": int(asked["limit"])}


def read(shelf: Shelf, limit: int = 2) -> tuple[str, int]:
    pages = list(companion(shelf)[0].pages("orders", limit))
    return "".join(record["id"] for page in pages for record in page.records), pages[-1].count


@pytest.mark.parametrize("state", ["", "a", "ab", "abc", "abcdefg"])
def test_every_record_comes_once(state: str) -> None:
    assert read(Shelf("orders", state)) == (state, len(state))


def test_records_that_come_or_go_meanwhile_move_no_others() -> None:
    assert read(Shelf("orders", "abcd", "cde", "cdef")) == ("abcdef", 4)


def test_a_listing_that_does_not_go_on_ends() -> None:
    def answers(*_: Any) -> Json:
        return {"orders": [{"id": "a"}], "count": 9}

    with pytest.raises(BadAnswer):
        list(companion(answers)[0].pages("orders"))


@pytest.mark.parametrize("body", [None, {}, {"orders": None}, {"orders": []}, {"orders": [{}] * 2}])
def test_a_write_is_answered_record_by_record(body: Json) -> None:
    with pytest.raises(BadAnswer, match="admin/reconcile/orders"):
        companion(lambda *_: body)[0].post("orders", [{"number": "1"}])


def asked_for(values: list[str]) -> Iterator[tuple[str, str]]:
    there, session = companion(lambda *_: {"customers": [], "count": 0})
    assert list(there.find("customers", "email", values, "summary")) == []
    return (pair for _, _, query, _ in session.requests for pair in query)


def test_look_ups_are_cut_to_fit() -> None:
    emails = [f"somebody{number}@example.com" for number in range(450)]
    asked = list(asked_for(emails))
    assert sorted(value for name, value in asked if name == "email[]") == sorted(emails)
    assert asked.count(("fields", "summary")) == 3


ORDER = {
    "id": "order_1",
    "number": "100",
    "display_id": 7,
    "currency_code": "usd",
    "touched": True,
    "carried_digest": "1:0123",
    "metadata": {"source_id": "magento:order/1"},
    "totals": {"total": "5"},
    "payments": [
        {"id": "pay_1", "metadata": {"source_id": "magento:invoice/1", "reconcile_number": "I1"}},
        {"id": "pay_2", "metadata": None},
    ],
    "fulfillments": [{"id": "ful_1", "metadata": {"source_id": "magento:shipment/1"}}],
    "credit_lines": [
        {"id": "cl_1", "reference": "adjustment", "metadata": {"source_id": "odd"}},
        {"id": "cl_2", "amount": "3", "metadata": {"source_id": "magento:creditmemo/1"}},
    ],
}
DRAFT = {**ORDER, "id": "order_2", "is_draft_order": True}
MEMBERS = {"id": "g1", "customers": [{"id": "c1"}, {"id": "c2"}]}
GUEST = {"id": "c1", "email": "a@b.c", "has_account": False, "addresses": [{"id": "a1"}]}
PEOPLE = {
    "/admin/reconcile": {"companion": SAID},
    "/admin/reconcile/customers": {"customers": [{**GUEST, "groups": ["g2"]}], "count": 1},
    "/admin/reconcile/orders": {"orders": [ORDER, DRAFT], "count": 2},
    "/admin/customers": {"customers": [GUEST], "count": 1},
    "/admin/customer-groups": {"customer_groups": [MEMBERS], "count": 1},
    "/admin/draft-orders": {
        "draft_orders": [{"id": "order_3", "total": 5, "metadata": {"reconcile_number": "100"}}],
        "count": 1,
    },
}


def pulled(mode: OrdersMode, *, with_companion: bool) -> Kept:
    def answers(_method: str, path: str, query: Any, _body: Json) -> Json:
        if path == "/admin/reconcile" and not with_companion:
            raise RequestRefused("none", status=404)
        answer = PEOPLE[path]
        empty = {name: [] if isinstance(part, list) else part for name, part in answer.items()}
        return empty if "after" in dict(query) else answer

    session = cast("Session", FakeSession(answers))
    sink = Kept()
    tasks = people_tasks(MedusaClient(session), Companion(session), mode, sink, Silence())
    for task in tasks:
        task()
    return sink


def ids(sink: Kept) -> dict[str, list[str]]:
    return {table: [row["id"] for row in rows if "id" in row] for table, rows in sink.rows.items()}


def test_with_a_companion_everything_is_read() -> None:
    sink = pulled(OrdersMode.COMPANION, with_companion=True)
    assert ids(sink) == {
        "companion": [],
        "orders_mode": [],
        "customers": ["c1"],
        "orders": ["order_1"],
        "invoices": ["pay_1"],
        "shipments": ["ful_1"],
        "credit_memos": ["cl_2"],
    }
    assert sink.rows["companion"] == [SAID]
    assert sink.rows["orders_mode"] == [{"mode": "companion", "carried": False}]
    assert sink.rows["customers"][0]["groups"] == '["g2"]'
    (invoice,) = sink.rows["invoices"]
    assert (invoice["order_id"], invoice["number"], invoice["touched"]) == ("order_1", "I1", True)
    assert sink.rows["credit_memos"][0]["currency_code"] == "usd"
    assert sink.ends["orders"] == (2, 2, "")


def test_without_one_customers_and_their_groups_come_from_the_admin_api() -> None:
    sink = pulled(OrdersMode.COMPANION, with_companion=False)
    assert sink.rows["companion"] == []
    assert [row["groups"] for row in sink.rows["customers"]] == ['["g1"]']
    assert {table.name: sink.ends[table.name] for table in SALES} == {
        table.name: (0, 0, "") for table in SALES
    }


@pytest.mark.parametrize("with_companion", [True, False])
def test_drafts_stand_in_for_orders(with_companion: bool) -> None:
    sink = pulled(OrdersMode.DRAFT, with_companion=with_companion)
    (order,) = sink.rows["orders"]
    assert (order["id"], order["number"], order["is_draft"]) == ("order_3", "100", True)
    assert sink.rows["invoices"] == []
    assert sink.rows["orders_mode"] == [{"mode": "draft", "carried": with_companion}]


def test_orders_that_are_skipped_are_not_asked_for() -> None:
    sink = pulled(OrdersMode.SKIP, with_companion=True)
    assert sink.rows.keys() == {"companion", "orders_mode", "customers"}


def test_another_protocol_ends_a_snapshot_before_anything_is_read() -> None:
    other = {"companion": {**SAID, "protocol": 2}}

    def script(_asked: Asked, _: int) -> Reply:
        return Reply(body=json.dumps(other).encode())

    with ScriptedServer(script) as server:
        target = Medusa(MedusaSettings(server.url, ApiKey(Secret("sk_x"))), PeopleSettings())
        with pytest.raises(BadAnswer, match="speaks protocol 2"):
            target.pull(Kept(), Silence())
        assert [asked.path for asked in server.asked] == ["/admin/reconcile"]
        target.close()
