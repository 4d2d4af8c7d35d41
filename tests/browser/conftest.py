"""Pages of plans, opened from disk in headless Chromium."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser
from review_page import OpenReview, Review

from reconcile.model import Change, Diagnostic
from reconcile.plan.document import Limit
from reconcile.report.render import write_html

sys.path.append(str(Path(__file__).parents[1] / "report"))


@pytest.fixture
def review(browser: Browser, tmp_path: Path) -> Iterator[OpenReview]:
    """Opens the report of a plan with these changes, scrolled to the list. `prepare` is called with
    the plan's folder before the page is written."""
    from samples import DIAGNOSTICS, write_plan

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    opened: list[Review] = []

    def _open(
        changes: Sequence[Change],
        *,
        diagnostics: Sequence[Diagnostic] = DIAGNOSTICS,
        limits: Sequence[Limit] = (),
        prepare: Callable[[Path], object] = lambda _folder: None,
        thumbnails: Mapping[str, str] = MappingProxyType({}),
    ) -> Review:
        page = context.new_page()
        folder = write_plan(tmp_path / "plans", changes, diagnostics, limits)
        review = Review(page, folder)
        opened.append(review)
        prepare(folder)
        file = write_html(folder, tmp_path / "reports", thumbnails=thumbnails).as_uri()
        page.on("console", lambda message: review.complaints.append(message.text))
        page.on("pageerror", lambda error: review.complaints.append(str(error)))
        page.on("request", lambda request: review.complaints.append(request.url))
        page.goto(file)
        review.wait_for_count(f"{len(changes):,} changes")
        review.show_changes()
        review.complaints.remove(file)
        return review

    yield _open
    context.close()
    assert [each.complaints for each in opened] == [[] for _ in opened]
