"""What is sent for a change. That Medusa understands it is shown by the live tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reconcile.model import Action, Address, Change, FieldChange, Json
from reconcile.targets.medusa.phases.body import jsonable, metadata, number, replaced_metadata
from reconcile.targets.medusa.phases.option import HeldOption, held_options, option_batch, renames
from reconcile.targets.medusa.phases.phase import related_key
from reconcile.targets.medusa.phases.price import kept_prices
from reconcile.targets.medusa.phases.price_list import currency_and_minimum


def change(action: Action, source_id: str | None = None, **fields: Json) -> Change:
    written = tuple(FieldChange(name.replace("__", "."), None, fields[name]) for name in fields)
    return Change(Address("product", "p"), action, written, source_id=source_id)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("0", 0),
        ("34", 34),
        ("12.345", 12.345),
        ("0.005", 0.005),
        ("1234567.89", 1234567.89),
        ("9007199254740992", 9007199254740992),
        ("-0.1", -0.1),
        ("9007199254740993", "9007199254740993"),
        ("0.1234567890123456789", "0.1234567890123456789"),
        (Decimal("1E+3"), 1000),
    ],
)
def test_a_number_is_exact_or_refused_as_text(text: str | Decimal, sent: float | str) -> None:
    assert number(text) == sent
    assert type(number(text)) is type(sent)


def test_decimals_become_numbers_at_any_depth() -> None:
    value = {"a": [Decimal("1.5"), {"b": Decimal(2)}], "c": "1.5", "d": None}
    assert jsonable(value) == {"a": [1.5, {"b": 2}], "c": "1.5", "d": None}


@pytest.mark.parametrize(
    ("made", "sent"),
    [
        (change(Action.CREATE, "7", metadata__a=1), {"a": 1, "source_id": "7"}),
        (change(Action.CREATE, "7", metadata__a=None, metadata__b=""), {"source_id": "7"}),
        (change(Action.CREATE, None, title="t"), {}),
        (change(Action.UPDATE, "7", metadata__a=None, metadata__b=2), {"a": "", "b": 2}),
    ],
)
def test_metadata(made: Change, sent: dict[str, Json]) -> None:
    assert metadata(made) == sent


def test_metadata_that_is_replaced_is_merged_first() -> None:
    held = {"kept": Decimal("1.5"), "gone": 1, "changed": 1}
    assert replaced_metadata(held, {"gone": "", "changed": 2}) == {"kept": 1.5, "changed": 2}
    assert replaced_metadata(None, {"a": 1}) == {"a": 1}


def price(low: int | Decimal | None = None, **fields: Any) -> dict[str, Any]:
    return {"currency_code": "usd", "amount": 5, "min_quantity": low, "max_quantity": None} | fields


def test_wanted_prices_take_over_rows_and_ruled_ones_are_repeated() -> None:
    held = [
        price(id="1", amount=Decimal("9.5"), rules={}),
        price(Decimal(5), id="2", rules={}),
        price(id="3", rules={"region_id": "r"}),
        price(id="4", currency_code="eur", rules={}),
    ]
    wanted = [
        {"currency_code": "usd", "amount": 7},
        {"currency_code": "usd", "amount": 6, "min_quantity": 5},
        {"currency_code": "gbp", "amount": 1},
    ]
    assert kept_prices(wanted, held) == [
        price(id="1", amount=7),
        price(5, id="2", amount=6),
        price(currency_code="gbp", amount=1),
        price(id="3", rules={"region_id": "r"}),
    ]


def option(identity: str, title: str, *values: str, exclusive: bool = True) -> HeldOption:
    return HeldOption(identity, title, frozenset(values), exclusive)


def value(*texts: str) -> list[Json]:
    return [{"value": text} for text in texts]


OPTIONS: dict[str, tuple[list[HeldOption], dict[str, list[str]], dict[str, str], Json]] = {
    "nothing to do": ([option("1", "Color", "red", "blue")], {"Color": ["red"]}, {}, {}),
    "a value is added": (
        [option("1", "Color", "red")],
        {"Color": ["blue", "red"]},
        {},
        {"update": [{"product_option_id": "1", "add": value("blue")}]},
    ),
    "an option is added": (
        [option("1", "Color", "red")],
        {"Color": ["red"], "Size": ["S"]},
        {},
        {"add": [{"title": "Size", "values": ["S"], "is_exclusive": True}]},
    ),
    "a surplus option goes": (
        [option("1", "Color", "red"), option("2", "Size", "S")],
        {"Color": ["red"]},
        {},
        {"remove": ["2"]},
    ),
    "the most alike is renamed": (
        [option("1", "Title", "Default"), option("2", "Color", "red")],
        {"Colour": ["blue", "red"]},
        {"2": "Colour"},
        {"remove": ["1"], "update": [{"product_option_id": "2", "add": value("blue")}]},
    ),
    "a shared option is not renamed": (
        [option("1", "Color", "red", exclusive=False)],
        {"Colour": ["red"]},
        {},
        {
            "add": [{"title": "Colour", "values": ["red"], "is_exclusive": True}],
            "remove": ["1"],
        },
    ),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_options(case: str) -> None:
    held, wanted, titles, body = OPTIONS[case]
    assert renames(wanted, held) == titles
    assert option_batch(wanted, held, titles) == body


def test_options_are_read_with_the_values_the_product_uses() -> None:
    record = {
        "options": [{"id": "1", "title": "Color", "is_exclusive": False}],
        "product_options": [{"product_option_id": "1", "values": value("red")}],
    }
    assert held_options(record) == [option("1", "Color", "red", exclusive=False)]


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("List/SKU/usd/any", ("usd", None)),
        ("A/B list/S/K/U/eur/2.5", ("eur", "2.5")),
    ],
)
def test_a_list_price_is_known_by_its_key(key: str, parts: tuple[str, str | None]) -> None:
    change = Change(Address("list_price", key), Action.UPDATE, ())
    assert currency_and_minimum(change) == parts


def test_a_related_record_is_found_in_the_fields_or_among_the_references() -> None:
    fields = (FieldChange("product", "old", "new"),)
    refs = {"product:by reference": "1"}
    address = Address("variant", "v")
    assert related_key(Change(address, Action.UPDATE, fields), "product", "product") == "new"
    bare = Change(address, Action.UPDATE, (), refs=refs)
    assert related_key(bare, "product", "product") == "by reference"
    gone = Change(address, Action.DELETE, (FieldChange("product", "old", None),))
    assert related_key(gone, "product", "product") == "old"
    assert related_key(Change(address, Action.UPDATE, ()), "product", "product") == ""
