"""Target ids become keys, and nothing is lost on the way."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from reconcile.canonical import from_json, to_json
from reconcile.entities import ENTITY_BY_NAME
from reconcile.identity import FOREIGN, translate

PRODUCT, LEVEL = ENTITY_BY_NAME["product"], ENTITY_BY_NAME["inventory_level"]
IDS = st.sampled_from(["c1", "c2", "c3", 'c"4', "~id:c5"])


@given(
    st.lists(st.none() | st.lists(IDS, unique=True), min_size=1),
    st.dictionaries(IDS, st.text(min_size=1)),
)
def test_no_member_is_lost(lists: list[list[str] | None], known: dict[str, str]) -> None:
    cells = [None if each is None else to_json(each) for each in lists]
    frame = pl.DataFrame({"categories": pl.Series(cells, dtype=pl.String)})
    translated = translate(frame, PRODUCT, {"category": known})
    expected = [
        None if each is None else sorted({known.get(id_, FOREIGN + id_) for id_ in each})
        for each in lists
    ]
    assert [from_json(cell) for cell in translated["categories"]] == expected


def test_a_reference_becomes_a_key_or_a_foreign_one() -> None:
    frame = pl.DataFrame({"type": ["t1", "t2", None]})
    translated = translate(frame, PRODUCT, {"product_type": {"t1": "Bag"}})
    assert translated["type"].to_list() == ["Bag", "~id:t2", None]


def test_nothing_known_makes_every_reference_foreign() -> None:
    translated = translate(pl.DataFrame({"type": ["t1"]}), PRODUCT, {"product_type": {}})
    assert translated["type"].to_list() == ["~id:t1"]


def test_a_composite_key_is_made_of_translated_parts() -> None:
    frame = pl.DataFrame({"variant": ["v1", "v2"], "location": ["l1", "l1"]})
    keys = {"variant": {"v1": "A"}, "stock_location": {"l1": "Main"}}
    assert translate(frame, LEVEL, keys)["key"].to_list() == ["A@Main", "~id:v2@Main"]


def test_a_key_part_without_a_value_is_named() -> None:
    spec = ENTITY_BY_NAME["list_price"]
    row = {"price_list": "Sale", "variant": "A", "currency_code": "usd", "min_quantity": None}
    frame = pl.DataFrame([row], schema_overrides={"min_quantity": pl.String})
    keys = {"price_list": {"Sale": "Sale"}, "variant": {"A": "A"}}
    assert translate(frame, spec, keys)["key"].to_list() == ["Sale/A/usd/any"]
