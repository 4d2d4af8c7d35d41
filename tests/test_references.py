"""References of desired records lead somewhere, or a diagnostic says that they do not."""

from __future__ import annotations

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from reconcile.canonical import from_json, to_json
from reconcile.entities import ENTITY_BY_NAME
from reconcile.references import known_keys, resolve

PRODUCT, VARIANT = ENTITY_BY_NAME["product"], ENTITY_BY_NAME["variant"]


def products(**columns: list[str | None]) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    keys = [f"P{number}" for number in range(count)]
    text = {name: pl.Series(values, dtype=pl.String) for name, values in columns.items()}
    return pl.DataFrame({"key": keys, "source_id": keys, **text})


def test_a_record_may_be_meant_by_source_id_or_key() -> None:
    frame = pl.DataFrame({"key": ["men"], "source_id": ["magento:3"]})
    known = known_keys(frame)
    assert known.meant_by(pl.Series(["men", "magento:3", "x"])).to_list() == ["men", "men", None]


def test_a_record_without_what_it_needs_is_taken_out_and_named() -> None:
    frame = pl.DataFrame(
        {"key": ["A", "B"], "source_id": ["1", "2"], "product": ["magento:1", "magento:2"]}
    )
    resolved = resolve(frame, VARIANT, {"product": {"magento:1": "P"}})
    assert resolved.frame.select("key", "product").rows() == [("A", "P")]
    [found] = resolved.diagnostics
    assert (found.severity, found.code, str(found.address)) == (
        "skipped",
        "dependency_not_carried",
        "variant:B",
    )
    assert "needs the product magento:2" in found.message


def test_another_reference_only_loses_its_value() -> None:
    frame = products(type=["Bag", "Hat"], categories=['["c1","c2"]', '["c1"]'])
    known = {"product_type": {"Bag": "Bag"}, "category": {"c2": "men"}}
    resolved = resolve(frame, PRODUCT, known)
    assert resolved.frame["type"].to_list() == ["Bag", None]
    assert resolved.frame["categories"].to_list() == ['["men"]', "[]"]
    assert [(each.sentence.partition("{samples}")[0], each.count, each.samples)
            for each in resolved.notices] == [
        ("{count} products name a product_type that is not carried and lose it: ", 1, ("Hat",)),
        ("{count} products name a category that is not carried and lose it: ", 2, ("c1",)),
    ]  # fmt: skip


def test_the_targets_default_has_a_name() -> None:
    frame = products(sales_channels=['["default"]'])
    resolved = resolve(frame, PRODUCT, {"sales_channel": {"default": "Web shop"}})
    assert resolved.frame["sales_channels"].to_list() == ['["Web shop"]']
    assert (resolved.diagnostics, resolved.notices) == ((), ())


def test_nothing_is_known_of_an_entity_that_is_not_mapped() -> None:
    resolved = resolve(products(collection=["Summer"]), PRODUCT, {})
    assert resolved.frame["collection"].to_list() == [None]
    assert [each.code for each in resolved.notices] == ["dangling_reference"]


@example(members=['10"~id:', "b"], lost=["c"])
@given(
    members=st.lists(st.text(min_size=1), unique=True),
    lost=st.lists(st.text(min_size=1), unique=True),
)
def test_only_unknown_members_are_lost(members: list[str], lost: list[str]) -> None:
    """Whatever quotes, backslashes or commas the words hold."""
    known = {word: word for word in members}
    frame = products(tags=[to_json([*members, *lost])])
    resolved = resolve(frame, PRODUCT, {"product_tag": known})
    assert from_json(resolved.frame["tags"][0]) == sorted(members)
