"""A report that is open in the browser, and what a test asks of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Page

from reconcile.model import Change


@dataclass
class Review:
    """A report in the browser. `complaints` are console messages, script errors, and requests
    for anything but the file itself."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The keys of the changes that are in the document, from top to bottom."""
        return self.page.locator("#list .change .key").all_inner_texts()

    @property
    def count(self) -> str:
        return self.page.locator("#count").inner_text()

    def wait_for_count(self, text: str) -> None:
        self.page.wait_for_function(
            "text => document.getElementById('count').textContent === text", arg=text
        )

    def open(self, key: str, within: str = "") -> str:
        """Open the change with this key and return the text of its details."""
        change = self.page.locator(f"#list .change{within}", has_text=key).first
        change.locator("button").first.click()
        return self.page.locator("#list .change.open .detail").last.inner_text()


OpenReview = Callable[[Sequence[Change]], Review]
