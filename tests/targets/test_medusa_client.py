"""Lists are read whole, or known not to be; look-ups fit into what Medusa takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import quote

import pytest
from medusa_fakes import FakeSession, Kept, Silence

from reconcile.errors import BadAnswer, RequestRefused
from reconcile.http import Session
from reconcile.model import Json
from reconcile.targets.medusa.client import AT_ONCE, QUERY_BYTES, MedusaClient, chunks
from reconcile.targets.medusa.pull import pull
from reconcile.targets.medusa.tables.listing import TEXT, Listing, flat

THINGS = Listing("things", "things", ("id",), (flat("things", id=TEXT),), limit=3)


class Shelf:
    """A list endpoint whose records change after given requests."""

    def __init__(self, *states: Sequence[str]) -> None:
        self._states = [list(state) for state in states]

    def __call__(self, method: str, path: str, query: Any, body: Json) -> Json:
        state = self._states[0] if len(self._states) == 1 else self._states.pop(0)
        start = int(query["offset"])
        return {
            "things": [{"id": each} for each in state[start : start + int(query["limit"])]],
            "count": len(state),
        }


def client(answers: Any) -> MedusaClient:
    return MedusaClient(cast("Session", FakeSession(answers)))


def pulled(*states: str) -> tuple[str, tuple[int | None, int, str]]:
    sink = Kept()
    pull(client(Shelf(*states)), THINGS, sink, Silence())
    return "".join(row["id"] for row in sink.rows["things"]), sink.ends["things"]


@pytest.mark.parametrize("state", ["", "a", "abc", "abcd", "abcde", "abcdef", "abcdefg"])
def test_every_record_comes_once(state: str) -> None:
    assert pulled(state) == (state, (len(state), len(state), ""))


def test_records_removed_meanwhile_are_noticed() -> None:
    ids, (reported, distinct, flaw) = pulled("abcdefg", "cdefg")
    assert (ids, reported, distinct) == ("abcefg", 5, 6)
    assert "moved from 7 to 5" in flaw
    assert "removed meanwhile" in flaw


def test_removals_that_new_records_hide_from_the_count_are_noticed() -> None:
    ids, (reported, _, flaw) = pulled("abcdefg", "cdefghi")
    assert ("d" in ids, reported) == (False, 7)
    assert "removed meanwhile" in flaw


def test_a_refusal_keeps_what_was_read_and_says_why() -> None:
    shelf = Shelf("abcdef")

    def answers(method: str, path: str, query: Any, body: Json) -> Json:
        if query["offset"] != "0":
            raise RequestRefused("no more of this", status=500)
        return shelf(method, path, query, body)

    sink = Kept()
    pull(client(answers), THINGS, sink, Silence())
    assert [row["id"] for row in sink.rows["things"]] == ["a", "b", "c"]
    assert sink.ends["things"] == (6, 3, "no more of this")


@pytest.mark.parametrize("answer", [None, [], {}, {"things": None, "count": 1}, {"things": []}])
def test_something_else_than_a_list_is_a_bad_answer(answer: Json) -> None:
    with pytest.raises(BadAnswer, match="/admin/things"):
        list(client(lambda *_: answer).pages(THINGS))


def asked(values: Sequence[str]) -> list[list[str]]:
    session = FakeSession(lambda *_: {"things": []})
    found = MedusaClient(cast("Session", session)).matching("t", "things", "sku", values, ("id",))
    assert list(found) == []
    return [
        [value for name, value in query if name == "sku[]"] for _, _, query, _ in session.requests
    ]


def test_a_single_value_is_named_twice_against_splitting_at_commas() -> None:
    assert asked(["a,b"]) == [["a,b", "a,b"]]
    assert asked(["b", "a", "b"]) == [["a", "b"]]
    assert asked([]) == []


@pytest.mark.parametrize("value", ["x" * 300, "ü ☃/" * 40, "s"])
def test_look_ups_are_cut_to_fit(value: str) -> None:
    values = [f"{value}{number}" for number in range(500)]
    cut = list(chunks("sku[]", values))
    assert [each for chunk in cut for each in chunk] == values
    for chunk in cut:
        assert len(chunk) <= AT_ONCE
        assert sum(len(quote(f"sku[]={each}&", safe="")) for each in chunk) <= QUERY_BYTES
