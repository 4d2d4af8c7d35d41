"""The pages about drift: what is embedded and counted, what cannot break out, what is linked."""

from __future__ import annotations

import json
import re
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from drift_samples import (
    ENTITIES,
    NOW,
    ROWS,
    SCHEMA,
    at,
    entity,
    frame,
    hostile_rows,
    many_rows,
    runs,
    shop,
    summary,
)
from parsed_page import Page
from samples import HOSTILE, small_changes, write_plan

from reconcile.drift.runs import from_summary
from reconcile.errors import HistoryError
from reconcile.report import drift_rows
from reconcile.report.drift_ages import age_text, ages, oldest
from reconcile.report.drift_page import write_drift, write_index
from reconcile.report.drift_rows import embedded
from reconcile.report.drift_trend import BOTTOM, MOST_POINTS, TOP, trends
from reconcile.report.drift_words import apart_text, headline, took
from reconcile.report.plan_lines import PlanLine, plan_lines
from reconcile.report.render import write_html
from reconcile.report.sparkline import sparkline


def parsed(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def drift(folder: Path, rows: Any = ROWS, *, mask: bool = True, **other: Any) -> Page:
    return parsed(write_drift(folder, summary(**other), frame(rows), mask=mask))


def index(folder: Path, count: int, rows: Any = ROWS, plans: Any = ()) -> Page:
    return parsed(write_index(folder, runs(count), frame(rows), plans, now=NOW))


# Words


@pytest.mark.parametrize(
    ("entities", "since", "words"),
    [
        (
            [entity("product", 2057, 12), entity("inventory_level", 2254, 3), entity("order", 9)],
            "2026-11-01",
            "12 of 2,057 products and 3 of 2,254 stock levels have moved apart since 2026-11-01.",
        ),
        ([entity("product", 2057, 1)], "", "1 of 2,057 products have moved apart."),
        ([entity("product", 1, 1)], "", "1 product has moved apart."),
        (
            [entity("product", 2000), entity("order", 311)],
            "",
            "Nothing has moved apart: all 2,311 records that were compared agree.",
        ),
        (
            [
                entity(name, 10, count)
                for name, count in {"order": 9, "product": 8, "variant": 7, "category": 1}.items()
            ],
            "",
            (
                "9 of 10 orders, 8 of 10 products, 7 of 10 variants and 1 other record "
                "have moved apart."
            ),
        ),
    ],
)
def test_headline(entities: list[dict[str, Any]], since: str, words: str) -> None:
    assert headline(from_summary(summary(entities=entities)), since) == words


def test_short_words() -> None:
    assert apart_text(from_summary(summary())) == (
        "12 products, 3 stock levels, 2 variants, 1 customer"
    )
    assert [took(seconds) for seconds in (0.2, 45, 200, 3900)] == [
        "0 s",
        "45 s",
        "3 min 20 s",
        "1 h 5 min",
    ]


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=10), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=50), "5 hours"),
        (timedelta(days=19, hours=23), "19 days"),
    ],
)
def test_age(age: timedelta, words: str) -> None:
    assert age_text(NOW - age, NOW) == words


def test_classes_of_age() -> None:
    days = (0, 0.9, 1, 6.9, 7, 29.9, 30, 400)
    rows = [("product", str(n), *ROWS[0][2:-1], at(age)) for n, age in enumerate(days)]
    assert [count for _, count in ages(frame(rows), NOW)] == [2, 2, 2, 2]
    assert [count for _, count in ages(frame([]), NOW)] == [0, 0, 0, 0]


def test_the_oldest_come_first_and_masked() -> None:
    found = oldest(frame(), NOW, 100)
    assert [each.record for each in found[:2]] == ["product:24-XX99", "product:24-MB01"]
    assert "customer:r***@e***.com" in [each.record for each in found]
    assert len(oldest(frame(), NOW, 3)) == 3


@pytest.mark.parametrize(
    ("values", "blocks", "plain"),
    [
        ([0, 1, 4, 8], "▁▂▅█", "_.=#"),
        ([0, 0], "▁▁", "__"),
        ([None, 1000, 1], " █▂", " #."),
        ([], "", ""),
    ],
)
def test_sparkline(values: list[int | None], blocks: str, plain: str) -> None:
    assert sparkline(values) == blocks
    assert sparkline(values, ascii_only=True) == plain


