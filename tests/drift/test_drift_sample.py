"""The spot check: what is drawn, how sure it makes, and that it sees a wrong comparison."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from comparing import Shops, content
from hypothesis import given
from hypothesis import strategies as st
from planning import MemoryTarget, Planner, Row, mapping, mappings, product

from reconcile import diff
from reconcile.drift import history
from reconcile.drift.document import Drawn, Rate
from reconcile.drift.sample import SpotCheck
from reconcile.drift.wilson import interval, rate_of, rate_of_all, sentence
from reconcile.errors import DriftError

KNOWN = {
    # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
    # Medicine 17 (1998), table I, method 3; the last by 1 - the interval of 0 of 29.
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0, 0.1611),
    (1, 29): (0.0061, 0.1718),
    (29, 29): (0.8830, 1.0),
}


@pytest.mark.parametrize(("counts", "ends"), KNOWN.items())
def test_the_interval_is_wilsons(counts: tuple[int, int], ends: tuple[float, float]) -> None:
    wrong, drawn = counts
    assert interval(wrong / drawn, drawn) == pytest.approx(ends, abs=5e-5)


@given(drawn=st.integers(1, 10_000), data=st.data())
def test_the_interval_holds_the_rate(drawn: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, drawn))
    low, high = interval(wrong / drawn, drawn)
    assert 0 <= low <= wrong / drawn <= high <= 1
    assert (low == 0) is (wrong == 0)
    assert (high == 1) is (wrong == drawn)


MANY = 10_000_000
SENTENCES = {
    (0, 200, MANY): "0 of 200 differ: 0.0 % (95 % confident: below 1.9 %)",
    (3, 200, MANY): "3 of 200 differ: 1.5 % (95 % confident: 0.5 to 4.3 %)",
    (200, 200, MANY): "200 of 200 differ: 100.0 % (95 % confident: above 98.1 %)",
    (0, 200, 400): "0 of 200 differ: 0.0 % (95 % confident: below 1.0 %)",
    (1, 3, 3): "1 of 3 differ: 33.3 % (all there are)",
    (0, 0, 0): "no records to draw from",
}


@pytest.mark.parametrize(("counts", "said"), SENTENCES.items())
def test_how_it_is_said(counts: tuple[int, int, int], said: str) -> None:
    assert sentence(drawn_of(*counts)) == said


def drawn_of(wrong: int, drawn: int, population: int) -> Drawn:
    return Drawn("product", population, drawn, wrong, rate_of(wrong, drawn, population))


def test_whoever_looked_at_all_knows() -> None:
    assert rate_of(1, 4, 4) == Rate("25.00", "25.00", "25.00")
    assert rate_of_all([drawn_of(1, 4, 4), drawn_of(0, 6, 6)]) == Rate("10.00", "10.00", "10.00")


def test_of_all_each_entity_counts_by_its_size() -> None:
    """10 % of 900 records and 50 % of 100: 14 % of the thousand, though 30 % of those drawn."""
    parts = [drawn_of(10, 100, 900), drawn_of(50, 100, 100)]
    rate = rate_of_all(parts)
    assert rate.rate_percent == "14.00"
    assert Decimal(rate.low_percent) < 14 < Decimal(rate.high_percent)


@given(
    parts=st.lists(
        st.integers(1, 5_000).flatmap(
            lambda size: st.integers(1, size).flatmap(
                lambda drawn: st.tuples(st.integers(0, drawn), st.just(drawn), st.just(size))
            )
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_share_of_all_lies_in_its_interval(parts: list[tuple[int, int, int]]) -> None:
    rate = rate_of_all([drawn_of(*each) for each in parts])
    low, share, high = map(Decimal, (rate.low_percent, rate.rate_percent, rate.high_percent))
    assert 0 <= low <= share + Decimal("0.01")
    assert share - Decimal("0.01") <= high <= 100


def test_of_one_entity_it_is_the_same() -> None:
    one = drawn_of(7, 120, 3_000)
    assert rate_of_all([one]) == one.rate


KEYS = pl.Series("key", [f"K{number}" for number in range(50)])


def drawn(seed: int, keys: pl.Series = KEYS, size: int = 10) -> frozenset[str]:
    check = SpotCheck(size, seed)
    check.draw("product", keys)
    return check._drawn["product"]


def test_the_same_seed_draws_the_same() -> None:
    assert drawn(1) == drawn(1, KEYS.shuffle(seed=3))
    assert drawn(1) != drawn(2)
    assert len(drawn(1)) == 10
    assert drawn(1, size=99) == frozenset(KEYS)


@pytest.fixture
def shops(tmp_path: Path) -> Shops:
    (tmp_path / "plans").mkdir()
    planner = Planner(tmp_path / "plans", MemoryTarget())
    rows: dict[str, list[Row]] = {"product": [product(sku, n) for n, sku in enumerate("ABCDEF")]}
    return Shops.moved(planner, rows, tmp_path)


def test_every_field_of_every_record(shops: Shops) -> None:
    shops.in_medusa("product", "product_A", title="Mine")
    done = shops.gone_from_medusa("product", "product_B").run(only=("product",), sample=6, seed=1)
    rows = content(done.folder, "sample.csv")
    assert len(rows) == 5 * 8 + 1
    assert [row for row in rows if row[5] == "no"] == [
        ["product", "A", "title", "Product A", "Mine", "no"],
        ["product", "B", "", "stands here", "", "no"],
    ]
    sample = done.summary.sample
    assert sample is not None
    [products] = sample.entities
    assert (products.population, products.drawn, products.wrong) == (6, 6, 2)
    assert products.rate.rate_percent == "33.33"


@pytest.mark.parametrize("named", ["product:A", "product:C"], ids=["overlooked", "made up"])
def test_a_comparison_that_is_wrong_is_found_out(
    shops: Shops, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """Here the full comparison is broken on purpose. The report is there, the history is not."""
    shops.in_medusa("product", "product_A", title="Mine")
    right = diff._differing

    def wrong(side: Any, fields: Any, desired: Any, existing: Any) -> Any:
        rows = list(right(side, fields, desired, existing))
        if side.spec.name != "product" or fields is not side.synced:
            return rows
        if named == "product:A":
            return []
        both = desired.join(existing, on="key", suffix=" (existing)").filter(pl.col("key") == "C")
        differs = {f"{each.name} differs": each.name == "title" for each in fields}
        return [*rows, *({**row, **differs} for row in both.iter_rows(named=True))]

    monkeypatch.setattr(diff, "_differing", wrong)
    with pytest.raises(DriftError, match=f"contradicts the comparison about {named}:"):
        shops.run(sample=6, seed=1)
    [report] = (shops.folder / "reports" / "drift").iterdir()
    assert named in (report / "summary.json").read_text()
    assert history.runs(shops.folder / "history") == []


def test_the_order_of_siblings_is_checked_too(tmp_path: Path) -> None:
    """Numbers of places mean nothing, only the order does."""
    (tmp_path / "plans").mkdir()
    tree = {
        "category": [
            {"key": name, "source_id": f"magento:{n}", "name": name, "handle": name,
             "is_active": True, "parent": None, "rank": n}
            for n, name in enumerate("abc")
        ]
    }  # fmt: skip
    planner = Planner(tmp_path / "plans", MemoryTarget(), mappings(mapping("category")))
    shops = Shops.moved(planner, tree, tmp_path)
    for number, name in enumerate("abc"):
        shops.in_medusa("category", f"category_{name}", rank=10 * number + 3)
    same = shops.compare(sample=3)
    assert same.mismatches.is_empty()
    assert same.sample is not None
    assert same.sample.together.wrong == 0
    shops.in_medusa("category", "category_a", rank=99)
    moved = shops.compare(sample=3)
    assert moved.mismatches["field"].unique().to_list() == ["rank"]
    assert moved.sample is not None
    assert moved.sample.disagreements == ()
    assert moved.sample.together.wrong == moved.mismatches.height
