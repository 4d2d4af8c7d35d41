"""A plan of 100,000 changes stays quick in the browser. Figures are printed, not asserted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from playwright.sync_api import Browser
from review_page import Review
from samples import many_changes, write_plan

from reconcile.model import Change
from reconcile.report.render import write_html

pytestmark = pytest.mark.browser

SIZE = 100_000


def related_changes() -> Iterator[Change]:
    """Every level needs the product created three lines before it."""
    product = ""
    for number, change in enumerate(many_changes(SIZE)):
        if number % 4 == 0:
            product = str(change.address)
        yield replace(change, refs={product: None}) if number % 4 == 3 else change


def test_a_hundred_thousand_changes(browser: Browser, tmp_path: Path) -> None:
    folder = write_plan(tmp_path / "plans", list(related_changes()))
    began = perf_counter()
    page_file = write_html(folder, tmp_path / "reports")
    written = perf_counter() - began
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    review = Review(page, folder)
    figures = {"page, MB": page_file.stat().st_size / 1e6, "written": written}

    began = perf_counter()
    page.goto(page_file.as_uri())
    review.wait_for_count(f"{SIZE:,} changes")
    review.show_changes()
    figures["first list"] = perf_counter() - began

    began = perf_counter()
    review.search("SKU-031337", f"1 of {SIZE:,}")
    figures["search"] = perf_counter() - began
    assert review.keys == ["SKU-031337"]

    page.keyboard.press("Escape")
    review.wait_for_count(f"{SIZE:,} changes")
    review.choose("action", "create (25,000)")
    review.wait_for_count(f"25,000 of {SIZE:,}")
    began = perf_counter()
    page.click("#exclude")
    assert review.summary.endswith("25,000 excluded, 25,000 more need them")
    figures["exclude 25,000"] = perf_counter() - began
    assert review.recap[2:3] == ["create product:* all 25,000"]

    began = perf_counter()
    page.locator("#list .change .tick").first.check()
    assert review.summary.startswith("50,002 of")
    figures["include one, 24,999 by name"] = perf_counter() - began
    page.fill("#by", "Ada")
    for name, value in figures.items():
        print(f"{name}: {value:.2f}")
    page.close()
