"""What moved on the target under a change is left as it is; everything else is written."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fake_shop import FakePhase, FakeShop, create
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_samples import run

from reconcile.apply.look_ahead import BELIEVED, LookAhead
from reconcile.apply.own_traces import marks, moved
from reconcile.apply.stale import Held, judge
from reconcile.errors import AnswerLost, RequestRefused, Unreachable
from reconcile.journal import read
from reconcile.model import Action, Address, Change, FieldChange, Json, Outcome, Status
from reconcile.systems import UNTOUCHABLE, BatchLimits, Unit

IDS = {"category:men": "c1", "category:new": "c2", "product:p": "id(product:p)"}


def update(address: str, refs: Mapping[str, str | None] | None = None, **fields: Any) -> Change:
    """An update; each field is its value before and after. `__` in a name stands for a dot."""
    where = Address.parse(address)
    parts = tuple(FieldChange(name.replace("__", "."), *sides) for name, sides in fields.items())
    return Change(where, Action.UPDATE, parts, target_id=f"id({address})", refs=refs or {})


TITLE = update("product:p", title=("a", "b"))
USD = {"currency_code": "usd", "min_quantity": None, "max_quantity": None}


def price(amount: str, **parts: Json) -> Json:
    return {**USD, "amount": amount, **parts}


CASES: list[tuple[str, Change, Mapping[str, Json] | None, Held, Held]] = [
    # what is there, and what it is to a change that is new and to one that was sent before
    ("as planned", TITLE, {"title": "a"}, Held.AS_BEFORE, Held.AS_BEFORE),
    ("as wanted", TITLE, {"title": "b"}, Held.AS_AFTER, Held.AS_AFTER),
    ("edited", TITLE, {"title": "c"}, Held.MOVED, Held.MOVED),
    ("cleared", TITLE, {"title": None}, Held.MOVED, Held.MOVED),
    ("gone", TITLE, None, Held.MOVED, Held.MOVED),
    ("touched", TITLE, {"title": "a", UNTOUCHABLE: True}, Held.MOVED, Held.MOVED),
    (
        "one field as wanted",
        update("product:p", title=("a", "b"), material=("x", "y")),
        {"title": "b", "material": "x"},
        Held.AS_BEFORE,
        Held.AS_BEFORE,
    ),
    (
        "one field edited",
        update("product:p", title=("a", "b"), material=("x", "y")),
        {"title": "b", "material": "z"},
        Held.MOVED,
        Held.MOVED,
    ),
    (
        "a place among siblings tells nothing",
        update("category:men", rank=(1, 2)),
        {},
        Held.AS_BEFORE,
        Held.AS_BEFORE,
    ),
    (
        "a weight in other digits",
        update("product:p", weight=("0.1", "2")),
        {"weight": "0.10000000149011612"},
        Held.AS_BEFORE,
        Held.AS_BEFORE,
    ),
    (
        "a weight moved",
        update("product:p", weight=("0.1", "2")),
        {"weight": "0.11"},
        Held.MOVED,
        Held.MOVED,
    ),
    (
        "more values of an option",
        update("product:p", options=([{"title": "C", "values": ["r"]}], [])),
        {"options": '[{"title":"C","values":["g","r"]}]'},
        Held.AS_BEFORE,
        Held.AS_BEFORE,
    ),
    (
        "an option renamed by half",
        update(
            "product:p",
            options=([{"title": "C", "values": ["r"]}], [{"title": "D", "values": ["g"]}]),
        ),
        {"options": '[{"title":"D","values":["r"]}]'},
        Held.MOVED,
        Held.AS_BEFORE,
    ),
    (
        "members by their ids",
        update("product:p", categories=(["men"], ["men", "new"])),
        {"categories": '["c1"]'},
        Held.AS_BEFORE,
        Held.AS_BEFORE,
    ),
    (
        "another member",
        update("product:p", categories=(["men"], ["men", "new"])),
        {"categories": '["c1","c9"]'},
        Held.MOVED,
        Held.MOVED,
    ),
    (
        "a member nobody knows the name of",
        update("product:p", categories=(["~id:c9"], [])),
        {"categories": '["c9"]'},
        Held.AS_BEFORE,
        Held.AS_BEFORE,
    ),
    (
        "one of two prices written",
        update(
            "variant:v",
            prices=(
                [price("1"), price("2", currency_code="eur")],
                [price("3"), price("4", currency_code="eur")],
            ),
        ),
        {"prices": '[{"amount":"3","currency_code":"usd"},{"amount":"2","currency_code":"eur"}]'},
        Held.MOVED,
        Held.AS_BEFORE,
    ),
    (
        "one of two prices edited",
        update(
            "variant:v",
            prices=(
                [price("1"), price("2", currency_code="eur")],
                [price("3"), price("4", currency_code="eur")],
            ),
        ),
        {"prices": '[{"amount":"3","currency_code":"usd"},{"amount":"9","currency_code":"eur"}]'},
        Held.MOVED,
        Held.MOVED,
    ),
    (
        "metadata",
        update("product:p", metadata__a=({"x": "1.5"}, None)),
        {"metadata.a": '{"x":"1.5"}'},
        Held.AS_BEFORE,
        Held.AS_BEFORE,
    ),
    (
        "a record to be deleted, gone",
        replace(update("product:p", title=("a", None)), action=Action.DELETE),
        None,
        Held.AS_AFTER,
        Held.AS_AFTER,
    ),
    (
        "a record to be deleted, edited",
        replace(update("product:p", title=("a", None)), action=Action.DELETE),
        {"title": None},
        Held.MOVED,
        Held.MOVED,
    ),
]


@pytest.mark.parametrize(
    ("change", "found", "fresh", "sent"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_is_there_is_judged(
    change: Change, found: Mapping[str, Json] | None, fresh: Held, sent: Held
) -> None:
    assert judge(change, found, IDS.__getitem__, sent=False).held is fresh
    assert judge(change, found, IDS.__getitem__, sent=True).held is sent


WORDS: list[tuple[Change, Mapping[str, Json] | None, str]] = [
    (TITLE, {"title": "c"}, 'title is "c", not "a"'),
    (TITLE, {"title": None}, 'title is nothing, not "a"'),
    (TITLE, None, "it is not there any more"),
    (
        update("variant:v", prices=([price("1")], [price("3")])),
        {"prices": '[{"amount":"2","currency_code":"usd"}]'},
        'prices.usd is "2", not "1"',
    ),
    (
        update("product:p", {"category:men": "c1"}, categories=(["men"], [])),
        {"categories": '["c8"]'},
        "categories now has c8, has no longer men",
    ),
    (
        update("customer:ann@example.com", first_name=("Ann", "Anna"), metadata__vip=(None, "1")),
        {"first_name": "Zoe", "metadata.vip": '"2"'},
        "first_name is another; metadata.vip is another",
    ),
]


@pytest.mark.parametrize(("change", "found", "words"), WORDS)
def test_what_moved_is_said_without_personal_data(
    change: Change, found: Mapping[str, Json] | None, words: str
) -> None:
    assert judge(change, found, IDS.__getitem__, sent=False).words == words


def test_what_a_plan_moves_itself_is_nobody_elses_doing() -> None:
    order = update("order:1", totals=({"paid": "0"}, {"paid": "1"}))
    invoice = create("invoice:7")
    inside = replace(invoice, refs={"order:1": "id(order:1)"})
    assert moved(order, set(marks(inside))) == {"totals"}
    assert moved(order, set(marks(replace(invoice, refs={"order:2": "x"})))) == set()
    product = update("product:p", options=([], []))
    variant = update("variant:v", {"product:p": "id(product:p)"}, options=({}, {}))
    assert moved(variant, set(marks(product))) == {"options"}
    assert moved(variant, set(marks(TITLE))) == set()


def outcomes(folder: Path) -> dict[str, Outcome]:
    return read(folder / "journal.ndjson").outcomes


def statuses(folder: Path) -> dict[str, str]:
    return {address: each.status.value for address, each in outcomes(folder).items()}


def test_a_stale_record_is_left_alone_and_the_rest_goes_on(tmp_path: Path) -> None:
    changes = [update(f"product:{name}", title=("a", "b")) for name in "pqrs"]
    shop = FakeShop(gone={"product:r"})
    shop.values["product:q"] = {"title": "by hand"}
    report = run(changes, shop, tmp_path)
    assert report.counts == {"applied": 2, "stale": 2, "open": 0}
    assert not report.whole
    assert shop.values["product:q"] == {"title": "by hand"}
    found = outcomes(tmp_path)
    assert found["product:q"].error == 'title is "by hand", not "a"'
    assert (found["product:q"].attempts, found["product:q"].target_id) == (0, "id(product:q)")
    assert shop.sent("update products") == [("product:p", "product:s")]
    assert shop.looked_at == [tuple(str(change.address) for change in changes)]


def test_a_stale_record_is_looked_at_again_by_the_next_run(tmp_path: Path) -> None:
    shop = FakeShop()
    shop.values["product:p"] = {"title": "by hand"}
    assert run([TITLE], shop, tmp_path).counts == {"stale": 1, "open": 0}
    shop.values["product:p"] = {"title": "a"}
    assert run([TITLE], shop, tmp_path).whole
    assert shop.values["product:p"] == {"title": "b"}


def test_what_is_as_wanted_is_not_written(tmp_path: Path) -> None:
    shop = FakeShop()
    shop.values["product:p"] = {"title": "b"}
    assert run([TITLE], shop, tmp_path).whole
    assert shop.requests == []
    assert outcomes(tmp_path)["product:p"].attempts == 0


def test_what_stands_where_a_record_would_be_made_keeps_it_away(tmp_path: Path) -> None:
    shop = FakeShop(others={"variant:shirt-s"})
    changes = [
        create("product:shirt"),
        create("variant:shirt-s", "product:shirt"),
        create("variant:shirt-m", "product:shirt"),
        create("inventory_level:shirt-s@main", "variant:shirt-s"),
    ]
    run(changes, shop, tmp_path)
    assert statuses(tmp_path) == {
        "product:shirt": "applied",
        "variant:shirt-s": "stale",
        "variant:shirt-m": "applied",
        "inventory_level:shirt-s@main": "skipped",
    }
    found = outcomes(tmp_path)
    assert found["variant:shirt-s"].error == "is there already as id(variant:shirt-s)"
    assert found["inventory_level:shirt-s@main"].error == "needs variant:shirt-s, which is stale"


def test_members_of_a_stale_lead_are_skipped(tmp_path: Path) -> None:
    shop = FakeShop(others={"product:shirt"})
    run([create("product:shirt"), create("variant:shirt-s", "product:shirt")], shop, tmp_path)
    assert statuses(tmp_path) == {"product:shirt": "stale", "variant:shirt-s": "skipped"}
    assert not shop.requests


class OrderChange(FakePhase):
    """An order's change with what is new in it."""

    name, entity, action = "update orders", "order", Action.UPDATE

    def units(self, changes: Sequence[Change]) -> list[Unit]:
        inside = [change for change in changes if change.address.entity == "invoice"]
        return [Unit(lead, tuple(inside)) for lead in self.mine(changes)]


