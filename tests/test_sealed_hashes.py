"""Sealed password hashes: what goes in comes out with the key alone, and nothing else opens."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import HashesError
from reconcile.sealed_hashes import index, new_key, opener, seals, write

HASHES = {"12": "0123abcd:salt:1", "13": "4567cdef:other:0:2"}


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def path(tmp_path: Path, key: str) -> Path:
    file = tmp_path / "hashes.sealed"
    write(file, HASHES.items(), key, [("14", "no password hash")])
    return file


def test_every_hash_comes_out_as_it_went_in(path: Path, key: str) -> None:
    opened = opener(path, key)
    known = index(path)
    assert {each: opened(each, seal) for each, seal in known.seals.items()} == HASHES
    assert known.unfit == {"14": "no password hash"}


def test_nothing_of_them_is_in_the_file(path: Path) -> None:
    text = path.read_text()
    for hash_ in HASHES.values():
        assert hash_ not in text
        assert hash_.split(":")[1] not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@given(st.dictionaries(st.integers(1, 10**9).map(str), st.text(), max_size=5))
def test_any_text(tmp_path_factory: pytest.TempPathFactory, hashes: dict[str, str]) -> None:
    file, key = tmp_path_factory.mktemp("any") / "hashes", new_key()
    assert write(file, hashes.items(), key).hashes == len(hashes)
    opened = opener(file, key)
    assert {each: opened(each, seal) for each, seal in seals(file).items()} == hashes


def test_two_files_of_the_same_hashes_have_nothing_in_common(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, HASHES.items(), new_key())
    assert not set(seals(path).values()) & set(seals(other).values())


def test_sealing_again_keeps_the_seals_of_what_is_the_same(path: Path, key: str) -> None:
    before = seals(path)
    changed = {**HASHES, "13": "changed", "15": "new"}
    written = write(path, changed.items(), key)
    assert (written.hashes, written.kept, written.other_key) == (3, 1, False)
    after = index(path)
    assert after.seals["12"] == before["12"]
    assert after.seals["13"] != before["13"]
    assert after.unfit == {}


def test_another_key_seals_all_anew_and_says_so(path: Path) -> None:
    before = seals(path)
    written = write(path, HASHES.items(), new_key())
    assert (written.kept, written.other_key) == (0, True)
    assert not set(before.values()) & set(seals(path).values())


def test_only_the_hash_that_was_planned_is_opened(path: Path, key: str) -> None:
    planned = seals(path)
    write(path, [("12", "another"), ("15", "new")], key)
    opened = opener(path, key)
    with pytest.raises(HashesError, match="another one than planned for customer 12"):
        opened("12", planned["12"])
    with pytest.raises(HashesError, match="holds none for customer 13"):
        opened("13", planned["13"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "no key"),
        ("short", "is none"),
        ("ä" * 43, "is none"),
        ("!" * 43, "is none"),
        pytest.param(new_key(), "does not open", id="another"),
    ],
)
def test_a_wrong_key_is_told_from_damage(path: Path, wrong: str, said: str) -> None:
    with pytest.raises(HashesError, match=said) as raised:
        opener(path, wrong)
    assert raised.value.remedy
    if wrong:
        assert wrong not in str(raised.value)


def test_no_file_is_told(tmp_path: Path, key: str) -> None:
    with pytest.raises(HashesError, match="cannot be read") as raised:
        opener(tmp_path / "none", key)
    assert "seal-hashes" in raised.value.remedy
    assert seals(tmp_path / "none") == {}


def _swapped(lines: list[str]) -> list[str]:
    """The hash of one customer as that of another, with the seal that fits."""
    first, second = (json.loads(line) for line in lines[1:3])
    moved = {**first, "customer_id": second["customer_id"]}
    return [lines[0], json.dumps(moved)]


def _flipped(lines: list[str]) -> list[str]:
    line = json.loads(lines[1])
    sealed = line["sealed"]
    line["sealed"] = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    return [lines[0], json.dumps(line), *lines[2:]]


DAMAGE = {
    "no header": lambda lines: lines[1:],
    "empty": lambda _: [],
    "other version": lambda lines: [lines[0].replace('"version": 1', '"version": 2'), *lines[1:]],
    "no json": lambda lines: [*lines, "{"],
    "a list": lambda lines: [*lines, "[]"],
    "no token": lambda lines: [*lines, '{"customer_id": "1", "seal": "x", "sealed": "AAAA"}'],
    "changed": _flipped,
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_with_its_line(path: Path, key: str, name: str) -> None:
    lines = path.read_text().splitlines()
    path.write_text("".join(f"{line}\n" for line in DAMAGE[name](lines)))
    for step in (lambda: seals(path), lambda: opener(path, key)):
        with pytest.raises(HashesError, match="damaged") as raised:
            step()
        assert raised.value.where.startswith(f"{path}:")


def test_a_hash_on_the_line_of_another_customer_does_not_open(path: Path, key: str) -> None:
    lines = _swapped(path.read_text().splitlines())
    path.write_text("".join(f"{line}\n" for line in lines))
    ((customer_id, seal),) = seals(path).items()
    with pytest.raises(HashesError, match=f"customer {customer_id} was changed"):
        opener(path, key)(customer_id, seal)


def test_keys_are_random_and_long() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(each) for each in keys} == {43}
