"""Headless Chromium, and pages of plans opened in it from disk.

Chromium is Debian's package `chromium`, or any other named by CHROMIUM. Without one the tests are
skipped, but on CI (environment variable CI) they fail.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from review_page import OpenReview, Review

from reconcile.model import Change
from reconcile.report.render import write_html

sys.path.append(str(Path(__file__).parents[1] / "report"))

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found:
        return found
    message = "no Chromium: install Debian's `chromium` or name one in CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = _chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def review(browser: Browser, tmp_path: Path) -> Iterator[OpenReview]:
    """Opens the report of a plan with these changes, scrolled to the list."""
    from samples import write_plan

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    opened: list[Review] = []

    def _open(changes: Sequence[Change]) -> Review:
        page = context.new_page()
        review = Review(page)
        opened.append(review)
        file = write_html(write_plan(tmp_path / "plans", changes), tmp_path / "reports").as_uri()
        page.on("console", lambda message: review.complaints.append(message.text))
        page.on("pageerror", lambda error: review.complaints.append(str(error)))
        page.on("request", lambda request: review.complaints.append(request.url))
        page.goto(file)
        review.wait_for_count(f"{len(changes):,} changes")
        page.locator("#changes").evaluate("element => element.scrollIntoView()")
        page.wait_for_selector("#list .change")
        review.complaints.remove(file)
        return review

    yield _open
    context.close()
    assert [each.complaints for each in opened] == [[] for _ in opened]
