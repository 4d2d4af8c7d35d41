"""The pages about drift in a real browser: search, links, size, hostile text, print.

That nothing is logged, fails or is requested is asserted for each of these tests by `opened`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from drift_samples import NOW, ROWS, Row, frame, hostile_rows, many_rows, runs, summary
from playwright.sync_api import Browser, Page
from samples import HOSTILE

from reconcile.report.drift_page import PlanLine, write_drift, write_index

pytestmark = pytest.mark.browser

LARGE = 100_000
WIDTHS = [420, 1280]
Opened = Callable[[Path], Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    complaints: list[str] = []

    def _open(path: Path) -> Page:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url))
        page.goto(path.as_uri())
        complaints.remove(path.as_uri())
        return page

    yield _open
    context.close()
    assert complaints == []


@pytest.fixture
def drift(opened: Opened, tmp_path: Path) -> Callable[..., Page]:
    """The page of a run, scrolled to its list."""

    def _drift(rows: Sequence[Row] = ROWS, **other: Any) -> Page:
        page = opened(write_drift(tmp_path, summary(**other), frame(rows)))
        page.evaluate("document.getElementById('mismatches').scrollIntoView()")
        page.wait_for_selector("#list .row")
        return page

    return _drift


def wait_for_count(page: Page, text: str) -> None:
    page.wait_for_function(
        "text => document.getElementById('count').textContent === text", arg=text
    )


def keys(page: Page) -> list[str]:
    return page.locator("#list .record .mono").all_inner_texts()


def test_all_mismatches_are_listed(drift: Callable[..., Page]) -> None:
    page = drift()
    wait_for_count(page, "9 mismatches")
    first = page.locator("#list .row").first.inner_text().split("\n")
    assert first == ["product 24-MB01", "title", "Joust Duffle Bag", "Joust Duffle", "Medusa",
                     "19 days"]  # fmt: skip
    assert page.locator("#list .row", has_text="24-WB07").inner_text().split("\n")[1:] == [
        "missing in Medusa",
        "not known",
        "3 days",
    ]
    prices = page.locator("#list .row", has_text="prices").inner_text().split("\n")
    assert prices[2:4] == ["34 USD, 31 EUR", "32 USD"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("mb01", "4 of 9"),
        ("product:24-MB01 title", "1 of 9"),
        ("duffle", "1 of 9"),
        ("r***@e***.com", "1 of 9"),
        ("veronica", "0 of 9"),
        (".*", "0 of 9"),
    ],
)
def test_search(drift: Callable[..., Page], text: str, count: str) -> None:
    page = drift()
    page.fill("#search", text)
    wait_for_count(page, count)
    assert page.locator("#empty").is_visible() == count.startswith("0")


@pytest.mark.parametrize(
    ("facet", "label", "count"),
    [
        ("entity", "products (6)", "6 of 9"),
        ("kind", "price (1)", "1 of 9"),
        ("field", "title (1)", "1 of 9"),
        ("by", "Magento (2)", "2 of 9"),
    ],
)
def test_facets(drift: Callable[..., Page], facet: str, label: str, count: str) -> None:
    page = drift()
    page.select_option(f"#{facet}", label=label)
    wait_for_count(page, count)
    page.click("#clear")
    wait_for_count(page, "9 mismatches")


def test_oldest_first(drift: Callable[..., Page]) -> None:
    page = drift()
    page.select_option("#order", label="oldest first")
    page.wait_for_function("document.querySelector('#list .age').textContent === '40 days'")
    assert keys(page)[0] == "24-XX99"


def test_numbers_lead_to_their_mismatches(drift: Callable[..., Page]) -> None:
    page = drift()
    page.click("td button[data-entity=product][data-kind=missing_in_medusa]")
    wait_for_count(page, "1 of 9")
    assert keys(page) == ["24-WB07"]
    page.click(".frequent button[data-field=prices]")
    wait_for_count(page, "1 of 9")
    page.wait_for_selector("#list .row:has-text('34 USD')")


def test_values_to_their_end(drift: Callable[..., Page]) -> None:
    page = drift()
    page.locator("#list .row button").nth(1).click()
    values = page.locator("#list .value").all_inner_texts()
    assert values == [ROWS[1][4], ROWS[1][5]]
    assert "prod_01" in page.locator("#list .detail").inner_text()
    boxes = page.locator("#list > *").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect()).map(box => [box.top, box.bottom])"
    )
    assert all(abs(above[1] - below[0]) < 1 for above, below in pairwise(boxes))
    page.locator("#list .row button").nth(1).click()
    assert page.locator("#list .detail").count() == 0


def test_keyboard(drift: Callable[..., Page]) -> None:
    page = drift()
    page.keyboard.press("/")
    page.keyboard.type("prices")
    wait_for_count(page, "1 of 9")
    page.keyboard.press("Tab")
    page.locator("#list .row button").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.focus("#search")
    page.keyboard.press("Escape")
    wait_for_count(page, "9 mismatches")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_text(drift: Callable[..., Page], name: str) -> None:
    page = drift(hostile_rows(HOSTILE))
    page.fill("#search", name)
    page.wait_for_function("document.querySelectorAll('#list .row').length > 0")
    page.locator("#list .row button", has_text=name).first.click()
    assert page.locator("#list img, #list script, #list a").count() == 0
    assert page.title().startswith("Drift ")
    shown = page.locator("#list .detail .value").first.inner_text()
    assert not set(shown) & set("\x1b\x07\x9b\u202e\u2028\u2029")
    if name in {"script", "closing", "comment", "jinja", "formula"}:
        assert shown == HOSTILE[name]


def test_a_hundred_thousand_mismatches(drift: Callable[..., Page]) -> None:
    began = time.monotonic()
    page = drift(many_rows(LARGE))
    wait_for_count(page, f"{LARGE:,} mismatches")
    assert time.monotonic() - began < 15
    assert 10 < page.locator("#list > *").count() < 80
    page.evaluate("scrollBy(0, document.getElementById('list').offsetHeight / 2)")
    page.wait_for_timeout(100)
    assert 10 < page.locator("#list > *").count() < 80
    began = time.monotonic()
    page.fill("#search", "SKU-031337")
    wait_for_count(page, f"1 of {LARGE:,}")
    assert time.monotonic() - began < 3
    page.wait_for_function("document.querySelectorAll('#list .row').length === 1")
    assert keys(page) == ["SKU-031337"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_sideways(drift: Callable[..., Page], width: int, scheme: Any) -> None:
    page = drift([*ROWS, *hostile_rows(HOSTILE)])
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for button in page.locator("#list .row > button").all()[:2]:
        button.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert (ink == "rgb(29, 32, 36)") == (scheme == "light")


def test_the_summary_is_printed_without_the_list(drift: Callable[..., Page]) -> None:
    page = drift()
    page.emulate_media(media="print")
    assert not page.locator("#list").is_visible()
    assert page.locator(".printed").is_visible()
    assert page.locator(".counts").first.is_visible()


def test_nothing_apart(opened: Opened, tmp_path: Path) -> None:
    whole = summary(entities=[], exceeded=[], sample=None, files={}, max_percent=None)
    page = opened(write_drift(tmp_path, whole, frame([])))
    assert page.locator("#list").count() == 0


# All runs


@pytest.mark.parametrize("count", [0, 1, 40, 1000])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_index_with_any_number_of_runs(
    opened: Opened, tmp_path: Path, count: int, width: int
) -> None:
    page = opened(write_index(tmp_path, runs(count), frame(), [], now=NOW))
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".chart").count() == (3 if count else 0)


def test_from_the_index_to_a_run_and_its_file(opened: Opened, tmp_path: Path) -> None:
    last = runs(2)[-1]
    folder = tmp_path / "drift" / last.id
    run_page = write_drift(folder, summary(), frame())
    (folder / "field-mismatches.csv").write_text("key\n")
    plan = PlanLine("20261120T000000Z-aaaaaaaa", NOW, 12, "proven")
    plan_page = write_drift(tmp_path / plan.id, summary(), frame())
    page = opened(write_index(tmp_path, runs(2), frame(), [plan], now=NOW))
    links = page.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert links == [run_page.as_uri(), plan_page.as_uri()]
    again = opened(run_page).locator(".files a")
    files = again.evaluate_all("links => links.map(link => link.href)")
    assert files[0] == (folder / "field-mismatches.csv").as_uri()


def test_a_chart_as_a_table(opened: Opened, tmp_path: Path) -> None:
    page = opened(write_index(tmp_path, runs(5), frame(), [], now=NOW))
    chart = page.locator(".chart").first
    chart.locator("summary").click()
    rows = [row.split("\t") for row in chart.locator("tbody tr").all_inner_texts()]
    assert rows[0] == ["2026-11-21 02:00 UTC", "35", "2,057", "1.70 %"]
    assert len(rows) == 5
