"""One way to write a value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.canonical import decimal_text, digest, from_json, moment_text, to_json


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (Decimal("12.50"), "12.5"),
        (Decimal("-0"), "0"),
        (Decimal("-0.00"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("100"), "100"),
        ("0012.0", "12"),
        (7, "7"),
    ],
)
def test_a_decimal_has_one_text(given_: Decimal | int | str, expected: str) -> None:
    assert decimal_text(given_) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(0, 6))
def test_equal_decimals_have_equal_texts(number: Decimal, zeros: int) -> None:
    assert decimal_text(number) == decimal_text(f"{number:f}{'0' * zeros}")
    assert Decimal(decimal_text(number)) == number


def test_a_moment_is_utc_with_milliseconds() -> None:
    berlin = datetime(2026, 11, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert moment_text(berlin) == "2026-11-01T00:00:00.000Z"


def test_json_is_sorted_and_bare() -> None:
    assert to_json({"b": [1, None], "a": Decimal("1.50")}) == '{"a":"1.5","b":[1,null]}'
    assert to_json(datetime(2026, 1, 1, tzinfo=UTC)) == '"2026-01-01T00:00:00.000Z"'


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no canonical form"):
        to_json({1, 2})
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(float("nan"))


def test_absent_null_and_empty_stay_apart() -> None:
    assert [from_json(text) for text in (None, "null", '""', "[]")] == [None, None, "", []]
    assert len({to_json({}), to_json({"a": None}), to_json({"a": ""})}) == 3


def test_fractions_are_read_exactly() -> None:
    assert from_json("[0.1, 3]") == [Decimal("0.1"), 3]


def test_a_digest_covers_the_bytes_not_the_cut() -> None:
    assert digest([b"ab", b"c"]) == digest([b"abc"])
    assert digest([b"abc"]) == (
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
