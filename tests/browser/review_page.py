"""A report that is open in the browser, and what a test asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page

from reconcile.model import Change

LAST = "2026-11-21T10:15:30.250Z"
"""When the browser says it is, where a test asks for an approval."""


@dataclass
class Review:
    """A report in the browser. `complaints` are console messages, script errors, and requests
    for anything but the file itself. `folder` is that of its plan."""

    page: Page
    folder: Path
    complaints: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The keys of the changes that are in the document, from top to bottom."""
        return self.page.locator("#list .change .key").all_inner_texts()

    @property
    def groups(self) -> list[str]:
        """The heads of the groups that are in the document: `update variants prices 2`."""
        heads = self.page.locator("#list .group > button").all_inner_texts()
        return [" ".join(head.split()) for head in heads]

    @property
    def count(self) -> str:
        return self.page.locator("#count").inner_text()

    @property
    def summary(self) -> str:
        """What the bar says: `9 of 12 changes approved; 1 excluded, 2 more need it`."""
        said = (self.page.locator(f"#{name}").inner_text() for name in ("summary", "besides"))
        return "; ".join(filter(None, said))

    @property
    def recap(self) -> list[str]:
        return [line for line in self.page.locator("#recap").inner_text().splitlines() if line]

    @property
    def against(self) -> list[str]:
        """What stands against an approval."""
        return self.page.locator("#against li").all_inner_texts()

    def show_changes(self) -> None:
        self.page.locator("#changes").evaluate("element => element.scrollIntoView()")
        self.page.wait_for_selector("#list .change")

    def grow(self, height: int) -> None:
        """A window so high that all of a short list is in the document."""
        self.page.set_viewport_size({"width": 1280, "height": height})
        drawn = "() => new Promise(on => requestAnimationFrame(() => requestAnimationFrame(on)))"
        self.page.wait_for_function("height => innerHeight === height", arg=height)
        self.page.evaluate(drawn)

    def wait_for_count(self, text: str) -> None:
        self.page.wait_for_function(
            "text => document.getElementById('count').textContent === text", arg=text
        )

    def search(self, text: str, count: str) -> None:
        self.page.fill("#search", text)
        self.wait_for_count(count)

    def choose(self, facet: str, label: str) -> None:
        self.page.select_option(f"#{facet}", label=label)

    def change(self, key: str, action: str = "") -> Locator:
        """The line of the first change with this key, among those in the document."""
        exactly = self.page.locator(".key", has_text=key).first
        lines = self.page.locator("#list .change", has=exactly)
        return (lines.filter(has=self.page.locator(f".action.{action}")) if action else lines).first

    def open(self, key: str, within: str = "") -> str:
        """Open the change with this key and return the text of its details."""
        change = self.page.locator(f"#list .change{within}", has_text=key).first
        change.locator("button").first.click()
        return self.page.locator("#list .change.open .detail").last.inner_text()

    def tick(self, address: str) -> Locator:
        """The check box of a change, by what it is called: `product 24-MB01`."""
        return self.page.get_by_label(f"Include {address}", exact=True)

    def exclude(self, *addresses: str) -> None:
        for address in addresses:
            self.tick(address).uncheck()

    def marks(self, key: str, action: str = "") -> list[str]:
        return self.change(key, action).locator(".mark").all_inner_texts()

    def reload(self) -> None:
        """As it is after the browser was closed and the file opened again."""
        self.page.wait_for_timeout(400)
        uri = self.page.url
        self.page.reload()
        self.page.wait_for_selector("#list .group", state="attached")
        self.show_changes()
        self.complaints.remove(uri)

    def approve(self, to: Path, name: str = "Ada", note: str = "", at: str = LAST) -> bytes:
        """Fill in the form, download the approval as given `at` a time ("": now), return it."""
        if at:
            self.page.clock.set_fixed_time(at)
        self.page.fill("#by", name)
        self.page.fill("#note", note)
        with self.page.expect_download() as download:
            self.page.locator("#bar .download").click()
        assert download.value.suggested_filename == "approval.yml"
        download.value.save_as(to)
        return to.read_bytes()


class OpenReview(Protocol):
    """Opens the report of a plan with these changes."""

    def __call__(self, changes: list[Change], **more: object) -> Review: ...


def addresses(changes: Iterable[Change]) -> list[str]:
    return [str(change.address) for change in changes]
