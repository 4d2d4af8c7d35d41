"""Verifying: what reads back equal, what does not, and what nobody should have touched."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from plan_samples import DIGEST, NOON, approval_of, plan_of
from shelf import read, snapshot_of

from reconcile.errors import PlanError, SnapshotError
from reconcile.journal import History
from reconcile.model import Action, Address, Change, FieldChange, Outcome, Status
from reconcile.verify import certificate
from reconcile.verify.result import Flaw, Surprise, Verification
from reconcile.verify.run import Applied, verify
from reconcile.verify.windows import Records

LATER = NOON + timedelta(hours=1)


def change(
    address: str,
    fields: Mapping[str, Any],
    *,
    action: Action = Action.CREATE,
    target_id: str | None = None,
    refs: Mapping[str, str | None] | None = None,
) -> Change:
    parts = tuple(FieldChange(path, None, after) for path, after in fields.items())
    return Change(Address.parse(address), action, parts, target_id=target_id, refs=refs or {})


CHANGES = [
    change("category:men", {"name": "Men", "is_active": True, "rank": 3}),
    change("category:men/tops", {"name": "Tops", "parent": "men"}, refs={"category:men": None}),
    change(
        "product:shirt",
        {
            "title": "Shirt",
            "categories": ["men/tops", "sale"],
            "options": [{"title": "Size", "values": ["S"]}],
            "metadata.care": {"wash": "40", "dry": False},
            "weight": "0.5",
        },
        refs={"category:men/tops": None, "category:sale": "pcat_9"},
    ),
    change(
        "variant:shirt-s",
        {"product": "shirt", "prices": [{"currency_code": "usd", "amount": "34"}]},
        refs={"product:shirt": None},
    ),
    change(
        "inventory_level:shirt-s@Main",
        {"variant": "shirt-s", "location": "Main", "stocked_quantity": "5"},
        refs={"variant:shirt-s": None, "stock_location:Main": "loc_1"},
    ),
    change("product:old", {"status": "draft"}, action=Action.DRAFT, target_id="prod_7"),
    change("variant:gone", {}, action=Action.DELETE, target_id="var_8"),
]
IDS = {
    "category:men": "pcat_1",
    "category:men/tops": "pcat_2",
    "product:shirt": "prod_1",
    "product:old": "prod_7",
    "variant:gone": "var_8",
}
"""What the journal was told; the variant and its level are found by key."""

HELD: dict[str, list[dict[str, Any]]] = {
    "category": [
        {"target_id": "pcat_1", "key": "m", "name": "Men", "is_active": True, "rank": 0},
        {"target_id": "pcat_2", "key": "m/tops", "name": "Tops", "parent": "pcat_1"},
        {"target_id": "pcat_9", "key": "sale", "name": "Sale"},
    ],
    "product": [
        {
            "target_id": "prod_1",
            "key": "shirt",
            "title": "Shirt",
            "categories": '["pcat_9","pcat_2"]',
            "options": '[{"title":"Size","values":["M","S"]}]',
            "metadata.care": '{"wash":"40","dry":false}',
            "weight": "0.5",
        },
        {"target_id": "prod_7", "key": "old", "status": "draft"},
        {"target_id": "prod_8", "key": "other", "title": "Other"},
    ],
    "variant": [
        {
            "target_id": "var_1",
            "key": "shirt-s",
            "product": "prod_1",
            "prices": '[{"amount":"34","currency_code":"usd","max_quantity":null,'
            '"min_quantity":null}]',
        },
    ],
    "inventory_level": [
        {
            "target_id": "item_1/loc_1",
            "key": None,
            "variant": "var_1",
            "location": "loc_1",
            "stocked_quantity": "5",
        }
    ],
}


def held_with(entity: str, row: int, **values: Any) -> Records:
    rows = [dict(record) for record in HELD[entity]]
    rows[row].update(values)
    return {**HELD, entity: rows}


def without(entity: str, row: int) -> Records:
    rows = [record for place, record in enumerate(HELD[entity]) if place != row]
    return {**HELD, entity: rows}


def applied(changes: Sequence[Change] = CHANGES, **other: Outcome) -> Applied:
    plan = plan_of(changes)
    outcomes = {
        str(each.address): Outcome(each.address, Status.APPLIED, IDS.get(str(each.address)))
        for each in changes
    }
    outcomes |= {name.replace("__", ":"): outcome for name, outcome in other.items()}
    history = History(outcomes=outcomes, plan_digest=DIGEST, runs=["r"], last_at=NOON)
    return Applied(plan, approval_of(plan), history, DIGEST)


def verified(
    tmp_path: Path, held: Records, before: Records | None = None, work: Applied | None = None
) -> Verification:
    now_held = snapshot_of(tmp_path, LATER, held)
    earlier = snapshot_of(tmp_path, NOON - timedelta(hours=1), before) if before else None
    return verify(work or applied(), now_held, earlier, Records(read), LATER)


def flaws(found: Verification) -> list[tuple[str, Flaw, str]]:
    return [(str(each.address), each.flaw, each.field) for each in found.differences]


def test_what_was_applied_reads_back_equal(tmp_path: Path) -> None:
    found = verified(tmp_path, HELD)
    assert flaws(found) == []
    assert (found.proven, found.counts.applied, found.counts.equal) == (True, 7, 7)


FLAWED: list[tuple[Records, tuple[str, Flaw, str]]] = [
    (held_with("category", 0, name="Women"), ("category:men", Flaw.DIFFERS, "name")),
    (held_with("category", 0, is_active=None), ("category:men", Flaw.DIFFERS, "is_active")),
    (held_with("category", 1, parent="pcat_9"), ("category:men/tops", Flaw.DIFFERS, "parent")),
    (
        held_with("product", 0, categories='["pcat_2"]'),
        ("product:shirt", Flaw.DIFFERS, "categories"),
    ),
    (
        held_with("product", 0, categories='["pcat_2","pcat_9","pcat_5"]'),
        ("product:shirt", Flaw.DIFFERS, "categories"),
    ),
    (
        held_with("product", 0, options='[{"title":"Size","values":["M"]}]'),
        ("product:shirt", Flaw.DIFFERS, "options"),
    ),
    (
        held_with("product", 0, **{"metadata.care": '{"wash":"60","dry":false}'}),
        ("product:shirt", Flaw.DIFFERS, "metadata.care"),
    ),
    (
        held_with("variant", 0, prices='[{"amount":"35","currency_code":"usd"}]'),
        ("variant:shirt-s", Flaw.DIFFERS, "prices"),
    ),
    (
        held_with("inventory_level", 0, stocked_quantity="4"),
        ("inventory_level:shirt-s@Main", Flaw.DIFFERS, "stocked_quantity"),
    ),
    (held_with("product", 1, status="published"), ("product:old", Flaw.DIFFERS, "status")),
    (without("category", 1), ("category:men/tops", Flaw.MISSING, "")),
    (without("inventory_level", 0), ("inventory_level:shirt-s@Main", Flaw.MISSING, "")),
    (
        {**HELD, "variant": [*HELD["variant"], {"target_id": "var_8", "key": "gone"}]},
        ("variant:gone", Flaw.STILL_THERE, ""),
    ),
    (
        {**HELD, "variant": [*HELD["variant"], {**HELD["variant"][0], "target_id": "var_2"}]},
        ("variant:shirt-s", Flaw.TWICE, ""),
    ),
]


@pytest.mark.parametrize(("held", "flaw"), FLAWED, ids=[str(flaw) for _, flaw in FLAWED])
def test_what_does_not_read_back(
    tmp_path: Path, held: Records, flaw: tuple[str, Flaw, str]
) -> None:
    found = verified(tmp_path, held)
    assert flaw in flaws(found)
    assert (found.proven, found.counts.differing) == (False, 1)


def test_what_was_not_applied_is_counted_and_not_compared(tmp_path: Path) -> None:
    failed = Outcome(Address("product", "old"), Status.FAILED, error="no")
    found = verified(
        tmp_path, held_with("product", 1, status="published"), work=applied(product__old=failed)
    )
    assert flaws(found) == []
    assert (found.counts.failed, found.counts.equal, found.proven) == (1, 6, False)
    assert certificate.headline(found) == (
        "Not proven: of 7 approved changes 6 are applied and 6 read back equal; 1 failed."
    )


def unexpected(found: Verification) -> list[tuple[str, str, Surprise, tuple[str, ...]]]:
    return [(each.entity, each.target_id, each.surprise, each.fields) for each in found.unexpected]


BEFORE: Records = {
    "category": [HELD["category"][2]],
    "product": [
        {"target_id": "prod_7", "key": "old", "status": "published"},
        HELD["product"][2],
    ],
    "variant": [
        {"target_id": "var_7", "key": "old-s", "product": "prod_7"},
        {"target_id": "var_8", "key": "gone", "product": "prod_8"},
    ],
    "inventory_level": [
        {"target_id": "i8/loc_1", "key": None, "variant": "var_8", "location": "loc_1"}
    ],
}


def test_nothing_else_changed(tmp_path: Path) -> None:
    """A new variant's level, the variants of a drafted product, the level of a deleted variant."""
    found = verified(tmp_path, HELD, BEFORE)
    assert unexpected(found) == []
    assert (found.clean, found.untouched_checked) == (True, 2)


