"""`reconcile snapshot` and `reconcile snapshots`."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from shop_in_memory import Run, Shop

from reconcile.errors import Unreachable


def _folders(workspace: Path, system: str) -> list[Path]:
    return sorted((workspace / ".reconcile" / "snapshots" / system).glob("*"))


def test_both_shops(run: Run, workspace: Path, magento: Shop, medusa: Shop) -> None:
    result = run("snapshot")
    assert result.exit_code == 0
    for system in ("magento", "medusa"):
        (folder,) = _folders(workspace, system)
        assert (folder / "manifest.json").is_file()
        assert str(folder) in result.stdout
    assert (magento.closed, medusa.closed) == (1, 1)


def test_only_one(run: Run, workspace: Path, magento: Shop, medusa: Shop) -> None:
    assert run("snapshot", "--only", "medusa").exit_code == 0
    assert (magento.closed, medusa.closed) == (0, 1)
    assert _folders(workspace, "magento") == []


def test_a_table_that_is_not_whole_is_said(
    run: Run, workspace: Path, magento: Shop, medusa: Shop
) -> None:
    magento.reported = 5
    result = run("snapshot", "--only", "magento")
    assert result.exit_code == 0
    assert "the table products is not whole" in " ".join(result.stderr.split())


@pytest.mark.parametrize("moment", ["opened", "read"])
def test_one_failing_leaves_the_other(
    run: Run, workspace: Path, magento: Shop, medusa: Shop, moment: str
) -> None:
    magento.broken_when, magento.broken = moment, Unreachable("No answer.", remedy="Try later.")
    result = run("snapshot")
    assert result.exit_code == 1
    assert "Error: No answer." in result.stderr
    assert _folders(workspace, "magento") == []
    assert len(_folders(workspace, "medusa")) == 1


def test_list(run: Run, workspace: Path, magento: Shop, medusa: Shop) -> None:
    run("snapshot")
    listed = json.loads(run("snapshots", "--json").stdout)
    assert [each["system"] for each in listed] == ["magento", "medusa"]
    assert listed[0]["rows"] == {"products": 3}
    assert listed[0]["complete"] is True
    assert listed[0]["path"] in run("snapshots").stdout


def test_none_yet(run: Run, workspace: Path) -> None:
    assert "No snapshots yet" in run("snapshots").stderr


def test_prune_keeps_the_newest(run: Run, workspace: Path, magento: Shop, medusa: Shop) -> None:
    run("snapshot", "--only", "magento")
    (taken,) = _folders(workspace, "magento")
    for earlier in ("20250101T000000Z", "20250102T000000Z"):
        _copy(taken, taken.with_name(earlier))
    run("snapshots", "prune", "--keep", "2")
    assert [path.name for path in _folders(workspace, "magento")] == [
        "20250102T000000Z",
        taken.name,
    ]


def test_prune_takes_old_leftovers_of_a_crash(run: Run, workspace: Path) -> None:
    root = workspace / ".reconcile" / "snapshots" / "magento"
    old, running = root / "20250101T000000Z.partial", root / "20250102T000000Z.partial"
    old.mkdir(parents=True)
    running.mkdir()
    long_ago = time.time() - 7 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    run("snapshots", "prune", "--keep", "1")
    assert _folders(workspace, "magento") == [running]


def _copy(taken: Path, to: Path) -> None:
    to.mkdir()
    (to / "manifest.json").write_bytes((taken / "manifest.json").read_bytes())


def test_ctrl_c_ends_both_and_leaves_nothing_behind(
    run: Run, workspace: Path, magento: Shop, medusa: Shop
) -> None:
    magento.rows = medusa.rows = 1_000_000
    magento.interrupts_at = 5
    result = run("snapshot")
    assert result.exit_code == 130
    assert (magento.closed, medusa.closed) == (1, 1)
    assert _folders(workspace, "magento") == _folders(workspace, "medusa") == []