# One run


def test_the_page_says_what_was_found(tmp_path: Path) -> None:
    page = drift(tmp_path)
    assert "12 of 2,057 products, 3 of 2,254 stock levels, 2 of 1,904 variants" in page.text
    assert "moved apart since 2026-10-12." in page.text
    assert "exceeded 0.58 % of products have moved apart; at most 0.5 % may." in page.text
    assert "kept 0.11 % of variants have moved apart" in page.text
    assert "New with this run 4" in page.text
    assert "2 of 250 records drawn at random differ." in page.text
    assert "Of all records that is 0.8 %" in page.text
    assert "3 min 20 s" in page.text


def test_numbers_add_up_to_those_of_the_summary(tmp_path: Path) -> None:
    path = write_drift(tmp_path, summary(), frame())
    cells = re.findall(r'data-entity="(\w+)"[^>]*>(\d+)</button>', path.read_text())
    wanted = [
        (each["entity"], str(each[name]))
        for each in ENTITIES
        for name in ("different", "missing_in_medusa", "medusa_only")
        if each[name]
    ]
    assert cells == wanted


def test_without_limit_sample_or_files_nothing_is_said_of_them(tmp_path: Path) -> None:
    page = drift(tmp_path, max_percent=None, exceeded=[], sample=None, files={})
    for word in ("Limits", "Spot check", "Files"):
        assert word not in page.text


def test_nothing_apart(tmp_path: Path) -> None:
    page = drift(tmp_path, [], entities=[entity("product", 2057)], exceeded=[], sample=None)
    assert "all 2,057 records that were compared agree" in page.text
    assert page.scripts == []
    assert "Of any entity nothing has moved apart; at most 0.5 % may." in page.text


def test_an_incomplete_snapshot_is_named(tmp_path: Path) -> None:
    page = drift(tmp_path, source=shop("magento", complete=False))
    assert "The snapshot of Magento is incomplete." in page.text
    assert "The snapshot of Medusa" not in page.text


def test_personal_data_is_masked(tmp_path: Path) -> None:
    text = write_drift(tmp_path / "masked", summary(), frame()).read_text()
    for word in ("roni_cost", "Veronica", "Roni"):
        assert word not in text
    assert "r***@e***.com" in text
    full = write_drift(tmp_path / "full", summary(), frame(), mask=False).read_text()
    assert "Veronica" in full
    assert "roni_cost@example.com" in full


PLACE = {"id": "1", "city": "Calder", "street": "6146 Honey Bluff"}


@pytest.mark.parametrize(
    ("entity_name", "field", "text", "shown"),
    [
        ("customer", "first_name", "Veronica", "***"),
        ("customer", "first_name", "", ""),
        ("customer", "first_name", None, None),
        ("customer", "addresses", json.dumps([PLACE]),
         '[{"city":"***","id":"1","street":"***"}]'),
        ("customer", "addresses", "[1]", "***"),
        ("customer", "addresses", '[{"city":"Calder', "***"),
        ("customer", "no_such_field", "Veronica", "***"),
        ("customer", "metadata.phone", '{"home":"roni@example.com 555"}', "***"),
        ("customer", "", None, None),
        ("product", "title", "Veronica", "Veronica"),
    ],
)  # fmt: skip
def test_values_are_masked_as_in_a_plan(
    entity_name: str, field: str, text: str | None, shown: str | None
) -> None:
    row = (entity_name, "a@b.com", "field", field, text, text, None, "1", "1", at(0))
    [line] = json.loads(embedded(frame([row]), NOW, NOW, mask=True).rows)
    assert line[4:6] == [shown, shown]


