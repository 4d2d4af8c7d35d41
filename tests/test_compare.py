"""When two values are the same, and in which parts they differ."""

from __future__ import annotations

from decimal import Decimal

import pytest
from planning import price

from reconcile.compare import equal, explain, price_key, value
from reconcile.entities.spec import FieldSpec, Kind
from reconcile.model import FieldChange, Json


def option(title: str, *values: str) -> dict[str, Json]:
    return {"title": title, "values": list(values)}


@pytest.mark.parametrize(
    ("kind", "desired", "existing", "same"),
    [
        (Kind.TEXT, "a", "a", True),
        (Kind.TEXT, "", None, False),
        (Kind.LIST, ["a", "b"], ["b", "a"], False),
        (Kind.REFS, ["a", "b"], ["b", "a"], True),
        (Kind.REFS, ["a"], ["a", "b"], False),
        (Kind.REFS, [], None, True),
        (Kind.MAP, {"a": "1"}, {"a": "1", "b": "2"}, False),
        (Kind.PRICES, [price("1"), price("2", "eur")], [price("2", "eur"), price("1")], True),
        (Kind.PRICES, [price("1")], [price("1"), price("2", "eur")], False),
        (Kind.PRICES, [price("1")], [price("1"), price("1", low="5")], False),
        (Kind.PRICES, [price("1")], [{"amount": "1", "currency_code": "usd"}], True),
        (Kind.OPTIONS, [option("Size", "S")], [option("Size", "S", "M")], True),
        (Kind.OPTIONS, [option("Size", "S", "M")], [option("Size", "S")], False),
        (Kind.OPTIONS, [option("Size", "S")], [option("Size", "S"), option("Tint", "T")], False),
    ],
)
def test_equality(kind: Kind, desired: Json, existing: Json, *, same: bool) -> None:
    assert equal(FieldSpec("x", kind), desired, existing) is same


def test_a_price_that_stands_twice_is_not_the_price_once() -> None:
    """Medusa can hold the same price twice; which of them a shopper pays is chance."""
    twice = [price("1"), price("2")]
    assert not equal(FieldSpec("x", Kind.PRICES), [price("2")], twice)


def test_more_members_are_fine_where_the_field_says_so() -> None:
    field = FieldSpec("sales_channels", Kind.REFS, at_least=True)
    assert equal(field, ["web"], ["web", "shop"])
    assert not equal(field, ["web", "shop"], ["web"])


@pytest.mark.parametrize(
    ("low", "high", "key"),
    [
        (None, None, "usd"),
        ("5", None, "usd from 5"),
        ("5", "9", "usd from 5 to 9"),
        (None, "9", "usd from 1 to 9"),
    ],
)
def test_a_price_is_known_by_currency_and_range(
    low: str | None, high: str | None, key: str
) -> None:
    assert price_key({**price("1", low=low), "max_quantity": high}) == key


@pytest.mark.parametrize(
    ("kind", "before", "after", "parts"),
    [
        (Kind.TEXT, "a", "b", [("x", "a", "b")]),
        (Kind.PRICES, [price("34")], [price("39")], [("x.usd", "34", "39")]),
        (Kind.PRICES, None, [price("39")], [("x.usd", None, "39")]),
        (Kind.PRICES, [price("1"), price("2", "eur")], [price("1")], [("x.eur", "2", None)]),
        (Kind.REFS, ["a", "b"], ["b", "c"], [("x.a", True, None), ("x.c", None, True)]),
        (Kind.MAP, {"Size": "S"}, {"Size": "M"}, [("x.Size", "S", "M")]),
        (Kind.OPTIONS, [option("Size", "S")], [option("Size", "M", "S")],
         [("x.Size.0", None, "M")]),
        (Kind.JSON, {"a": [1]}, {"a": [1, 2]}, [("x.a.1", None, 2)]),
        (Kind.JSON, "text", {"a": 1}, [("x", "text", {"a": 1})]),
        (Kind.JSON, {"a": 1}, {"a": 1}, []),
    ],
)  # fmt: skip
def test_a_change_is_explained_by_its_parts(
    kind: Kind, before: Json, after: Json, parts: list[tuple[str, Json, Json]]
) -> None:
    assert explain(kind, FieldChange("x", before, after)) == tuple(
        FieldChange(*part) for part in parts
    )


def test_every_change_has_something_to_show() -> None:
    """A price held twice becomes one: that is no empty line for the reviewer."""
    change = FieldChange("prices", [price("1"), price("2")], [price("2")])
    assert explain(Kind.PRICES, change)


def test_nested_cells_are_parsed_exactly() -> None:
    assert value(Kind.JSON, '{"a":0.10}') == {"a": Decimal("0.10")}
    assert value(Kind.TEXT, '{"a":1}') == '{"a":1}'
    assert value(Kind.REFS, None) is None


@pytest.mark.parametrize(
    ("desired", "existing", "same"),
    [
        ("1234567.89", "1234567.9", True),
        ("12.345", "12.345", True),
        ("12.345", "12.346", False),
        (None, None, True),
        (None, "0", False),
    ],
)
def test_sizes_are_the_same_to_about_seven_digits(
    desired: str | None, existing: str | None, *, same: bool
) -> None:
    """Databases keep weights in four bytes; an exact comparison would never be done."""
    assert equal(FieldSpec("weight", Kind.MEASURE), desired, existing) is same
