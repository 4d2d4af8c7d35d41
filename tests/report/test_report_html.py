"""The HTML file: what is embedded, what cannot break out, how it is written."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from parsed_page import Page
from samples import HOSTILE, create, hostile_changes, small_changes, small_plan, write_plan

from reconcile.errors import PlanError
from reconcile.model import Address
from reconcile.personal_keys import pseudonym
from reconcile.plan import file
from reconcile.report import embedded
from reconcile.report.data import report_data
from reconcile.report.render import write_html, write_page
from reconcile.report.survey import survey


def page_of(folder: Path, root: Path) -> str:
    return write_html(folder, root).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_script_json_keeps_the_value_and_holds_no_markup(text: str) -> None:
    written = embedded.script_json([text])
    assert json.loads(written) == [text]
    assert not re.search("[<>&\u2028\u2029\n]", written)


def test_rows_and_details_are_json_line_by_line(tmp_path: Path) -> None:
    folder = write_plan(tmp_path, hostile_changes())
    scripts = Page(page_of(folder, tmp_path)).scripts
    assert len(scripts) == 6
    rows, details = (json.loads(script) for script in scripts[2:4])
    assert [row[1] for row in rows] == [str(c.address.key) for c in hostile_changes()]
    assert [detail[0][0] for detail in details] == [["title", text] for text in HOSTILE.values()]
    assert len(scripts[3].splitlines()) == len(details) + 2


def test_shop_text_adds_no_tags(tmp_path: Path) -> None:
    harmless = [create("product", f"K{n}", title="T") for n in range(len(HOSTILE))]
    tags = [
        [
            tag
            for tag, _ in Page(page_of(write_plan(tmp_path / name, changes), tmp_path / name)).tags
        ]
        for name, changes in (("hostile", hostile_changes()), ("harmless", harmless))
    ]
    assert tags[0] == tags[1]


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    tags = Page(page_of(write_plan(tmp_path, small_changes()), tmp_path)).tags
    addresses = [
        value for _, attrs in tags for name, value in attrs.items() if name in {"src", "href"}
    ]
    assert addresses == ["data:,", "#changes"]
    policy = next(attrs["content"] for tag, attrs in tags if "http-equiv" in attrs) or ""
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


def test_names_stand_for_what_rows_say(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    found = survey(plan.changes)
    known = embedded.names(report_data(plan), found, {})
    lines = embedded.Rows(plan.digest, known, found, {}).of(plan.changes)
    rows = [json.loads(line) for line in lines]
    named = [
        (known.entities[row[0]], row[1], known.as_json()["actions"][row[2]][0]) for row in rows
    ]
    assert named == [(c.address.entity, c.address.key, c.action.value) for c in plan.changes]
    assert [[known.fields[at] for at in row[4]] for row in rows] == [
        [part.path for part in c.fields] for c in plan.changes
    ]


def test_rows_say_what_a_change_needs(tmp_path: Path) -> None:
    """By place, and only what another change of the plan creates."""
    changes = [
        create("category", "bags", name="Bags"),
        replace(create("product", "A", title="A"), refs={"category:bags": None, "x:y": "id"}),
        replace(create("variant", "A-S", sku="A-S"), refs={"product:A": None, "x:gone": None}),
    ]
    scripts = Page(page_of(write_plan(tmp_path, changes), tmp_path)).scripts
    rows = json.loads(scripts[2])
    assert [row[8] if len(row) > 8 else [] for row in rows] == [[], [0], [1]]


def test_no_email_stands_in_a_masked_page(tmp_path: Path) -> None:
    """An approval calls a customer by a pseudonym, which the page knows."""
    folder = write_plan(
        tmp_path, [create("customer", "ada@shop.invalid", email="ada@shop.invalid")]
    )
    page = page_of(folder, tmp_path)
    assert "ada@shop.invalid" not in page
    name = pseudonym(Address("customer", "ada@shop.invalid"), file.read(folder).digest)
    assert json.loads(Page(page).scripts[2])[0][-1] == name


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("data:image/jpeg;base64,AAAA", True),
        ("data:image/webp;base64,AA==", True),
        ("data:image/svg+xml;base64,AAAA", False),
        ("data:text/html;base64,AAAA", False),
        ("data:image/png,<svg>", False),
        ("https://shop.invalid/x.png", False),
        ("data:image/png;base64,AAAA\n", False),
    ],
)
def test_only_pictures_without_script_are_embedded(tmp_path: Path, uri: str, shown: bool) -> None:
    folder = write_plan(tmp_path, small_changes())
    page = write_page(folder, tmp_path / "page.html", thumbnails={"https://shop.invalid/a": uri})
    held = json.loads(Page(page.read_text(encoding="utf-8")).scripts[4])
    assert held == ([["https://shop.invalid/a", uri]] if shown else [])


def test_page_is_private_and_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = write_plan(tmp_path / "plans", small_changes())
    first = write_html(folder, tmp_path / "reports")
    assert first == tmp_path / "reports" / folder.name / "index.html"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert write_html(folder, tmp_path / "reports") == first
    assert [each.name for each in first.parent.iterdir()] == ["index.html"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full to fill up a disk")
def test_full_disk_leaves_the_former_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_plan(tmp_path, small_changes())
    page = write_page(folder, tmp_path / "page.html")
    former = page.read_bytes()
    opened = os.open

    def full(path: str, flags: int, mode: int = 0o777) -> int:
        """Everything can be read; what is written finds no space."""
        return opened(path if flags == os.O_RDONLY else "/dev/full", flags & ~os.O_EXCL, mode)

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(PlanError, match="Cannot write the report"):
        write_page(folder, page)
    assert page.read_bytes() == former


def test_same_plan_same_page(tmp_path: Path) -> None:
    folder = write_plan(tmp_path, small_changes())
    assert page_of(folder, tmp_path / "a") == page_of(folder, tmp_path / "b")