class Single(FakePhase):
    name, entity = "write invoices one by one", "invoice"


@pytest.mark.parametrize(
    ("status", "of_order", "sent"),
    [
        ("open", "applied", [("order:1", "invoice:7")]),
        ("done", "applied", [("order:1", "invoice:7")]),
        ("by hand", "stale", [("invoice:7",)]),
    ],
)
def test_what_is_new_in_an_order_does_not_need_the_change_of_the_order(
    tmp_path: Path, status: str, of_order: str, sent: list[tuple[str, ...]]
) -> None:
    shop = FakeShop()
    shop.phases = [OrderChange(shop), Single(shop)]
    shop.values["order:1"] = {"status": status}
    order = update("order:1", status=("open", "done"))
    invoice = replace(create("invoice:7"), refs={"order:1": "id(order:1)"})
    run([order, invoice], shop, tmp_path)
    assert statuses(tmp_path) == {"order:1": of_order, "invoice:7": "applied"}
    assert [addresses for _, addresses in shop.requests] == sent


def test_a_word_that_is_there_already_is_as_good_as_ours(tmp_path: Path) -> None:
    """A tag is nothing but its value: whoever made it, products may bear it."""
    shop = FakeShop(others={"product_tag:new"})

    class TagCreate(FakePhase):
        name, entity = "create tags", "product_tag"

    shop.phases = [TagCreate(shop), *shop.phases]
    tag, product = create("product_tag:new"), create("product:shirt", "product_tag:new")
    assert run([tag, product], shop, tmp_path).whole
    assert shop.sent("create tags") == []


