"""From the plan to the page, from the page to the file, from the file to Medusa: one product is
excluded in a browser, and it is what Medusa does not get."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from two_shops import CATALOGUE, TwoShops, two_shops

from reconcile.journal import JOURNAL, read
from reconcile.model import Change
from reconcile.plan import approval_file, file
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import MedusaShop

sys.path.append(str(Path(__file__).parents[1] / "browser"))

from review_page import Review

pytestmark = [pytest.mark.live, pytest.mark.browser]

SIZE, SEED = 12, 5


@dataclass(frozen=True)
class Reviewed:
    """The plan as approved in the browser; `said` is the page's count of approved changes."""

    shops: TwoShops
    folder: Path
    downloaded: Path
    left_out: str
    said: str

    @property
    def changes(self) -> list[Change]:
        return list(file.read(self.folder).changes)

    @property
    def products(self) -> set[str]:
        """The keys of the products that the plan creates."""
        return {c.address.key for c in self.changes if c.address.entity == "product"}


@pytest.fixture(scope="module")
def reviewed(
    fresh_medusa: MedusaShop, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reviewed]:
    workspace = tmp_path_factory.mktemp("review")
    with two_shops(workspace, generated_shop(SIZE, seed=SEED), fresh_medusa) as shops:
        shops.plan(*CATALOGUE)
        assert shops.run("show", "latest", "--html") == 0
        folder = shops.newest_plan
        downloaded = workspace / "downloads" / approval_file.APPROVAL
        left_out, said = _review(browser, folder, workspace, downloaded)
        yield Reviewed(shops, folder, downloaded, left_out, said)


def _review(browser: Browser, folder: Path, workspace: Path, downloaded: Path) -> tuple[str, str]:
    """Exclude the first product whose key stands in no other one's, and download."""
    keys = [c.address.key for c in file.read(folder).changes if c.address.entity == "product"]
    left_out = next(key for key in keys if sum(key in other for other in keys) == 1)
    with browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True) as page:
        page.goto((workspace / "reports" / folder.name / "index.html").as_uri())
        review = Review(page, folder)
        review.show_changes()
        page.fill("#search", f"product:{left_out}")
        review.tick(f"product {left_out}").uncheck()
        review.approve(downloaded, "Ada", "not this one", at="")
        return left_out, review.summary.split(" changes approved")[0]


def test_the_downloaded_file_is_what_apply_obeys(reviewed: Reviewed) -> None:
    shops = reviewed.shops
    assert shops.run("approve", "latest", "--file", str(reviewed.downloaded)) == 0
    installed = (reviewed.folder / approval_file.APPROVAL).read_bytes()
    assert installed == reviewed.downloaded.read_bytes()
    assert shops.run("apply", "latest") == 0
    assert shops.run("verify", "latest") == 0


def test_what_was_excluded_is_not_in_medusa_and_the_rest_is(reviewed: Reviewed) -> None:
    query = "select external_id from product where deleted_at is null"
    there = {str(key) for (key,) in reviewed.shops.rows(query)}
    assert there == reviewed.products - {reviewed.left_out}


def test_its_variants_are_not_there_either(reviewed: Reviewed) -> None:
    needing = {
        change.address.key
        for change in reviewed.changes
        if change.address.entity == "variant" and f"product:{reviewed.left_out}" in change.refs
    }
    assert needing
    query = "select sku from product_variant where deleted_at is null"
    there = {str(sku) for (sku,) in reviewed.shops.rows(query)}
    variants = {c.address.key for c in reviewed.changes if c.address.entity == "variant"}
    assert there == variants - needing


def test_the_page_said_how_much_would_be_written(reviewed: Reviewed) -> None:
    outcomes = read(reviewed.folder / JOURNAL, reviewed.changes).outcomes
    assert reviewed.said == f"{len(outcomes):,} of {len(reviewed.changes):,}"
