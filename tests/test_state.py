"""What machines share, in a folder and in an object store that lives in memory."""

from __future__ import annotations

import builtins
import threading
from pathlib import Path
from typing import Any

import pytest

from reconcile.errors import SettingsError, StateError
from reconcile.state import State


@pytest.fixture(params=["folder", "file", "memory"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> State:
    urls = {
        "folder": str(tmp_path / "shared"),
        "file": f"file://{tmp_path}/shared",
        "memory": f"memory://{tmp_path.name}",
    }
    return State(urls[request.param])


def test_objects_come_and_go(state: State) -> None:
    assert (state.read("a/b.json"), state.names("a")) == (None, [])
    state.write("a/b.json", b"one")
    state.write("a/b.json", b"two")
    state.write("a/c.json", b"")
    assert (state.read("a/b.json"), state.read("a/c.json")) == (b"two", b"")
    assert state.names("a") == ["a/b.json", "a/c.json"]
    state.remove("a/b.json")
    state.remove("a/b.json")
    assert state.names("a") == ["a/c.json"]


def test_an_object_is_created_once(state: State) -> None:
    assert state.create("locks/x.json", b"first")
    assert not state.create("locks/x.json", b"second")
    assert state.read("locks/x.json") == b"first"
    state.remove("locks/x.json")
    assert state.create("locks/x.json", b"third")


def test_of_many_who_create_at_once_one_does(tmp_path: Path) -> None:
    ready = threading.Barrier(8)
    created: list[int] = []

    def create(number: int) -> None:
        ready.wait(10)
        if State(str(tmp_path)).create("locks/x.json", str(number).encode()):
            created.append(number)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = created
    assert State(str(tmp_path)).read("locks/x.json") == str(winner).encode()


def test_a_store_without_exclusive_creation_is_looked_at_first(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, mode: str = "rb", **_: Any) -> None:
        raise NotImplementedError(mode)

    monkeypatch.setattr(state._system, "open", refuse)
    monkeypatch.setattr(state._system, "pipe_file", lambda path, value: written.append(value))
    written: list[bytes] = []
    assert state.create("locks/y.json", b"mine")
    monkeypatch.setattr(state._system, "exists", lambda path: True)
    assert not state.create("locks/y.json", b"other")
    assert written == [b"mine"]


def test_a_store_that_fails_is_named_without_its_password(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: str) -> None:
        raise RuntimeError("NoCredentials")

    monkeypatch.setattr(state._system, "cat_file", fail)
    with pytest.raises(StateError, match=r"a\.json cannot be read or written: NoCredentials"):
        state.read("a.json")


def test_an_address_nobody_can_open() -> None:
    with pytest.raises(SettingsError, match="`state` names nothing://x"):
        State("nothing://x")


def test_an_object_store_whose_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_s3(name: str, *rest: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "s3fs":
            raise ImportError("no s3fs")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_s3)
    with pytest.raises(SettingsError, match="s3://bucket/shop") as caught:
        State("s3://bucket/shop")
    assert "reconcile[s3]" in caught.value.remedy


def test_no_password_of_an_address_is_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        State("nothing://ada:s3cret@host/x")
    assert "s3cret" not in str(caught.value)
    assert "nothing://host/x" in str(caught.value)
