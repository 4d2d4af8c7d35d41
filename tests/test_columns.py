"""The columnar twins give what the plain functions give."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile import canonical
from reconcile.columns import decimal_text, is_blank, json_of, sorted_list, texts

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=8, max_value=10**12)


def column(expr: pl.Expr, values: list[object], dtype: pl.DataType | None = None) -> list[object]:
    frame = pl.DataFrame({"v": pl.Series(values, dtype=dtype)})
    return frame.select(expr.alias("out"))["out"].to_list()


@given(st.lists(NUMBERS))
def test_decimals_read_the_same_in_a_column(numbers: list[Decimal]) -> None:
    written = [f"{number:f}" for number in numbers]
    expected = [canonical.decimal_text(number) for number in numbers]
    assert column(decimal_text(pl.col("v")), [*written], pl.String()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.50", "12.5"),
        ("-0.00", "0"),
        ("007", "7"),
        ("00.10", "0.1"),
        (" 5 ", "5"),
        ("100", "100"),
        ("0", "0"),
        ("", None),
        ("-", None),
        ("1,5", None),
        ("1e3", None),
        ("12.", None),
        ("NaN", None),
        ("five", None),
        (None, None),
    ],
)
def test_what_is_a_number(text: str | None, expected: str | None) -> None:
    assert column(decimal_text(pl.col("v")), [text], pl.String()) == [expected]


@given(st.lists(st.none() | st.text()))
def test_any_text_reads_the_same_as_json_in_a_column(values: list[str | None]) -> None:
    expected = [None if value is None else canonical.to_json(value) for value in values]
    assert column(json_of(pl.col("v")), [*values], pl.String()) == expected


@given(st.lists(st.none() | st.lists(st.text())))
def test_lists_of_texts_survive_their_json(values: list[list[str] | None]) -> None:
    expected = [None if value is None else canonical.to_json(value) for value in values]
    dtype = pl.List(pl.String)
    assert column(json_of(pl.col("v")), [*values], dtype) == expected
    assert column(texts(json_of(pl.col("v"))), [*values], dtype) == values


@pytest.mark.parametrize("value", [True, 3])
def test_flags_and_counts_are_bare_json(value: object) -> None:
    assert column(json_of(pl.col("v")), [value]) == [canonical.to_json(value)]


@given(st.lists(st.none() | st.text()))
def test_a_set_is_sorted_and_each_member_once(values: list[str | None]) -> None:
    expected = sorted({value for value in values if value is not None})
    assert column(sorted_list(pl.col("v")), [values], pl.List(pl.String)) == [expected]


def test_blank_is_no_value_or_only_white_space() -> None:
    values: list[object] = [None, "", " \t\n", "\u00a0", "x", " x "]
    assert column(is_blank(pl.col("v")), values, pl.String()) == [True] * 4 + [False] * 2
