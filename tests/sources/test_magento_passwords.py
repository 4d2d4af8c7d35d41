"""Which passwords can be carried, as a snapshot says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from magento_shop import Kept, pulled, running

from reconcile import sealed_hashes
from reconcile.errors import HashesError
from reconcile.settings import OrdersMode, Passwords, PeopleSettings


@pytest.fixture
def hashes(tmp_path: Path) -> Path:
    path = tmp_path / "hashes.sealed"
    known = [("2", "hash of two"), ("10", "hash of ten")]
    sealed_hashes.write(path, known, sealed_hashes.new_key(), [("11", "a damaged hash")])
    return path


def _passwords(people: PeopleSettings) -> Kept:
    with running(people=people) as (reader, _):
        found, _ = pulled(reader)
    return found["customer_passwords"]


@pytest.mark.parametrize("orders", [OrdersMode.COMPANION, OrdersMode.SKIP])
def test_passwords_to_carry_are_named_by_their_seals(hashes: Path, orders: OrdersMode) -> None:
    kept = _passwords(PeopleSettings(orders, passwords=Passwords.CARRY, hashes=hashes))
    assert kept.complete
    told = {row["customer_id"]: (row["seal"], row["unfit"]) for row in kept.rows}
    seals = sealed_hashes.seals(hashes)
    assert told == {
        "2": (seals["2"], None),
        "10": (seals["10"], None),
        "11": (None, "a damaged hash"),
    }
    assert "hash of" not in str(kept.rows)


@pytest.mark.parametrize("passwords", [Passwords.NONE, Passwords.RESET])
def test_seals_are_not_read_unless_passwords_are_carried(
    hashes: Path, passwords: Passwords
) -> None:
    kept = _passwords(PeopleSettings(passwords=passwords, hashes=hashes))
    assert (kept.rows, kept.complete) == ([], True)


@pytest.mark.parametrize("name", [None, "missing.sealed"])
def test_without_a_file_there_are_no_seals(tmp_path: Path, name: str | None) -> None:
    path = tmp_path / name if name else None
    kept = _passwords(PeopleSettings(passwords=Passwords.CARRY, hashes=path))
    assert (kept.rows, kept.complete) == ([], True)


def test_a_damaged_file_ends_the_snapshot_before_the_shop_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "hashes.sealed"
    path.write_text("no such thing\n")
    people = PeopleSettings(passwords=Passwords.CARRY, hashes=path)
    with running(people=people) as (reader, magento), pytest.raises(HashesError):
        pulled(reader)
    assert not magento.requests
