"""The spot check: what is drawn, how sure it makes, and that it sees a wrong comparison."""

from __future__ import annotations

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
from reconcile.drift.document import Drawn
from reconcile.drift.sample import SpotCheck
from reconcile.drift.wilson import interval, rate_of, sentence
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
    assert interval(*counts) == pytest.approx(ends, abs=5e-5)


@given(drawn=st.integers(1, 10_000), data=st.data())
def test_the_interval_holds_the_rate(drawn: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, drawn))
    low, high = interval(wrong, drawn)
    assert 0 <= low <= wrong / drawn <= high <= 1
    assert (low == 0) is (wrong == 0)
    assert (high == 1) is (wrong == drawn)


SENTENCES = {
    (0, 200): "0 of 200 differ: 0.0 % (95 % confident: below 1.9 %)",
    (3, 200): "3 of 200 differ: 1.5 % (95 % confident: 0.5 to 4.3 %)",
    (200, 200): "200 of 200 differ: 100.0 % (95 % confident: above 98.1 %)",
    (0, 0): "no records to draw from",
}


@pytest.mark.parametrize(("counts", "said"), SENTENCES.items())
def test_how_it_is_said(counts: tuple[int, int], said: str) -> None:
    wrong, drawn = counts
    assert sentence(Drawn("product", 500, drawn, wrong, rate_of(wrong, drawn))) == said


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
