"""`reconcile history`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from drift_shops import magento, medusa
from shop_in_memory import Run

from reconcile.cli.context import Context
from reconcile.cli.history import refresh_index
from reconcile.drift.history import record

sys.path.append(str(Path(__file__).parents[1] / "report"))

from drift_samples import ROWS, entity, frame, shop, summary


def keep(workspace: Path, days: float, products: int = 12, folder: str = ".reconcile") -> None:
    entities = [entity("product", 2057, products), entity("order", 308)]
    told = summary(days, entities=entities, exceeded=["product"] if products > 100 else [])
    told["state"] = "drift" if products else "same"
    rows = frame(ROWS).drop("since").filter(frame(ROWS)["entity"] == "product")
    record(workspace / folder / "history", told, rows.head(products))


def test_without_any_run(run: Run, workspace: Path) -> None:
    result = run("history")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No runs yet" in result.stderr


def test_runs_a_line_per_entity_and_ages(run: Run, workspace: Path) -> None:
    for days, products in ((30, 3), (3, 300), (2, 0), (1, 6)):
        keep(workspace, days, products)
    result = run("history")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[1] == "2026-10-22 02:00 UTC drift 3 products 3 min 20 s"
    assert lines[2] == "2026-11-18 02:00 UTC too much 300 products 3 min 20 s"
    assert lines[3] == "2026-11-19 02:00 UTC same nothing 3 min 20 s"
    assert "products ▂█▁▂ 6 2,057 0.29 %" in lines
    assert "orders ▁▁▁▁ 0 308 0.00 %" in lines
    gone = "product:24-XX99 Medusa only 2026-11-20 02:00 UTC"
    assert any(line.startswith(gone) for line in lines)
    assert any(line.startswith("open mismatches") for line in lines)


def test_the_newest_only(run: Run, workspace: Path) -> None:
    for days in range(30, 0, -1):
        keep(workspace, days, days)
    assert len(re.findall("3 min 20 s", run("history").stdout)) == 20
    assert len(re.findall("3 min 20 s", run("history", "--last", "2").stdout)) == 2


def test_one_entity(run: Run, workspace: Path) -> None:
    keep(workspace, 1)
    document = json.loads(run("history", "--entity", "order", "--json").stdout)
    [kept] = document["runs"]
    assert ([each["entity"] for each in kept["entities"]], kept["state"]) == (["order"], "same")
    assert document["open"]["count"] == 0
    assert run("history", "--entity", "variant").stdout == ""


def test_json(run: Run, workspace: Path) -> None:
    keep(workspace, 1)
    document = json.loads(run("history", "--json").stdout)
    assert [each["apart"] for each in document["runs"]] == [12]
    assert document["open"]["count"] == sum(document["open"]["ages"].values()) == 6
    assert document["open"]["oldest"][0]["since"] == "2026-11-20T02:00:00.000Z"


def test_keys_of_people_are_masked(run: Run, workspace: Path) -> None:
    told = summary(1, entities=[entity("customer", 70, 1)])
    people = frame(ROWS).drop("since").filter(frame(ROWS)["entity"] == "customer")
    record(workspace / ".reconcile" / "history", told, people)
    for options in ([], ["--json"], ["--html"]):
        assert "roni_cost" not in run("history", *options).output
    assert "roni_cost" not in (workspace / "reports" / "index.html").read_text()
    assert "customer:r***@e***.com" in run("history").stdout


def test_the_page(run: Run, workspace: Path) -> None:
    keep(workspace, 1)
    page = workspace / "reports" / "index.html"
    assert run("history", "--html").stdout.strip() == str(page)
    first = page.read_text()
    assert "12 of 2,057 products have moved apart." in first
    keep(workspace, 0, 13)
    context = Context()
    refresh_index(context)
    assert "13 of 2,057 products have moved apart." in page.read_text()


def test_runs_of_other_machines(run: Run, workspace: Path) -> None:
    from reconcile.state import State

    settings = workspace / "reconcile.yml"
    settings.write_text(settings.read_text() + "\nstate: shared\n")
    told = summary(1, entities=[entity("product", 2057, 12)])
    rows = frame(ROWS).drop("since").head(2)
    record(workspace / "elsewhere", told, rows, State(str(workspace / "shared")))
    assert "12 products" in run("history").stdout


def test_an_incomplete_run_says_so(run: Run, workspace: Path) -> None:
    told = summary(1, source=shop("magento", complete=False))
    record(workspace / ".reconcile" / "history", told, frame(ROWS).drop("since"))
    assert "(incomplete)" in run("history").stdout


def test_every_drift_adds_to_it(run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Context, "open_source", lambda _: magento(["One", "Two"]).open())
    monkeypatch.setattr(Context, "open_target", lambda _, **__: medusa([("One", 1)]).open())
    assert run("drift", "--only", "customer_group").exit_code == 2
    [told] = json.loads(run("history", "--json").stdout)["runs"]
    assert (told["apart"], told["state"]) == (1, "drift")
    page = (workspace / "reports" / "index.html").read_text()
    assert f'href="drift/{told["id"]}/index.html"' in page


def test_damage_is_an_error_with_its_place(run: Run, workspace: Path) -> None:
    keep(workspace, 1)
    log = workspace / ".reconcile" / "history" / "runs.ndjson"
    log.write_text(log.read_text().replace('"format":1', '"format":0'))
    result = run("history")
    assert result.exit_code == 1
    assert f"{log}:1" in result.stderr.replace("\n", "")
    assert "format 0" in result.stderr


def test_an_output_without_blocks(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import ConsoleOptions

    keep(workspace, 1)
    monkeypatch.setattr(ConsoleOptions, "ascii_only", property(lambda _: True))
    assert run("history").stdout.isascii()


def test_hostile_shops(run: Run, workspace: Path) -> None:
    hostile = "\x1b[2J[red]x"
    told = summary(1, entities=[entity("product", 10, 1)])
    rows = frame([("product", hostile, "field", hostile, *ROWS[0][4:])]).drop("since")
    record(workspace / ".reconcile" / "history", told, rows)
    out = run("history").stdout
    assert "\x1b" not in out
    assert "\\x1b[2J[red]x" in out
