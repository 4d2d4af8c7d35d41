from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from reconcile.cli import main
from reconcile.errors import SandboxError
from reconcile.sandbox.prepare import Request
from reconcile.sandbox.sample import describe
from reconcile.sandbox.selection import Wish, settle
from reconcile.sandbox.state import Selection

RECORDED = Selection(data="/recorded")
BIG = Selection(size=5000, seed=7)


@pytest.mark.parametrize(
    ("wish", "before", "expected"),
    [
        (Wish(), None, Selection()),
        (Wish(), BIG, BIG),
        (Wish(), RECORDED, RECORDED),
        (Wish(drift=3), BIG, Selection(size=5000, seed=7, drift=3)),
        (Wish(drift=0), Selection(drift=3), Selection(drift=0)),
        (Wish(size=9), RECORDED, Selection(size=9)),
        (Wish(seed=2), None, Selection(seed=2)),
    ],
)
def test_what_is_not_asked_for_stays(
    wish: Wish, before: Selection | None, expected: Selection
) -> None:
    assert settle(wish, before) == expected


def test_recorded_answers_are_kept_by_their_full_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "luma").mkdir()
    monkeypatch.chdir(tmp_path)
    assert settle(Wish(data=Path("luma")), BIG) == Selection(data=str(tmp_path / "luma"))


@pytest.mark.parametrize("wish", [Wish(size=1, data=Path()), Wish(drift=0, data=Path())])
def test_recorded_and_generated_exclude_each_other(wish: Wish) -> None:
    with pytest.raises(SandboxError, match="excludes"):
        settle(wish, None)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"no folder of recorded answers at .*nowhere"):
        settle(Wish(data=tmp_path / "nowhere"), None)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(size=100_000), "100,000 products, seed 1"),
        (Selection(drift=4), "200 products, seed 1, drift 4"),
        (RECORDED, "recorded answers in /recorded"),
    ],
)
def test_it_is_described_in_a_few_words(selection: Selection, words: str) -> None:
    assert describe(selection) == words


def test_every_option_of_the_command_is_a_wish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request] = []

    def up(_workspace: Path, request: Request) -> None:
        asked.append(request)
        raise SandboxError("enough")

    monkeypatch.setattr("reconcile.cli.sandbox.up", up)
    numbers = ["--size", "9", "--seed", "2", "--drift", "3", "--customers", "4", "--orders", "5"]
    CliRunner().invoke(main, ["-w", str(tmp_path), "sandbox", "up", *numbers, "--no-companion"])
    wish = Wish(size=9, seed=2, drift=3, customers=4, orders=5)
    assert asked == [Request(wish, companion=False)]
