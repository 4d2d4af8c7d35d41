"""Which records are new, paired, gone, or not ours to touch."""

from __future__ import annotations

import polars as pl
import pytest
from planning import mapping

from reconcile.entities import ENTITY_BY_NAME
from reconcile.mapping.document import OnMissing
from reconcile.plan.standing import Known, Standing, find, gone_notes

PRODUCT = ENTITY_BY_NAME["product"]
TEXT = pl.String
NO_HINTS = pl.DataFrame(schema={"key": TEXT, "target_id": TEXT})
NOTHING_LOST = pl.DataFrame(schema={"key": TEXT, "source_id": TEXT})


def desired(*keys: str) -> pl.DataFrame:
    """Products whose handle is their key in lower case."""
    frame = pl.DataFrame({"key": keys}, schema={"key": TEXT})
    return frame.with_columns(
        source_id=pl.lit("magento:") + pl.col("key"), handle=pl.col("key").str.to_lowercase()
    )


def existing(**managed: bool | None) -> pl.DataFrame:
    """Products by key and whether they are marked; their ids are `id_<key>`."""
    rows = [(f"id_{key}", key, None, mark, f"old-{key.lower()}") for key, mark in managed.items()]
    schema = {"target_id": TEXT, "key": TEXT, "source_id": TEXT, "managed": pl.Boolean}
    return pl.DataFrame(rows, schema={**schema, "handle": TEXT}, orient="row")


def stand(
    wanted: pl.DataFrame,
    held: pl.DataFrame,
    scope: str = "managed",
    lost: pl.DataFrame = NOTHING_LOST,
) -> tuple[Standing, Known]:
    known = Known()
    found = find(PRODUCT, mapping("product", scope=scope), wanted, held, NO_HINTS, known, lost)
    return found, known


def test_new_paired_gone_and_unmanaged() -> None:
    found, known = stand(desired("A", "B"), existing(A=True, C=True, D=False, E=None))
    assert found.new["key"].to_list() == ["B"]
    assert found.pairs["key"].to_list() == found.held["key"].to_list() == ["A"]
    assert found.missing["key"].to_list() == ["C"]
    assert found.unmanaged.height == 2
    assert dict(known.ids["product"].frame.iter_rows()) == {"A": "id_A"}
    assert set(known.owned["product"]) == {"A", "B", "C"}


@pytest.mark.parametrize(("scope", "paired"), [("managed", []), ("all", ["A"])])
def test_scope_all_takes_over_matches_only(scope: str, paired: list[str]) -> None:
    """What has no partner in the source stays theirs: it is never gone."""
    found, _ = stand(desired("A"), existing(A=False, B=False), scope)
    assert found.pairs["key"].to_list() == paired
    assert found.missing.height == 0


def test_keys_are_learned_for_those_that_refer_to_them() -> None:
    _, known = stand(desired("A"), existing(A=True, C=False))
    assert dict(known.keys["product"].frame.iter_rows()) == {"id_A": "A", "id_C": "C"}


def test_a_target_record_without_a_key_is_called_by_its_id() -> None:
    held = existing(A=True).with_columns(key=pl.lit(None, TEXT))
    found, known = stand(desired("A"), held)
    assert dict(known.keys["product"].frame.iter_rows()) == {"id_A": "~id:id_A"}
    assert found.missing["key"].to_list() == ["~id:id_A"]


def test_a_handle_of_somebody_else_is_not_used_again() -> None:
    held = existing(X=False).with_columns(handle=pl.lit("a"))
    found, _ = stand(desired("A"), held)
    assert found.new["handle"].to_list() == ["a-a"]
    assert "handle_taken" in [each.code for each in found.diagnostics]


def test_what_the_source_has_but_cannot_carry_is_not_gone() -> None:
    """By key, or by the mark where the key is what is wrong with it."""
    held = existing(A=True, B=True, C=True).with_columns(
        source_id=pl.lit("magento:") + pl.col("key")
    )
    lost = (
        desired("A")
        .select("key", "source_id")
        .vstack(pl.DataFrame({"key": ["no key"], "source_id": ["magento:B"]}))
    )
    found, _ = stand(desired(), held, lost=lost)
    assert found.missing["key"].to_list() == ["C"]


@pytest.mark.parametrize(
    ("chosen", "whole", "why"),
    [
        (OnMissing.REPORT, True, "stays on the target."),
        (OnMissing.DRAFT, False, "stays on the target (the snapshots are not complete)."),
        (OnMissing.REPORT, False, "stays on the target."),
    ],
)
def test_what_is_gone_is_said(chosen: OnMissing, whole: bool, why: str) -> None:
    found, _ = stand(desired(), existing(B=True, A=True))
    notes = list(gone_notes(found, chosen, whole=whole))
    assert [str(note.address) for note in notes] == ["product:A", "product:B"]
    assert notes[0].message.endswith(why)
