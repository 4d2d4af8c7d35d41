"""Handles that only one record may have: who keeps one, and what the others get."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.entities import ENTITY_BY_NAME
from reconcile.unique import settle

PRODUCT = ENTITY_BY_NAME["product"]
SAFE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What Medusa takes for a handle (packages/core/utils/src/common/validate-handle.ts)."""


def handles(
    records: Sequence[tuple[str, str, str | None]], taken: tuple[str, ...] = ()
) -> dict[str, str | None]:
    """Key -> handle, of records of (key, source id, handle)."""
    schema = {"key": pl.String, "source_id": pl.String, "handle": pl.String}
    frame = pl.DataFrame(records, schema=schema, orient="row")
    settled, _ = settle(PRODUCT, "handle", frame, pl.Series(taken, dtype=pl.String))
    return dict(settled.select("key", "handle").iter_rows())


def test_the_record_made_first_keeps_the_handle() -> None:
    assert handles([("B", "magento:10", "shirt"), ("A", "magento:9", "shirt")]) == {
        "A": "shirt",
        "B": "shirt-b",
    }


def test_a_handle_of_somebody_else_is_taken() -> None:
    assert handles([("A", "magento:1", "shirt")], taken=("shirt",)) == {"A": "shirt-a"}


def test_a_second_best_name_may_be_taken_too() -> None:
    found = handles([("A", "magento:1", "shirt")], taken=("shirt", "shirt-a"))
    assert found == {"A": "shirt-magento-1"}


def test_a_key_that_ends_with_the_handle_is_the_better_name() -> None:
    """Categories have their path as key: `women/tops` becomes women-tops."""
    records = [("men/tops", "magento:1", "tops"), ("women/tops", "magento:2", "tops")]
    assert handles(records) == {"men/tops": "tops", "women/tops": "women-tops"}


def test_records_without_a_handle_do_not_compete() -> None:
    assert handles([("A", "magento:1", None), ("B", "magento:2", None)]) == {"A": None, "B": None}


def test_what_was_given_away_is_said() -> None:
    frame = pl.DataFrame({"key": ["A"], "source_id": ["magento:1"], "handle": ["shirt"]})
    _, [note] = settle(PRODUCT, "handle", frame, pl.Series(["shirt"]))
    assert (note.severity, note.code, str(note.address)) == ("info", "handle_taken", "product:A")
    assert note.message == "The handle 'shirt' of product A is taken; it becomes 'shirt-a'."


def test_a_key_of_signs_alone_makes_no_broken_handle() -> None:
    found = handles([("A", "magento:1", "shirt"), ("!!!", "magento:2", "shirt")])
    assert all(SAFE.fullmatch(handle or "") for handle in found.values()), found


def test_source_ids_without_a_number_are_settled_too() -> None:
    """Another source may call its records anything."""
    found = handles([("A", "feed:red", "shirt"), ("B", "feed:blue", "shirt")])
    assert len(set(found.values())) == 2


RECORDS = st.lists(
    st.tuples(st.text(max_size=3), st.integers(0, 50), st.sampled_from(["a", "b", "a-b"])),
    unique_by=(lambda record: record[0], lambda record: record[1]),
    max_size=8,
)
TAKEN = st.sets(st.sampled_from(["a", "b", "a-a", "a-magento-1"]))


@settings(max_examples=100)
@given(RECORDS, TAKEN, st.randoms(use_true_random=False))
def test_every_handle_is_unique_whatever_the_order(records, taken, dice) -> None:  # type: ignore[no-untyped-def]
    rows = [(key, f"magento:{number}", handle) for key, number, handle in records]
    found = handles(rows, tuple(taken))
    assert len(set(found.values())) == len(rows)
    assert not set(found.values()) & taken
    assert handles(dice.sample(rows, len(rows)), tuple(taken)) == found
