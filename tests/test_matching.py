"""Who is who: the link first, then the key, then what the children suggest."""

from __future__ import annotations

import polars as pl

from reconcile.entities import ENTITY_BY_NAME
from reconcile.matching import Matched, match, without_twins
from reconcile.model import Diagnostic

PRODUCT = ENTITY_BY_NAME["product"]
TEXT = pl.String


def desired(*records: tuple[str, str]) -> pl.DataFrame:
    """Records of (key, source id)."""
    return pl.DataFrame(records, schema={"key": TEXT, "source_id": TEXT}, orient="row")


def existing(*records: tuple[str, str | None, str | None]) -> pl.DataFrame:
    """Records of (target id, key, source id); those with a source id are managed."""
    schema = {"target_id": TEXT, "key": TEXT, "source_id": TEXT}
    frame = pl.DataFrame(records, schema=schema, orient="row")
    return frame.with_columns(managed=pl.col("source_id").is_not_null())


def hints(*pairs: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"key": TEXT, "target_id": TEXT}, orient="row")


def matched(wanted: pl.DataFrame, held: pl.DataFrame, *suggested: tuple[str, str]) -> Matched:
    return match(PRODUCT, wanted, held, hints(*suggested))


def ids(found: Matched) -> dict[str, str]:
    """Key -> target id, of pairs."""
    return dict(found.pairs.select("key", "target_id").iter_rows())


def named(found: Matched | tuple[pl.DataFrame, list[Diagnostic]]) -> list[str]:
    notes = found.diagnostics if isinstance(found, Matched) else found[1]
    return [f"{each.severity} {each.code} {each.address}" for each in notes]


def test_the_link_beats_the_key() -> None:
    """Two SKUs were swapped in the source: the links still say who is who."""
    found = matched(
        desired(("A", "magento:1"), ("B", "magento:2")),
        existing(("p1", "B", "magento:1"), ("p2", "A", "magento:2")),
    )
    assert ids(found) == {"A": "p1", "B": "p2"}


def test_a_changed_key_is_known_by_its_link() -> None:
    found = matched(desired(("NEW", "magento:1")), existing(("p1", "OLD", "magento:1")))
    assert ids(found) == {"NEW": "p1"}


def test_the_key_matches_where_there_is_no_link() -> None:
    found = matched(desired(("A", "magento:1")), existing(("p1", "A", None)))
    assert found.pairs.select("key", "managed").rows() == [("A", False)]


def test_a_key_that_belongs_to_a_linked_record_is_not_given_twice() -> None:
    found = matched(
        desired(("A", "magento:1"), ("B", "magento:2")), existing(("p1", "A", "magento:2"))
    )
    assert ids(found) == {"B": "p1"}
    assert found.only_desired["key"].to_list() == ["A"]


def test_children_suggest_who_their_parent_is_last() -> None:
    held = existing(("p1", None, None), ("p2", "B", None))
    wanted = desired(("A", "magento:1"), ("B", "magento:2"))
    found = matched(wanted, held, ("A", "p1"), ("B", "p1"))
    assert ids(found) == {"A": "p1", "B": "p2"}


def test_one_target_record_is_suggested_for_one_only() -> None:
    wanted = desired(("A", "magento:1"), ("B", "magento:2"))
    found = matched(wanted, existing(("p1", None, None)), ("B", "p1"), ("A", "p1"))
    assert ids(found) == {"A": "p1"}


def test_null_keys_match_nothing() -> None:
    found = matched(desired(("A", "magento:1")), existing(("p1", None, None), ("p2", None, None)))
    assert ids(found) == {}
    assert named(found) == []


def test_a_key_held_twice_is_named_and_matched_once() -> None:
    found = matched(desired(("A", "magento:1")), existing(("p2", "A", None), ("p1", "A", None)))
    assert ids(found) == {"A": "p1"}
    assert named(found) == ["warning duplicate_on_target product:A"]
    assert "p1, p2" in found.diagnostics[0].message


def test_look_alikes_are_named_and_not_merged() -> None:
    found = matched(
        desired(("24-mb01 ", "magento:1"), ("X", "magento:2")),
        existing(("p1", "24-MB01", None), ("p2", "X", None)),
    )
    assert found.only_desired["key"].to_list() == ["24-mb01 "]
    assert named(found) == ["warning loose_match product:24-mb01 "]


def test_no_order_of_rows_changes_who_is_who() -> None:
    wanted = desired(*((f"K{n}", f"magento:{n}") for n in range(20)))
    held = existing(*((f"p{n}", f"K{n % 7}", None) for n in range(20)))
    one_way = ids(matched(wanted, held))
    assert ids(matched(wanted.reverse(), held.reverse())) == one_way


def test_a_key_the_source_has_twice_is_carried_once() -> None:
    found = without_twins(PRODUCT, desired(("A", "1"), ("B", "2"), ("A", "3")))
    assert found[0].rows() == [("A", "1"), ("B", "2")]
    assert named(found) == ["skipped duplicate_key product:A"]
    assert "source id 3" in found[1][0].message


def test_keys_that_differ_in_case_or_space_are_named_and_carried() -> None:
    found = without_twins(PRODUCT, desired(("abc", "1"), ("ABC", "2"), ("abc ", "3"), ("x", "4")))
    assert found[0].height == 4
    assert named(found) == [
        "warning twin_key product:ABC",
        "warning twin_key product:abc",
        "warning twin_key product:abc ",
    ]