def test_what_lies_in_a_record_yet_to_be_made_is_not_looked_for(tmp_path: Path) -> None:
    asked: list[str] = []

    class Asked(FakeShop):
        def taken(self, changes: Sequence[Change]) -> Mapping[Address, str]:
            asked.extend(str(change.address) for change in changes)
            return super().taken(changes)

    level = replace(create("inventory_level:v@main", "variant:v"), action=Action.CREATE)
    shop = Asked()

    class LevelCreate(FakePhase):
        name, entity = "create levels", "inventory_level"

    shop.phases = [*shop.phases, LevelCreate(shop)]
    changes = [create("product:p"), create("variant:v", "product:p"), level]
    assert run(changes, shop, tmp_path).whole
    assert asked == ["product:p", "variant:v"]


class Counting(FakeShop):
    """Notes what it was asked for by `taken`."""

    def taken(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        self.asked = [*getattr(self, "asked", ()), len(changes)]
        return super().taken(changes)


def test_records_that_are_sent_one_by_one_are_looked_for_together(tmp_path: Path) -> None:
    shop = Counting(limits=BatchLimits(units=1, concurrency=2), others={"category:7"})
    report = run([create(f"category:{number}") for number in range(9)], shop, tmp_path)
    assert report.counts == {"applied": 8, "stale": 1, "open": 0}
    assert shop.asked == [9]


def test_an_answer_that_is_too_old_is_asked_for_again() -> None:
    shop, now = Counting(limits=BatchLimits(units=1)), [0.0]
    changes = [create("category:a"), create("category:b")]
    ahead = LookAhead(shop, lambda: now[0])
    ahead.expect(shop.phases[0], [Unit(change) for change in changes])
    assert ahead.taken(changes[:1]) == {}
    shop.others = {"category:b"}
    now[0] = BELIEVED
    assert ahead.taken(changes[1:]) == {}
    now[0] = BELIEVED + 1
    assert ahead.taken(changes[1:]) == {changes[1].address: "id(category:b)"}
    assert shop.asked == [2, 1]


@pytest.mark.parametrize(
    ("there", "status", "sent"),
    [("b", "applied", 0), ("a", "applied", 1), ("by hand", "stale", 0)],
)
def test_an_update_in_doubt_is_settled_by_what_is_there(
    tmp_path: Path, there: str, status: str, sent: int
) -> None:
    """A killed run sent it, nobody knows whether it was written."""
    died = FakeShop(before=lambda phase, units: Unreachable("down"))
    assert run([TITLE], died, tmp_path).stopped
    shop = FakeShop()
    shop.values["product:p"] = {"title": there}
    run([TITLE], shop, tmp_path)
    assert statuses(tmp_path) == {"product:p": status}
    assert len(shop.requests) == sent


def options(title: str, value: str) -> Json:
    return [{"title": title, "values": [value]}]


def test_what_was_written_by_half_is_finished(tmp_path: Path) -> None:
    """A refusal in the second of two requests, in a run that came to its end: the option has its
    new title and lacks its value. To others it would be neither what was nor what is wanted."""
    renamed = update("product:p", options=(options("C", "r"), options("D", "g")))
    refused = FakeShop(before=lambda phase, units: RequestRefused("no", status=400))
    run([renamed], refused, tmp_path)
    assert statuses(tmp_path) == {"product:p": "failed"}
    shop = FakeShop()
    shop.values["product:p"] = {"options": options("D", "r")}
    assert run([renamed], shop, tmp_path).whole
    elsewhere = tmp_path / "never sent"
    elsewhere.mkdir()
    shop.values["product:p"] = {"options": options("D", "r")}
    assert run([renamed], shop, elsewhere).counts == {"stale": 1, "open": 0}


def test_after_a_lost_answer_it_is_looked_again(tmp_path: Path) -> None:
    """Written, but the answer was lost: found as wanted, it is not sent a second time."""
    first = iter([AnswerLost("lost")])
    shop = FakeShop(after=lambda phase, units: next(first, None))
    assert run([TITLE], shop, tmp_path).whole
    assert len(shop.requests) == 1
    assert outcomes(tmp_path)["product:p"].attempts == 1


def test_what_cannot_be_read_is_not_written(tmp_path: Path) -> None:
    shop = FakeShop(present_fault=lambda: RequestRefused("odd", status=400))
    run([TITLE, create("category:c")], shop, tmp_path)
    assert statuses(tmp_path) == {"product:p": "failed", "category:c": "applied"}
    assert "could not be read: odd" in outcomes(tmp_path)["product:p"].error
    down = FakeShop(present_fault=lambda: Unreachable("down"))
    assert run([TITLE], down, tmp_path).stopped
    assert down.requests == []


FIELDS = ("title", "subtitle", "material")


@dataclass(frozen=True)
class Edit:
    """What somebody did to a record between plan and apply, and whether that makes it stale."""

    name: str
    stale: bool
    do: Callable[[FakeShop, Change], None]


def _hand(shop: FakeShop, change: Change) -> None:
    shop.values[str(change.address)][change.paths[0]] = "by hand"


def _other(shop: FakeShop, change: Change) -> None:
    shop.values[str(change.address)]["handle"] = "by hand"


def _same(shop: FakeShop, change: Change) -> None:
    shop.values[str(change.address)][change.paths[0]] = change.after[change.paths[0]]


EDITS = [
    Edit("nothing", False, lambda shop, change: None),
    Edit("nothing", False, lambda shop, change: None),
    Edit("a field of ours", True, _hand),
    Edit("another field", False, _other),
    Edit("the same", False, _same),
    Edit("deleted", True, lambda shop, change: shop.gone.add(str(change.address))),
]


@st.composite
def edited_catalogues(draw: st.DrawFn) -> list[tuple[Change, Edit]]:
    work = []
    for number in range(draw(st.integers(1, 9))):
        names = draw(st.sets(st.sampled_from(FIELDS), min_size=1))
        fields = {name: (f"{name} old", f"{name} new") for name in sorted(names)}
        work.append((update(f"product:{number}", **fields), draw(st.sampled_from(EDITS))))
    return work


def half(phase: FakePhase, units: Sequence[Unit]) -> Exception:
    """The first field of each change is written, then the connection breaks."""
    for unit in units:
        path = unit.lead.paths[0]
        phase.shop.values[str(unit.lead.address)][path] = unit.lead.after[path]
    return AnswerLost("by half")


class Faults:
    """The fault of each request in turn; none once the script is over."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = iter(names)

    def __call__(self, phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        name = next(self._names, "")
        if name == "half":
            return half(phase, units)
        return {"lost": AnswerLost("lost"), "crash": RequestRefused("crash", status=500)}.get(name)


NAMES = st.lists(st.sampled_from(["", "", "lost", "crash", "half"]), max_size=12)


@settings(max_examples=150, deadline=None)
@given(work=edited_catalogues(), before=NAMES, after=NAMES, units=st.integers(1, 5))
def test_exactly_what_others_edited_is_stale(
    work: list[tuple[Change, Edit]], before: list[str], after: list[str], units: int
) -> None:
    shop = FakeShop(limits=BatchLimits(units=units, concurrency=2))
    shop.before, shop.after = Faults(before), Faults([name for name in after if name != "half"])
    changes = [change for change, _ in work]
    for change, edit in work:
        shop.values[str(change.address)] = dict(change.before)
        edit.do(shop, change)
    edited = {address: dict(values) for address, values in shop.values.items()}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(30):
            if run(changes, shop, Path(folder)).counts.keys() <= {"applied", "stale", "open"}:
                break
        found = outcomes(Path(folder))
    stale = {address for address, each in found.items() if each.status is Status.STALE}
    assert stale == {str(change.address) for change, edit in work if edit.stale}
    for change, edit in work:
        address = str(change.address)
        wanted = edited[address] if edit.stale else {**edited[address], **change.after}
        assert shop.values[address] == wanted
