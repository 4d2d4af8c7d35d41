"""Part of a plan: what is chosen, and that whatever it needs comes along."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import gettempdir

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.model import Action, Address, Change
from reconcile.plan.narrow import NAMES, Narrowing


def change(address: str, *needs: str, action: Action = Action.CREATE) -> Change:
    """A change that refers to others of the plan; `category:x=cat_1` to one the target has."""
    refs = {name: id_ or None for name, _, id_ in (need.partition("=") for need in needs)}
    return Change(Address.parse(address), action, (), refs=refs)


PRODUCTS = [f"P{number}" for number in range(6)]
CHANGES = [
    change("stock_location:Main"),
    change("product_type:Bag"),
    change("category:men"),
    change("category:men/tops", "category:men"),
    *(change(f"product:{sku}", "product_type:Bag", "category:men/tops") for sku in PRODUCTS),
    *(change(f"variant:{sku}-S", f"product:{sku}") for sku in PRODUCTS),
    *(
        change(f"inventory_level:{sku}-S@Main", f"variant:{sku}-S", "stock_location:Main")
        for sku in PRODUCTS
    ),
    change("variant:OLD-S", "product:OLD=prod_1", action=Action.UPDATE),
    change("price_list:Sale"),
    change("list_price:Sale/P0-S/usd/any", "price_list:Sale", "variant:P0-S"),
]


def narrowed(only: Iterable[str] = (), keys: Iterable[str] = (), pilot: int = 0) -> list[str]:
    return chosen(CHANGES, Narrowing(tuple(only), tuple(keys), pilot))


def chosen(changes: Iterable[Change], narrowing: Narrowing) -> list[str]:
    return [str(each.address) for each in narrowing.of(changes, Path(gettempdir()))]


def test_nothing_said_is_everything() -> None:
    assert narrowed() == [str(each.address) for each in CHANGES]
    assert Narrowing().described == {}


def test_what_a_plan_was_narrowed_to_is_described() -> None:
    narrowing = Narrowing(only=("product",), keys=("24-*", "X"), pilot=3)
    assert narrowing.described == {"only": "product", "key": "24-*, X", "pilot": "3"}


def test_one_entity_brings_what_it_refers_to() -> None:
    assert narrowed(only=["variant"]) == [
        "product_type:Bag",
        "category:men",
        "category:men/tops",
        *(f"product:{sku}" for sku in PRODUCTS),
        *(f"variant:{sku}-S" for sku in PRODUCTS),
        "variant:OLD-S",
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("men", ["category:men"]),
        ("men/*", ["category:men", "category:men/tops"]),
        ("p0*", []),
        ("OLD-?", ["variant:OLD-S"]),
    ],
)
def test_keys_are_patterns(pattern: str, expected: list[str]) -> None:
    assert narrowed(keys=[pattern]) == expected


def test_a_key_with_brackets_means_itself() -> None:
    """As in an approval's excludes: the exact text always fits."""
    changes = [change("product:A[1]"), change("product:A1")]
    assert chosen(changes, Narrowing(keys=("A[1]",))) == ["product:A[1]", "product:A1"]


def test_a_pilot_is_spread_over_the_catalogue_and_has_all_that_lives_in_its_products() -> None:
    assert narrowed(pilot=2) == [
        "stock_location:Main",
        "product_type:Bag",
        "category:men",
        "category:men/tops",
        "product:P0",
        "product:P3",
        "variant:P0-S",
        "variant:P3-S",
        "inventory_level:P0-S@Main",
        "inventory_level:P3-S@Main",
        "price_list:Sale",
        "list_price:Sale/P0-S/usd/any",
    ]


def test_a_pilot_larger_than_the_plan_has_all_products() -> None:
    assert [text for text in narrowed(pilot=99) if text.startswith("product:")] == [
        f"product:{sku}" for sku in PRODUCTS
    ]


SOME_KEYS = st.sampled_from([each.address.key for each in CHANGES] + ["P*", "*-S", "*@Main"])


@given(
    only=st.lists(st.sampled_from(NAMES), max_size=3),
    keys=st.lists(SOME_KEYS, max_size=3),
    pilot=st.integers(0, 7),
)
def test_every_need_of_a_chosen_change_is_chosen(
    only: list[str], keys: list[str], pilot: int
) -> None:
    planned = {str(each.address): each for each in CHANGES}
    taken = narrowed(only, keys, pilot)
    for address in taken:
        needs = {name for name, id_ in planned[address].refs.items() if id_ is None}
        assert needs <= set(taken)
    assert taken == [address for address in planned if address in set(taken)]
