"""Machines that share a `state` know what any of them applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.base import Applied, learn, load
from reconcile.errors import StateError
from reconcile.shared_base import INDEX, fetch, publish
from reconcile.state import State

URL = "https://medusa.test"


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(str(tmp_path / "state"))


def titles(root: Path) -> object:
    return load(root, URL).of("product", ["p1"]).get("p1", {}).get("title")


def apply_on(root: Path, state: State, plan: str, title: str) -> None:
    learn(root, URL, plan, [Applied("product", "p1", "title", title)])
    publish(state, root, URL)


def test_one_machine_learns_from_another(tmp_path: Path, state: State) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    fetch(state, other, URL)
    assert titles(other) is None
    apply_on(one, state, "20260101T000000Z-a", "One")
    fetch(state, other, URL)
    assert titles(other) == "One"
    apply_on(other, state, "20260102T000000Z-b", "Two")
    fetch(state, one, URL)
    assert titles(one) == "Two"


def test_the_same_plan_again_takes_its_place_everywhere(tmp_path: Path, state: State) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    apply_on(one, state, "20260101T000000Z-a", "Half")
    fetch(state, other, URL)
    apply_on(one, state, "20260101T000000Z-a", "Whole")
    fetch(state, other, URL)
    assert titles(other) == "Whole"


@pytest.mark.parametrize(
    "index", [b"{", b"[]", b'{"../../evil.parquet": "0"}', b'{"/etc/x.parquet": "0"}']
)
def test_a_damaged_index_is_refused(tmp_path: Path, state: State, index: bytes) -> None:
    apply_on(tmp_path / "one", state, "20260101T000000Z-a", "One")
    [path] = (tmp_path / "state").rglob(INDEX)
    path.write_bytes(index)
    with pytest.raises(StateError):
        fetch(state, tmp_path / "other", URL)
    assert not list(tmp_path.rglob("evil*"))


def test_a_damaged_file_is_refused(tmp_path: Path, state: State) -> None:
    apply_on(tmp_path / "one", state, "20260101T000000Z-a", "One")
    [path] = (tmp_path / "state").rglob("*.parquet")
    path.write_bytes(b"other")
    with pytest.raises(StateError, match="not what the index says"):
        fetch(state, tmp_path / "other", URL)
