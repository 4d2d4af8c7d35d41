"""Records that could not be carried: how they are kept, what comes in, what may leave."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people_shop import PeopleShop
from small_shop import SmallShop, product, shop_of

from reconcile.errors import PlanError
from reconcile.journal import History
from reconcile.model import (
    Action,
    Address,
    Change,
    Diagnostic,
    FieldChange,
    Json,
    Outcome,
    Severity,
    Status,
)
from reconcile.plan.document import Plan, PlanHeader, SnapshotFacts
from reconcile.quarantine import (
    Chosen,
    Document,
    Entry,
    Moved,
    Quarantine,
    SourceRecords,
    Stage,
    applied,
    planned,
)
from reconcile.quarantine.document import document_of, text_of
from reconcile.sources import SOURCES
from reconcile.sources.magento_rest import records

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
MANY = 10_000
A, B = Address("product", "A"), Address("product", "B")
NOTHING = SourceRecords()


def entry(address: Address, **over: object) -> Entry:
    plain = Entry(
        address=address,
        code="missing_required",
        stage=Stage.PLAN,
        error="It has no title.",
        remedy="Give it one.",
        plan="20261101T120000Z-aaaaaaaa",
        run="",
        attempts=1,
        first_at=NOON,
        last_at=NOON,
    )
    return replace(plain, **over)  # type: ignore[arg-type]


def diagnostic(address: Address | None, code: str = "missing_required", **over: str) -> Diagnostic:
    words = {"message": "It has no title.", "remedy": "Give it one.", **over}
    return Diagnostic(Severity.SKIPPED, code, address=address, **words)


def create(address: Address, source_id: str = "", **values: Json) -> Change:
    fields = tuple(FieldChange(name, None, value) for name, value in values.items())
    return Change(address, Action.CREATE, fields, source_id=source_id or None)


def plan_of(
    diagnostics: Iterable[Diagnostic] = (),
    changes: Sequence[Change] = (),
    *,
    number: int = 0,
    scope: Mapping[str, str] | None = None,
    complete: bool = True,
) -> Plan:
    """The plan made so many hours after noon."""
    at = NOON + timedelta(hours=number)
    header = PlanHeader(
        id=f"{at:%Y%m%dT%H%M%SZ}-aaaaaaaa",
        created_at=at,
        tool_version="0",
        source=SnapshotFacts("magento", "http://shop.test", NOON, DIGEST, complete),
        target=SnapshotFacts("medusa", "http://shop.test", NOON, DIGEST, complete=True),
        mapping_digest=DIGEST,
        scope=scope or {},
        tallies=(),
        limits=(),
        changes_digest=DIGEST,
        diagnostics_digest=DIGEST,
    )
    return Plan(header, tuple(changes), tuple(diagnostics), DIGEST)


def history_of(*outcomes: Outcome, run: str = "run-1") -> History:
    at = NOON + timedelta(minutes=30)
    known = {str(each.address): each for each in outcomes}
    return History(outcomes=known, runs=[run], last_at=at)


def failed(address: Address, status: Status = Status.FAILED, error: str = "no") -> Outcome:
    return Outcome(address, status, error=error)


def written(address: Address) -> Outcome:
    return Outcome(address, Status.APPLIED)


@pytest.fixture
def kept(tmp_path: Path) -> Quarantine:
    return Quarantine(tmp_path / "work" / "quarantine")


def names(kept: Quarantine) -> list[str]:
    return [str(each.address) for each in kept.read().entries]


# --- on disk ------------------------------------------------------------------------------------


def test_what_is_not_there_holds_nothing(kept: Quarantine) -> None:
    assert kept.read().entries == ()
    kept.remove([A])
    with pytest.raises(PlanError, match="product:A is not in quarantine"):
        kept.document(A)


@pytest.mark.parametrize("address", ["nothing:A", "../product:A", "A", ""])
def test_what_is_no_record_is_not_in_quarantine(kept: Quarantine, address: str) -> None:
    with pytest.raises(PlanError, match="is not in quarantine"):
        kept.document(Address.parse(address))


def test_a_document_comes_back_as_it_was(kept: Quarantine) -> None:
    document = Document(
        entry(A, source_id="magento:1", error='two\nlines "quoted" \u2028 and ü'),
        {"products": [{"id": "1", "name": "a,\n}"}]},
        {"title": None, "prices": [{"amount": "1.50"}]},
    )
    kept.put(document)
    assert kept.document(A) == document
    assert kept.read().entries == (document.entry,)


HOSTILE = [
    "../../../etc/passwd",
    "/etc/passwd",
    ".",
    "..",
    "",
    ".hidden",
    "a" * 5_000,
    "a" * 5_000 + "b",
    "Ж" * 300,
    "日本語",
    "\U0001f600",
    "con",
    "nul\x00l",
    "new\nline",
    "CASE",
    "case",
    "Case",
    "case ",
    "é",
    "e\u0301",
    "a:b",
    "a*b?[c]",
]


def test_keys_of_any_kind_are_told_apart_and_stay_inside(kept: Quarantine, tmp_path: Path) -> None:
    for key in HOSTILE:
        kept.put(Document(entry(Address("product", key))))
    assert sorted(each.address.key for each in kept.read().entries) == sorted(HOSTILE)
    room = kept.folder / "product"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in files} == {room}
    assert len({path.name.lower() for path in files}) == len(HOSTILE)
    assert max(len(path.name) for path in files) < 100
    assert all(path.name.isascii() for path in files)
    for key in HOSTILE:
        assert kept.document(Address("product", key)).entry.address.key == key
    kept.remove(Address("product", key) for key in HOSTILE)
    assert list(room.iterdir()) == []


@given(st.text())
def test_a_document_is_one_json_object_whose_first_line_tells_the_entry(key: str) -> None:
    document = Document(entry(Address("variant", key), error=key), {"t": [{"c": key}]}, {"v": key})
    text = text_of(document)
    assert document_of(text) == document
    assert json.loads(text)["address"] == f"variant:{key}"
    assert len(text.encode(errors="surrogatepass").splitlines()) >= 3


def test_only_their_owner_may_read_them(kept: Quarantine) -> None:
    kept.put(Document(entry(A)))
    [path] = kept.folder.glob("*/*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [place.stat().st_mode & 0o777 for place in (kept.folder, path.parent)] == [0o700] * 2


def test_names_of_files_tell_nothing_of_people(kept: Quarantine) -> None:
    kept.put(Document(entry(Address("customer", "ada@example.com"))))
    [path] = kept.folder.glob("*/*.json")
    assert "ada" not in path.name
    assert "example" not in path.name


def test_a_crash_while_writing_leaves_what_was_there(kept: Quarantine) -> None:
    kept.put(Document(entry(A)))
    [path] = kept.folder.glob("*/*.json")
    (path.parent / f".{path.name}.partial").write_text('{"address":"prod')
    (path.parent / ".another.json.partial").write_text("")
    held = kept.read()
    assert ([str(each.address) for each in held.entries], held.damaged) == (["product:A"], ())
    kept.put(Document(entry(A, attempts=2)))
    assert kept.read().entries[0].attempts == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"address":"product:A"}', "\udcff", "null"])
def test_a_damaged_file_is_named_and_hides_no_other(kept: Quarantine, content: str) -> None:
    kept.put(Document(entry(A)))
    [path] = kept.folder.glob("*/*.json")
    path.write_bytes(content.encode(errors="surrogateescape"))
    kept.put(Document(entry(B)))
    held = kept.read()
    assert ([each.address for each in held.entries], held.damaged) == ([B], (path,))
    with pytest.raises(PlanError, match="is damaged"):
        kept.document(A)
    planned(kept, plan_of([diagnostic(A)]), NOTHING)
    assert kept.document(A).entry.attempts == 1


def test_a_file_that_somebody_formatted_is_read_all_the_same(kept: Quarantine) -> None:
    kept.put(Document(entry(A), {"products": [{"id": "1"}]}))
    [path] = kept.folder.glob("*/*.json")
    path.write_text(json.dumps(json.loads(path.read_text()), indent=4))
    assert names(kept) == ["product:A"]


def test_a_copy_under_another_name_is_no_second_record(kept: Quarantine) -> None:
    kept.put(Document(entry(A)))
    [path] = kept.folder.glob("*/*.json")
    copy = path.with_name("copy.json")
    copy.write_bytes(path.read_bytes())
    held = kept.read()
    assert ([each.address for each in held.entries], held.damaged) == ([A], (copy,))


def test_entities_come_in_the_order_they_are_written(kept: Quarantine) -> None:
    for text in ("order:1", "variant:B", "product:Z", "variant:A", "category:x"):
        kept.put(Document(entry(Address.parse(text))))
    assert names(kept) == ["category:x", "product:Z", "variant:A", "variant:B", "order:1"]


def test_ten_thousand_are_listed_without_their_records(kept: Quarantine) -> None:
    """What a list holds in memory does not grow with the records."""
    large = {"orders": [{"document": "x" * 20_000}]}
    for number in range(MANY):
        kept.put(Document(entry(Address("order", f"{number:09}")), large, None))
    tracemalloc.start()
    held = kept.read()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(held.entries) == MANY
    assert peak < MANY * 3_000, peak
    kept.remove(each.address for each in held.entries)
    assert kept.read().entries == ()


CHOICES = [
    (Chosen(), "product:A order:1 order:2"),
    (Chosen(entity="order"), "order:1 order:2"),
    (Chosen(code="missing_*"), "product:A order:1"),
    (Chosen(run="run-2"), "order:2"),
    (Chosen(run="20261101T12"), "product:A order:1 order:2"),
    (Chosen(entity="order", code="failed"), "order:2"),
    (Chosen(addresses=frozenset([A])), "product:A"),
    (Chosen(entity="order", addresses=frozenset([A])), ""),
    (Chosen(run="none"), ""),
]


@pytest.mark.parametrize(("chosen", "expected"), CHOICES)
def test_what_a_choice_takes(chosen: Chosen, expected: str) -> None:
    entries = [
        entry(A),
        entry(Address("order", "1"), run="run-1"),
        entry(Address("order", "2"), run="run-2", code="failed"),
    ]
    assert " ".join(str(each.address) for each in entries if chosen.takes(each)) == expected


# --- after a plan -------------------------------------------------------------------------------


def test_what_a_plan_cannot_carry_comes_in(kept: Quarantine) -> None:
    moved = planned(kept, plan_of([diagnostic(A), diagnostic(None)]), NOTHING)
    assert moved == Moved(came=1)
    assert kept.document(A) == Document(entry(A))


OTHERS = [
    replace(diagnostic(A), severity=Severity.WARNING),
    replace(diagnostic(A), severity=Severity.BLOCKING),
    *(
        diagnostic(A, code)
        for code in (
            "unmanaged_match",
            "unmanaged_parent",
            "changed_on_target",
            "lives_elsewhere",
            "dependency_not_carried",
            "no_companion",
            "numbers_not_kept",
            "bundle_product",
        )
    ),
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda each: f"{each.severity} {each.code}")
def test_what_is_no_failure_of_a_record_stays_out(kept: Quarantine, other: Diagnostic) -> None:
    assert planned(kept, plan_of([other]), NOTHING) == Moved()
    assert names(kept) == []


def test_seen_again_is_counted_and_keeps_its_first_time(kept: Quarantine) -> None:
    planned(kept, plan_of([diagnostic(A)]), NOTHING)
    planned(kept, plan_of([diagnostic(A, message="Still none.")], number=2), NOTHING)
    found = kept.document(A).entry
    assert (found.attempts, found.error) == (2, "Still none.")
    assert (found.first_at, found.last_at) == (NOON, NOON + timedelta(hours=2))


def test_the_same_plan_counts_once(kept: Quarantine) -> None:
    for _ in range(3):
        planned(kept, plan_of([diagnostic(A)]), NOTHING)
    assert kept.document(A).entry.attempts == 1


def test_several_failures_of_one_record_are_one_document(kept: Quarantine) -> None:
    twice = [diagnostic(A, message="One."), diagnostic(A, "twin", message="Two.")]
    planned(kept, plan_of(twice), NOTHING)
    found = kept.document(A).entry
    assert (found.error, found.code, found.attempts) == ("One. Two.", "missing_required", 1)
    assert found.remedy == "Give it one."


def test_what_a_plan_of_everything_does_not_name_any_more_leaves(kept: Quarantine) -> None:
    planned(kept, plan_of([diagnostic(A), diagnostic(B)]), NOTHING)
    moved = planned(kept, plan_of([diagnostic(B)], [create(A)], number=1), NOTHING)
    assert (moved, names(kept)) == (Moved(came=1, left=1), ["product:B"])


PARTIAL = [{"scope": {"only": "product"}}, {"scope": {"status": "complete"}}, {"complete": False}]


@pytest.mark.parametrize("partial", PARTIAL, ids=str)
def test_a_plan_of_a_part_lets_nothing_go(kept: Quarantine, partial: dict[str, object]) -> None:
    planned(kept, plan_of([diagnostic(A)]), NOTHING)
    plan = plan_of(number=1, **partial)  # type: ignore[arg-type]
    assert planned(kept, plan, NOTHING) == Moved()
    assert names(kept) == ["product:A"]


def test_a_plan_for_chosen_records_lets_go_what_needs_nothing(kept: Quarantine) -> None:
    """Of those chosen: what is planned stays until it is applied."""
    others = [Address("product", key) for key in "BCD"]
    planned(kept, plan_of(map(diagnostic, [A, *others])), NOTHING)
    asked = {A, *others[:2]}
    plan = plan_of([diagnostic(B)], [create(A)], number=1, scope={"left of": "the quarantine"})
    assert planned(kept, plan, NOTHING, asked) == Moved(came=1, left=1)
    assert names(kept) == ["product:A", "product:B", "product:D"]
    assert kept.document(B).entry.attempts == 2


# --- after an apply -----------------------------------------------------------------------------

STATUSES = [Status.FAILED, Status.STALE, Status.UNKNOWN, Status.SKIPPED]


@pytest.mark.parametrize("status", STATUSES)
def test_what_could_not_be_written_comes_in(kept: Quarantine, status: Status) -> None:
    plan = plan_of((), [create(A, "magento:1", title="T", note=None), create(B)])
    outcome = failed(A, status, "The shop said no.")
    moved = applied(kept, plan, [outcome], history_of(outcome, written(B)), NOTHING)
    assert moved == Moved(came=1)
    at = NOON + timedelta(minutes=30)
    expected = entry(
        A,
        code=status.value,
        stage=Stage.APPLY,
        error="The shop said no.",
        remedy="",
        run="run-1",
        first_at=at,
        last_at=at,
        source_id="magento:1",
    )
    assert kept.document(A) == Document(expected, None, {"title": "T", "note": None})


def test_each_run_counts_once(kept: Quarantine) -> None:
    plan = plan_of((), [create(A)])
    for run in ("run-1", "run-1", "run-2"):
        applied(kept, plan, [failed(A)], history_of(failed(A), run=run), NOTHING)
    assert (kept.document(A).entry.attempts, kept.document(A).entry.run) == (2, "run-2")


def test_a_run_with_nothing_to_do_changes_nothing(kept: Quarantine) -> None:
    assert applied(kept, plan_of(), [], History(), NOTHING) == Moved()


def test_what_is_applied_leaves(kept: Quarantine) -> None:
    planned(kept, plan_of([diagnostic(A), diagnostic(B)]), NOTHING)
    plan = plan_of((), [create(A), create(B)], number=1)
    outcomes = [written(A), failed(B)]
    moved = applied(kept, plan, outcomes[1:], history_of(*outcomes), NOTHING)
    assert (moved, names(kept)) == (Moved(1, 1), ["product:B"])
    assert (kept.document(B).entry.attempts, kept.document(B).entry.stage) == (2, Stage.APPLY)


def test_what_got_another_key_leaves_by_its_source_id(kept: Quarantine) -> None:
    """An invalid e-mail was corrected: before, the record had no key but its source id."""
    nameless = Address("customer", "magento:customer/5")
    renamed = Address("product", "OLD")
    planned(kept, plan_of([diagnostic(nameless)]), NOTHING)
    kept.put(Document(entry(renamed, source_id="magento:7")))
    right, new = Address("customer", "ada@example.com"), Address("product", "NEW")
    plan = plan_of((), [create(right, "magento:customer/5"), create(new, "magento:7")], number=1)
    applied(kept, plan, [], history_of(written(right), written(new)), NOTHING)
    assert names(kept) == []


def test_what_a_later_plan_failed_at_is_not_let_go_by_an_earlier_one(kept: Quarantine) -> None:
    first, second = (plan_of((), [create(A)], number=number) for number in (0, 1))
    applied(kept, second, [failed(A)], history_of(failed(A)), NOTHING)
    assert applied(kept, first, [], history_of(written(A)), NOTHING) == Moved()
    assert names(kept) == ["product:A"]


def test_a_twin_stays_though_the_other_one_is_applied(kept: Quarantine) -> None:
    plan = plan_of([diagnostic(A, "duplicate_key")], [create(A)])
    planned(kept, plan, NOTHING)
    applied(kept, plan, [], history_of(written(A)), NOTHING)
    assert names(kept) == ["product:A"]


def test_what_could_not_be_written_stays_until_it_is_or_need_not_be(kept: Quarantine) -> None:
    plan = plan_of((), [create(A, "magento:1"), create(B)])
    outcomes = [failed(A), failed(B)]
    applied(kept, plan, outcomes, history_of(*outcomes), NOTHING)
    again = plan_of((), [create(Address("product", "A2"), "magento:1")], number=1)
    assert planned(kept, again, NOTHING) == Moved(left=1)
    assert names(kept) == ["product:A"]
    assert planned(kept, plan_of(number=2), NOTHING) == Moved(left=1)


def test_taking_back_a_plan_moves_nothing(kept: Quarantine) -> None:
    planned(kept, plan_of([diagnostic(A)]), NOTHING)
    undo = plan_of((), [create(A), create(B)], number=1, scope={"undo": "x"})
    outcomes = [written(A), failed(B)]
    assert applied(kept, undo, [failed(B)], history_of(*outcomes), NOTHING) == Moved()
    assert names(kept) == ["product:A"]


# --- with the source's records ------------------------------------------------------------------

ORIGINS = SOURCES["magento"].origins


def test_every_entity_of_the_source_has_an_origin_but_prices_in_lists() -> None:
    assert ORIGINS.keys() == records.entities() - {"price_list", "list_price"}


def test_source_rows_come_along_by_key_and_by_source_id(kept: Quarantine, tmp_path: Path) -> None:
    shop = shop_of(
        product(1, "A", name=None, view="default"),
        product(1, "A", view="fr", images=[{"id": "9"}]),
        product(2, "B"),
    )
    source = SourceRecords(shop.write(tmp_path), ORIGINS)
    planned(kept, plan_of([diagnostic(A)]), source)
    found = kept.document(A)
    assert found.entry.source_id == "magento:1"
    assert [row["view"] for row in found.source["products"]] == ["default", "fr"]
    first, second = found.source["products"]
    assert "name" not in first
    assert second["images"] == [{"id": "9"}]
    plan = plan_of((), [create(A, "magento:2")])
    applied(kept, plan, [failed(A)], history_of(failed(A)), source)
    assert [row["sku"] for row in kept.document(A).source["products"]] == ["B"]


def test_stock_comes_along_from_both_its_tables(kept: Quarantine, tmp_path: Path) -> None:
    shop = SmallShop().add("products", product(1, "A"))
    shop.add("source_items", {"sku": "a ", "source_code": "default", "quantity": "3"})
    shop.add("stock_items", {"product_id": "1", "sku": "A", "qty": "3"})
    level = Address("inventory_level", "A@default")
    plan = plan_of((), [create(level, "magento:1@default")])
    source = SourceRecords(shop.write(tmp_path), ORIGINS)
    applied(kept, plan, [failed(level)], history_of(failed(level)), source)
    rows = kept.document(level).source
    assert [row["quantity"] for row in rows["source_items"]] == ["3"]
    assert [row["qty"] for row in rows["stock_items"]] == ["3"]


def test_twins_come_along_together(kept: Quarantine, tmp_path: Path) -> None:
    shop = PeopleShop()
    for number, email in ((1, "Ada@Example.com "), (2, "ada@example.com"), (3, "bob@example.com")):
        shop.add("customers", {"id": number, "email": email, "firstname": "Ada"})
    ada = Address("customer", "ada@example.com")
    planned(kept, plan_of([diagnostic(ada, "twin")]), SourceRecords(shop.write(tmp_path), ORIGINS))
    found = kept.document(ada)
    assert sorted(row["id"] for row in found.source["customers"]) == ["1", "2"]
    assert found.entry.source_id is None


def test_a_snapshot_that_is_gone_leaves_the_rest(kept: Quarantine, tmp_path: Path) -> None:
    snapshot = shop_of(product(1, "A")).write(tmp_path)
    for part in (snapshot.folder / "products").iterdir():
        part.unlink()
    planned(kept, plan_of([diagnostic(A)]), SourceRecords(snapshot, ORIGINS))
    assert kept.document(A) == Document(entry(A))


def test_ten_thousand_records_in_few_scans(
    kept: Quarantine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = shop_of(*(product(number) for number in range(MANY))).write(tmp_path)
    scans: list[str] = []
    scan = type(snapshot).scan

    def counted(self: object, table: str) -> object:
        scans.append(table)
        return scan(snapshot, table)

    monkeypatch.setattr(type(snapshot), "scan", counted)
    failures = [diagnostic(Address("product", f"P{number}")) for number in range(MANY)]
    assert planned(kept, plan_of(failures), SourceRecords(snapshot, ORIGINS)).came == MANY
    assert scans == ["products"] * 5
    last = kept.document(Address("product", f"P{MANY - 1}"))
    assert last.source["products"][0]["id"] == str(MANY - 1)
    assert planned(kept, plan_of(number=1), NOTHING).left == MANY
