"""Amounts are rounded to what their currency has."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reconcile.money import digits, rounded


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.005", "usd", "0.01"),
        ("2.675", "EUR", "2.68"),
        ("-0.005", "usd", "-0.01"),
        ("99.5", "jpy", "100"),
        ("1.0005", "KWD", "1.001"),
        ("7", "xyz", "7.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(amount: str, currency: str, expected: str) -> None:
    assert str(rounded(Decimal(amount), currency)) == expected


@pytest.mark.parametrize(("currency", "expected"), [("JPY", 0), ("bhd", 3), ("usd", 2)])
def test_currencies_have_their_own_digits(currency: str, expected: int) -> None:
    assert digits(currency) == expected
