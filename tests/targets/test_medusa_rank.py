"""Moves that bring the managed siblings into their wanted order, whatever lies between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconcile.targets.medusa.phases.rank import Move, ranks


def put(siblings: list[str], written: dict[str, int]) -> list[str]:
    """What Medusa does with each rank: take the category out, put it in, no further than last."""
    now = list(siblings)
    for name, rank in written.items():
        now = [each for each in now if each != name]
        now.insert(min(rank, len(now)), name)
    return now


@st.composite
def _shelves(draw: st.DrawFn) -> tuple[list[str], int, int]:
    """Siblings as held, how many are managed and there, and how many managed ones are new."""
    there, new = draw(st.integers(0, 7)), draw(st.integers(0, 3))
    wanted = draw(st.permutations(range(there + new)))
    held = [f"m{number}" for number in wanted[:there]]
    foreign = [f"f{number}" for number in range(draw(st.integers(0, 3)))]
    return draw(st.permutations(held + foreign)), there, new


@given(_shelves())
def test_managed_siblings_end_up_in_order(shelf: tuple[list[str], int, int]) -> None:
    siblings, there, new = shelf
    managed = [name for name in siblings if name.startswith("m")]
    names = sorted((f"m{number}" for number in range(there + new)), key=lambda name: int(name[1:]))
    held = [name for name in names if name in managed]
    moved = [name for name, before in zip(held, managed, strict=True) if name != before]
    moves = [Move(name, int(name[1:])) for name in (*moved, *(set(names) - set(managed)))]
    result = put(siblings, ranks(siblings, frozenset(managed), moves))
    assert [name for name in result if name.startswith("m")] == names


def test_nothing_to_move() -> None:
    assert ranks(["a", "b"], frozenset("ab"), []) == {}


def test_foreign_siblings_keep_their_places() -> None:
    siblings = ["f0", "m1", "f1", "m0", "f2"]
    moves = [Move("m0", 0), Move("m1", 1)]
    written = ranks(siblings, frozenset({"m0", "m1"}), moves)
    assert put(siblings, written) == ["f0", "m0", "f1", "m1", "f2"]
