"""`reconcile drift` as it is typed: exit codes, what is said, and what is left behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import Result
from drift_shops import TablesShop, add_group, magento, medusa
from jsonschema import Draft202012Validator
from shop_in_memory import Run

from reconcile.cli.context import Context
from reconcile.errors import HistoryError, Unreachable
from reconcile.notify.message import Message, State

GROUPS = [f"Group {number}" for number in range(1, 201)]
Drift = Callable[..., Result]


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> TablesShop:
    shop = magento(GROUPS)
    monkeypatch.setattr(Context, "open_source", lambda _: shop.open())
    return shop


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> TablesShop:
    shop = medusa((name, number) for number, name in enumerate(GROUPS, 1))
    monkeypatch.setattr(Context, "open_target", lambda _, **__: shop.open())
    return shop


@pytest.fixture
def drift(run: Run, workspace: Path, source: TablesShop, target: TablesShop) -> Drift:
    """The command, about customer groups alone unless it says otherwise."""
    return lambda *words: run("drift", *(words or ()), "--only", "customer_group")


def rename(shop: TablesShop, *numbers: int) -> None:
    for number in numbers:
        row = shop.rows["customer_groups"][number - 1]
        shop.rows["customer_groups"][number - 1] = {**row, "name": f"Renamed {number}"}


def flat(text: str) -> str:
    return " ".join(text.split())


def report_of(workspace: Path) -> Path:
    return max((workspace / "reports" / "drift").iterdir())


def test_the_same(drift: Drift, workspace: Path) -> None:
    result = drift()
    assert result.exit_code == 0, result.output
    assert "Nothing has moved apart: all 200 records that were compared agree." in result.stdout
    assert flat(result.stdout).endswith(f"{report_of(workspace)}")
    assert list((workspace / "plans").glob("2*")) == []


def test_differences(drift: Drift, workspace: Path, target: TablesShop) -> None:
    rename(target, 7)
    add_group(target, "cusgroup_x", "Theirs", None)
    add_group(target, "cusgroup_y", "Gone", 999)
    del target.rows["customer_groups"][0]
    result = drift()
    assert result.exit_code == 2, result.output
    assert "customer groups 201 198 1 1 1 1 1.49" in flat(result.stdout)
    assert "Fields customer_group.name 1" in flat(result.stdout)
    assert "missing-in-medusa.csv 1" in flat(result.stdout)
    assert "Changed by not known 3" in flat(result.stdout)
    assert (report_of(workspace) / "index.html").is_file()


def test_what_is_not_carried_is_said(drift: Drift, source: TablesShop, target: TablesShop) -> None:
    source.rows["customer_groups"].append({"id": "201", "code": " "})
    result = drift()
    assert result.exit_code == 0, result.output
    assert "Not carried 1 customer group: see unmapped.csv" in flat(result.stdout)


def test_json_is_the_summary(drift: Drift, workspace: Path, target: TablesShop) -> None:
    rename(target, 7)
    result = drift("--json", "--sample", "10", "--seed", "4")
    printed = json.loads(result.stdout)
    schema = json.loads(files("reconcile.drift").joinpath("summary_schema.json").read_text())
    Draft202012Validator(schema).validate(printed)
    assert printed == json.loads((report_of(workspace) / "summary.json").read_text())
    assert (printed["source"]["url"], printed["target"]["url"]) == (
        "https://magento.test", "https://medusa.test"
    )  # fmt: skip
    assert (printed["sample"]["seed"], printed["sample"]["all"]["drawn"]) == (4, 10)


@pytest.mark.parametrize(
    ("most", "renamed", "code"),
    [
        ("0.5%", 1, 0), ("0.5", 1, 0), ("0.50 %", 1, 0), ("0.5%", 2, 2), ("0.49", 1, 2),
        ("0", 0, 0), ("0", 1, 2), ("100", 200, 0),
    ],
)  # fmt: skip
def test_up_to_a_share_may_differ(
    drift: Drift, target: TablesShop, most: str, renamed: int, code: int
) -> None:
    """Of 200 one is exactly half a percent."""
    rename(target, *range(1, renamed + 1))
    result = drift("--max", most)
    assert result.exit_code == code, result.output
    over = f"customer_group: {renamed / 2:.2f} % differ ({renamed} of 200), over "
    assert (over in result.stdout) is (code == 2)
    assert ("That is within" in result.stdout) is bool(code == 0 and renamed)


def test_what_is_over_is_said_beside_json_too(drift: Drift, target: TablesShop) -> None:
    rename(target, 1, 2)
    result = drift("--max", "0.5", "--json")
    assert json.loads(result.stdout)["exceeded"] == ["customer_group"]
    assert "customer_group: 1.00 % differ (2 of 200), over 0.5 %" in flat(result.stderr)


@pytest.mark.parametrize("text", ["", "x", "-1", "101", "nan", "inf", "5%%", "1e400"])
def test_shares_that_are_none(drift: Drift, source: TablesShop, text: str) -> None:
    result = drift("--max", text)
    assert result.exit_code == 1
    assert "is no share from 0 to 100" in result.stderr
    assert source.pulled == 0


def test_a_source_cut_short(drift: Drift, source: TablesShop, target: TablesShop) -> None:
    source.incomplete = {"customer_groups"}
    add_group(target, "cusgroup_y", "Gone", 999)
    result = drift()
    assert result.exit_code == 0, result.output
    assert "The table 'customer_groups' of magento is not complete: cut short." in flat(
        result.stderr
    )


def test_a_target_cut_short(drift: Drift, workspace: Path, target: TablesShop) -> None:
    target.incomplete = {"customer_groups"}
    result = drift()
    assert result.exit_code == 1
    assert "of medusa is not complete: 'customer_groups' (cut short)" in flat(result.stderr)
    assert "Remedy: Run it again when the shop is quiet." in flat(result.stderr)
    assert not (workspace / "reports" / "drift").exists()


def test_a_shop_that_does_not_answer(drift: Drift, target: TablesShop) -> None:
    target.broken = Unreachable("No answer.", remedy="Try later.")
    result = drift()
    assert result.exit_code == 1
    assert "Error: No answer." in result.stderr


def test_folders_that_are_given_are_not_read_anew(
    drift: Drift, run: Run, workspace: Path, source: TablesShop, target: TablesShop
) -> None:
    run("snapshot")
    [folder] = (workspace / ".reconcile" / "snapshots" / "magento").iterdir()
    [held] = (workspace / ".reconcile" / "snapshots" / "medusa").iterdir()
    rename(target, 1)
    assert drift("--magento", str(folder), "--medusa", str(held)).exit_code == 0
    assert (source.pulled, target.pulled) == (1, 1)
    assert drift("--magento", str(folder)).exit_code == 2
    assert (source.pulled, target.pulled) == (1, 2)
    swapped = drift("--magento", str(held), "--medusa", str(folder))
    assert swapped.exit_code == 1
    assert "is a snapshot of medusa, not of magento." in flat(swapped.stderr)


def test_a_spot_check_says_how_sure_it_is(drift: Drift, workspace: Path) -> None:
    result = drift("--sample", "100", "--seed", "7")
    assert "Spot check of 100 each, --seed 7" in result.stdout
    sure = "0.0 % (95 % confident: below 1.9 %)"
    assert f"customer groups: 0 of 100 differ: {sure}" in result.stdout
    assert f"in all: 0 of 100 drawn differ; of all records {sure}" in result.stdout
    rows = (report_of(workspace) / "sample.csv").read_text().splitlines()
    assert len(rows) == 1 + 2 * 100


def test_the_seed_is_told_when_none_is_given(drift: Drift) -> None:
    seeds = {json.loads(drift("--json", "--sample", "1").stdout)["sample"]["seed"] for _ in "ab"}
    assert len(seeds) == 2


def test_everybody_is_told(
    drift: Drift, target: TablesShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Message] = []
    monkeypatch.setattr(Context, "announce", lambda _, message: told.append(message))
    drift()
    rename(target, 1)
    drift()
    drift("--max", "1")
    states = [(each.command, each.state) for each in told]
    assert states == [("drift", State.SAME), ("drift", State.DRIFT), ("drift", State.SAME)]
    assert [row.numbers for row in told[1].counts] == [{"different": 1}]
    assert told[1].headline.startswith("1 of 200 customer groups")
    assert told[1].shops == ("https://magento.test", "https://medusa.test")


def test_since_stays_with_the_workspace(drift: Drift, workspace: Path, target: TablesShop) -> None:
    rename(target, 1)
    drift()
    first = report_of(workspace)
    drift()
    rows = [(each / "field-mismatches.csv").read_text() for each in (first, report_of(workspace))]
    assert rows[0] == rows[1]
    assert first != report_of(workspace)


def test_the_page_over_all_runs_is_made_anew(
    drift: Drift, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drift()
    page = workspace / "reports" / "index.html"
    assert report_of(workspace).name in page.read_text()

    def damaged(*_: object) -> None:
        raise HistoryError("A line is damaged.")

    monkeypatch.setattr("reconcile.cli.history.write_index", damaged)
    result = drift()
    assert result.exit_code == 0
    assert "index.html is not up to date: A line is damaged." in flat(result.stderr)


def test_redirects_of_the_settings(run: Run, workspace: Path) -> None:
    settings = workspace / "reconcile.yml"
    settings.write_text(settings.read_text() + "redirects: {product: /p}\n")
    result = run("drift")
    assert result.exit_code == 1
    assert "`redirects.product` must begin with / and have {handle} in it." in result.stderr


def test_whoever_stops_reading_keeps_nobody_from_being_told(
    drift: Drift, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`reconcile drift | head -1`: the terminal library ends the process when the pipe breaks."""
    told: list[Message] = []

    def broken_pipe(*_: object) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(Context, "announce", lambda _, message: told.append(message))
    monkeypatch.setattr("reconcile.cli.drift.print_drift", broken_pipe)
    assert drift().exit_code == 1
    assert [message.state for message in told] == [State.SAME]
    assert report_of(workspace).name in (workspace / "reports" / "index.html").read_text()
