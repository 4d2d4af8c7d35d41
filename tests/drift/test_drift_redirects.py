"""Old addresses of pages and new ones: each case is some pages and exactly the rows they give."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from comparing import Shops
from hypothesis import given
from hypothesis import strategies as st
from planning import MemoryTarget, Planner
from test_drift_compare import SHOP

from reconcile.drift import redirects
from reconcile.drift.redirects import Page
from reconcile.settings import RedirectSettings

PLAIN = RedirectSettings()
BARE = RedirectSettings(suffix="", product="/{handle}", category="/{handle}")
Given = list[tuple[str, str | None, str | None]]


def pages(given: Given, settings: RedirectSettings, entity: str = "product") -> list[Page]:
    rows = [(f"K{n}", f"magento:{n}", *each[1:]) for n, each in enumerate(given)]
    named = [(each[0], *row[1:]) for each, row in zip(given, rows, strict=True)]
    schema = dict.fromkeys(("key", "source_id", "path", "handle"), pl.String)
    frame = pl.DataFrame(named, schema=schema, orient="row")
    return list(redirects.pages_of(entity, frame, settings))


CASES: dict[str, tuple[RedirectSettings, Given, list[tuple[str, str, str]], list[str]]] = {
    "as Magento and most storefronts have it": (
        PLAIN, [("A", "joust-bag", "joust-bag")],
        [("/joust-bag.html", "/products/joust-bag", "")], [],
    ),
    "another suffix and template": (
        RedirectSettings(suffix="/", product="/us/p/{handle}/x"), [("A", "bag", "tote")],
        [("/bag/", "/us/p/tote/x", "")], [],
    ),
    "the same address needs none": (BARE, [("A", "bag", "bag")], [], []),
    "no path, no handle": (PLAIN, [("A", None, "a"), ("B", "b", None), ("C", "/", "c")], [], []),
    "letters of other scripts and blanks": (
        PLAIN, [("A", "grüße & mehr", "grusse")],
        [("/gr%C3%BC%C3%9Fe%20&%20mehr.html", "/products/grusse", "")], [],
    ),
    "line breaks cannot leave their line": (
        PLAIN, [("A", "a\r\nLocation: x", "a\n")],
        [("/a%0D%0ALocation:%20x.html", "/products/a%0A", "")], [],
    ),
    "an old path of two": (
        PLAIN, [("B", "bag", "bag-2"), ("A", "bag", "bag-1")],
        [("/bag.html", "/products/bag-1", "also the old path of product:B, now /products/bag-2")],
        [],
    ),
    "two that changed places would lead in circles": (
        BARE, [("A", "one", "two"), ("B", "two", "one")], [], ["A", "B"],
    ),
    "a chain would lead past a page": (
        BARE, [("A", "one", "two"), ("B", "two", "three")], [("/one", "/two", "")], ["B"],
    ),
    "where a page stayed there is no redirect of another": (
        BARE, [("A", "one", "one"), ("B", "one", "two")], [], ["B"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "given", "rows", "left"), CASES.values(), ids=CASES.keys())
def test_redirects(
    settings: RedirectSettings, given: Given, rows: list[tuple[str, str, str]], left: list[str]
) -> None:
    frame, hidden = redirects.of(pages(given, settings))
    assert frame.select("old_path", "new_path", "remark").rows() == rows
    assert [page.key for page in hidden] == left


PATHS = st.sampled_from(["a", "b", "c", "d", "a/b", "ä"])


@given(
    products=st.lists(st.tuples(PATHS, PATHS), max_size=6),
    categories=st.lists(st.tuples(PATHS, PATHS), max_size=6),
    settings=st.sampled_from([PLAIN, BARE]),
)
def test_no_redirect_leads_to_another(
    products: list[tuple[str, str]], categories: list[tuple[str, str]], settings: RedirectSettings
) -> None:
    """Each old path once, none to itself, no chain and so no circle; every page is told of."""
    found = [
        page
        for entity, each in (("product", products), ("category", categories))
        for page in pages(
            [(f"{entity}{n}", *pair) for n, pair in enumerate(each)], settings, entity
        )
    ]
    frame, hidden = redirects.of(found)
    old = frame["old_path"].to_list()
    assert len(old) == len(set(old))
    assert not set(old) & {page.new for page in found}
    named = "\n".join(
        [*frame["remark"], *(f"{e}:{k}" for e, k in frame.select("entity", "key").rows())]
    )
    for page in found:
        if page.old != page.new and page not in hidden:
            assert page.name in named


def test_only_records_that_stand_in_both(tmp_path: Path) -> None:
    """The handle is what Medusa has, not what the mapping wants."""
    (tmp_path / "plans").mkdir()
    shops = Shops.moved(Planner(tmp_path / "plans", MemoryTarget()), SHOP, tmp_path)
    shops.in_medusa("product", "product_A", handle="renamed")
    found = shops.gone_from_medusa("product", "product_B").compare(paths={"product": "handle"})
    assert found.redirects.rows() == [
        ("/a.html", "/products/renamed", "product", "A", "magento:1", "")
    ]
    assert shops.compare(paths={"product": "unknown"}).redirects.is_empty()
    assert shops.compare(only=("variant",), paths={"product": "handle"}).redirects.is_empty()