SURPRISES: list[tuple[Records, tuple[str, str, Surprise, tuple[str, ...]]]] = [
    (
        held_with("product", 2, title="Changed", weight="1"),
        ("product", "prod_8", Surprise.CHANGED, ("title", "weight")),
    ),
    (without("product", 2), ("product", "prod_8", Surprise.VANISHED, ())),
    (
        {**HELD, "product": [*HELD["product"], {"target_id": "prod_9", "key": "new"}]},
        ("product", "prod_9", Surprise.APPEARED, ()),
    ),
    (
        held_with("product", 2, **{"metadata.care": '"x"'}),
        ("product", "prod_8", Surprise.CHANGED, ("metadata.care",)),
    ),
]


@pytest.mark.parametrize(("held", "surprise"), SURPRISES, ids=[str(s[1]) for s in SURPRISES])
def test_what_nobody_should_have_touched(
    tmp_path: Path, held: Records, surprise: tuple[str, str, Surprise, tuple[str, ...]]
) -> None:
    found = verified(tmp_path, held, BEFORE)
    assert unexpected(found) == [surprise]
    assert (found.proven, found.clean) == (True, False)


def test_memberships_in_deleted_records_are_no_surprise(tmp_path: Path) -> None:
    delete = change("category:sale", {}, action=Action.DELETE, target_id="pcat_9")
    product = {"target_id": "prod_8", "key": "other"}
    found = verified(
        tmp_path,
        {"product": [{**product, "categories": '["pcat_2"]'}]},
        {
            "product": [{**product, "categories": '["pcat_2","pcat_9"]'}],
            "category": [{"target_id": "pcat_9", "key": "sale"}],
        },
        applied([delete]),
    )
    assert (found.proven, unexpected(found)) == (True, [])