def test_rows_stand_for_the_mismatches(tmp_path: Path) -> None:
    page = drift(tmp_path, mask=False)
    names, rows = json.loads(page.scripts[0]), json.loads(page.scripts[1])
    back = [
        (
            names["entities"][row[0]][0],
            row[1],
            names["kinds"][row[2]][0],
            names["fields"][row[3]],
            row[4],
            row[5],
            None if names["changedBy"][row[6]][0] == "unknown" else names["changedBy"][row[6]][0],
            row[8],
            row[9],
            names["since"][row[7]][0],
        )
        for row in rows
    ]
    assert back == list(ROWS)
    assert {each[1] for each in names["since"]} == {"new", "3 days", "8 days", "19 days", "40 days"}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_adds_no_tag(tmp_path: Path, name: str) -> None:
    text = HOSTILE[name]
    hostile = entity(text, 10, 1, fields={text: 1}, changed_by={"unknown": 1})
    row = (text, text, text, text, text, text, text, text, text, at(1))
    tags = [
        [tag for tag, _ in drift(tmp_path, [each], entities=[named], exceeded=[word]).tags]
        for each, named, word in (
            (row, hostile, text),
            (ROWS[0], {**hostile, "entity": "product", "fields": {"title": 1}}, "product"),
        )
    ]
    assert tags[0] == tags[1]
    page = drift(tmp_path, [row])
    assert json.loads(page.scripts[1])[0][1] == text


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    for page in (drift(tmp_path), index(tmp_path, 3)):
        addresses = [text or "" for text in page.addresses()]
        assert [text for text in addresses if ":" in text] == ["data:,"]
        policy = next(attrs["content"] for _, attrs in page.tags if "http-equiv" in attrs) or ""
        assert policy.startswith("default-src 'none'; script-src 'sha256-") or (
            "script-src 'none'" in policy
        )
        assert "unsafe" not in policy
        assert not [attrs for _, attrs in page.tags if "style" in attrs or "onclick" in attrs]


def test_files_are_linked_beside_the_page(tmp_path: Path) -> None:
    files = {"a b.csv": 1, "../../evil.csv": 1, "/etc/passwd": 1, ".hidden": 1, "c\\d.csv": 1}
    page = drift(tmp_path, files=files)
    assert [each for each in page.links() if each and not each.startswith("#")] == ["a%20b.csv"]


def test_page_is_private_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = write_drift(tmp_path, summary(), frame())
    assert path == tmp_path / "index.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_bytes()
    assert write_drift(tmp_path, summary(), frame()).read_bytes() == first
    assert [each.name for each in tmp_path.iterdir()] == ["index.html"]


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HistoryError, match="Cannot write the page"):
        write_drift(tmp_path / "file", summary(), frame())


def test_more_than_a_browser_likes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift_rows, "MOST_ROWS", 20)
    page = drift(tmp_path, many_rows(50))
    assert "the first 20 of 50 mismatches" in page.text
    assert len(json.loads(page.scripts[1])) == 20
    assert "field-mismatches.csv" in page.links()


def test_more_text_than_a_browser_likes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift_rows, "MOST_TEXT", 1000)
    shown = len(json.loads(drift(tmp_path, many_rows(50)).scripts[1]))
    assert 0 < shown < 20


def test_long_values_are_cut_and_said_to_be(tmp_path: Path) -> None:
    long = (*ROWS[0][:4], "x" * 5000, "y", *ROWS[0][6:])
    page = drift(tmp_path, [long, ROWS[2]])
    rows = json.loads(page.scripts[1])
    assert (len(rows[0][4]), rows[0][10:], rows[1][10:]) == (2000, [1], [])
    assert "1 mismatch has a long value: here are the first 2,000 characters" in page.text


# All runs


@pytest.mark.parametrize("count", [0, 1, 2, 40, 1000])
def test_any_number_of_runs(tmp_path: Path, count: int) -> None:
    page = index(tmp_path, count, ROWS if count else [])
    assert ("never compared" in page.text) == (count == 0)
    assert page.scripts == []
    assert len((tmp_path / "index.html").read_bytes()) < 250_000
    assert ("earlier ones" in page.text) == (count > 20)
    assert "NaN" not in page.text


def test_charts_stand_on_their_numbers() -> None:
    found = {each.entity: each for each in trends(runs(40))}
    stock = found["inventory_level"]
    assert len(stock.points) == 40
    assert stock.top >= max(point.counts.apart for point in stock.points)
    for point in stock.points:
        assert TOP <= point.y <= BOTTOM
        share = (BOTTOM - point.y) / (BOTTOM - TOP)
        assert share * stock.top == pytest.approx(point.counts.apart, abs=stock.top / 500)
    assert next(x for x in stock.points if x.counts.apart == 0).y == BOTTOM
    assert list(found) == ["category", "product", "variant", "inventory_level", "order"]
    assert [name for name, trend in found.items() if trend.calm] == ["category", "order"]


