"""plan.md: small, stable, and shop text is only text."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt
from samples import hostile_changes, many_changes, small_plan, write_plan

from reconcile.plan import file
from reconcile.report.plan_md import plan_markdown

GOLDEN = Path(__file__).parent / "golden" / "plan.md"


def test_same_text_as_ever(tmp_path: Path) -> None:
    """To accept an intended change, write the new text over the golden file and read its diff."""
    assert plan_markdown(small_plan(tmp_path)) == GOLDEN.read_text(encoding="utf-8")


def test_names_the_digest(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    assert f"`{plan.digest}`" in plan_markdown(plan)


def test_shop_text_makes_no_markup(tmp_path: Path) -> None:
    plan = file.read(write_plan(tmp_path, hostile_changes()))
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(plan_markdown(plan))
    for tag in ("<script", "<img", "<a ", "<!--"):
        assert tag not in page
    assert "&lt;script&gt;" in page


def test_size_does_not_grow_with_the_plan(tmp_path: Path) -> None:
    plan = file.read(write_plan(tmp_path, list(many_changes(2000))))
    assert len(plan_markdown(plan).splitlines()) < 70