def test_the_certificate_says_what_is_proven(tmp_path: Path) -> None:
    path = certificate.write(tmp_path, verified(tmp_path, HELD, BEFORE))
    text = path.read_text(encoding="utf-8")
    assert "Proven: 7 approved = 7 applied = 7 read back equal." in text
    assert "Of 2 records that no change names,\n0 changed." in text
    document = json.loads((tmp_path / "verify.json").read_text())
    assert (document["verified"], document["applied"], document["digests"]["plan"]) == (
        True,
        7,
        DIGEST,
    )


def test_text_from_shops_cannot_break_the_certificate(tmp_path: Path) -> None:
    hostile = "`x`\n# Proven\n" + "y" * 200
    found = verified(tmp_path, held_with("category", 0, name=hostile))
    text = certificate.certificate(found)
    assert "\n# Proven" not in text
    (line,) = [line for line in text.splitlines() if line.startswith("- `category:men` name")]
    assert line.count("`") == 6
    assert len(line) < 250


def test_a_snapshot_that_proves_nothing_is_refused(tmp_path: Path) -> None:
    cases = {
        "not whole": snapshot_of(tmp_path / "a", LATER, HELD, missed=1),
        "before the apply had ended": snapshot_of(tmp_path / "b", NOON - timedelta(1), HELD),
    }
    for words, snapshot in cases.items():
        with pytest.raises(SnapshotError, match=words):
            verify(applied(), snapshot, None, Records(read), LATER)


def test_a_field_this_version_does_not_know_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="`colour` of category"):
        verified(tmp_path, HELD, work=applied([change("category:men", {"colour": "red"})]))