def test_thinning_keeps_the_peaks_and_the_last() -> None:
    many = runs(1000, hours=1)
    found = {each.entity: each for each in trends(many)}["product"]
    assert len(found.points) == MOST_POINTS
    assert found.thinned
    assert found.points[-1].at == NOW
    most = max(run.of("product").apart for run in many if run.of("product"))  # type: ignore[union-attr]
    assert max(point.counts.apart for point in found.points) == most
    assert [point.x for point in found.points] == sorted(point.x for point in found.points)


def test_a_narrowed_run_has_no_point_of_what_it_did_not_see() -> None:
    narrow = from_summary(summary(1, entities=[entity("product", 2057, 3)]))
    found = {each.entity: each for each in trends([*runs(3)[:2], narrow, *runs(3)[2:]])}
    assert (len(found["product"].points), len(found["variant"].points)) == (4, 3)


def test_every_chart_has_words_and_a_table(tmp_path: Path) -> None:
    page = index(tmp_path, 5)
    labels = [attrs["aria-label"] for _, attrs in page.tags if attrs.get("role") == "img"]
    assert len(labels) == 3
    assert labels[0] == (
        "products that have moved apart: 7 on 2026-11-17, 35 on 2026-11-21. "
        "The table below has every number."
    )
    assert page.text.count("As a table") == 3


def test_only_pages_that_exist_are_linked(tmp_path: Path) -> None:
    kept, gone = runs(2)
    write_drift(tmp_path / "drift" / kept.id, summary(1), frame())
    plan = PlanLine("20261120T000000Z-aaaaaaaa", NOW, 12, "proven")
    lost = PlanLine("20261119T000000Z-bbbbbbbb", NOW, 12, "approved")
    write_drift(tmp_path / plan.id, summary(), frame())
    page = index(tmp_path, 2, plans=[plan, lost])
    assert page.links() == [f"drift/{kept.id}/index.html", f"{plan.id}/index.html"]
    assert gone.id not in page.text
    assert lost.id not in page.text


def test_the_other_shops_are_named_where_there_are_some(tmp_path: Path) -> None:
    elsewhere = {**shop("medusa"), "url": "https://staging.example.com"}
    known = [from_summary(summary(5, target=elsewhere)), *runs(2)]
    page = parsed(write_index(tmp_path, known, frame([]), [], now=NOW))
    assert "https://magento.example.com ↔ https://staging.example.com" in page.text
    assert "Runs 3" in page.text
    assert {len(each.points) for each in trends(known[1:])} == {2}


def test_keys_are_masked_on_the_index(tmp_path: Path) -> None:
    index(tmp_path, 1)
    text = (tmp_path / "index.html").read_text()
    assert "roni_cost" not in text
    assert "customer:r***@e***.com" in text


def test_plans_with_a_report(tmp_path: Path) -> None:
    folder = write_plan(tmp_path / "plans", small_changes())
    reports = tmp_path / "reports"
    assert plan_lines(tmp_path / "plans", reports) == []
    write_html(folder, reports)
    write_drift(reports / "drift" / "20261121T020000Z", summary(), frame())
    (reports / "20990101T000000Z-eeeeeeee").mkdir()
    (reports / "20990101T000000Z-eeeeeeee" / "index.html").touch()
    [line] = plan_lines(tmp_path / "plans", reports)
    assert (line.id, line.changes, line.state) == (folder.name, 12, "planned")
    for name, content, state in (
        ("approval.yml", "", "approved"),
        ("journal.ndjson", "", "applied"),
        ("verify.json", "{", "not proven"),
        ("verify.json", '{"proven": true}', "proven"),
    ):
        (folder / name).write_text(content)
        assert [each.state for each in plan_lines(tmp_path / "plans", reports)] == [state]


def test_since_needs_no_rows() -> None:
    assert embedded(pl.DataFrame(schema=SCHEMA), NOW, NOW, mask=True).shown == 0
    assert hostile_rows({"a": "b"})[0][1] == "a"
