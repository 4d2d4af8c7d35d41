"""A plan in one sentence."""

from __future__ import annotations

import pytest

from reconcile.plan.document import Tally
from reconcile.report.headline import headline

FIRST_RUN = [
    Tally("category", {"create": 38}),
    Tally("product", {"create": 1904}),
    Tally("variant", {"create": 2012}),
    Tally("inventory_level", {"set_stock": 2254}),
]
DRIFT = [
    Tally("product", {"update": 1, "draft": 2}, unchanged=7),
    Tally("variant", {"update": 3, "delete": 1}),
]
LISTS = [Tally("price_list", {"create": 1}), Tally("list_price", {"create": 40})]


@pytest.mark.parametrize(
    ("tallies", "touches", "sentence"),
    [
        (
            FIRST_RUN,
            False,
            (
                "This plan creates 38 categories and 1,904 products with 2,012 variants, "
                "sets 2,254 stock levels and changes nothing that exists."
            ),
        ),
        (
            DRIFT,
            True,
            (
                "This plan updates 1 product and 3 variants, takes 2 products out of sight "
                "and deletes 1 variant."
            ),
        ),
        (
            LISTS,
            False,
            "This plan creates 1 price list with 40 list prices and changes nothing that exists.",
        ),
        (
            [Tally("product", unchanged=12)],
            False,
            "Nothing to do: all 12 records that were compared are as they should be.",
        ),
        ([], False, "Nothing to do: there was nothing to compare."),
        (
            [Tally("customer", skipped=20)],
            False,
            "Nothing to do: 20 records are skipped, for the reasons given.",
        ),
        (
            [Tally("customer", skipped=1, unchanged=3)],
            False,
            (
                "Nothing to do: all 3 records that were compared are as they should be; "
                "1 record is skipped, for the reasons given."
            ),
        ),
        (
            [Tally(entity, {"create": 2}) for entity in ("order", "invoice", "shipment")],
            False,
            (
                "This plan creates 2 orders with 2 invoices and 2 shipments "
                "and changes nothing that exists."
            ),
        ),
    ],
)
def test_headline(tallies: list[Tally], touches: bool, sentence: str) -> None:
    assert headline(tallies, touches_existing=touches) == sentence


def test_nothing_is_lost_when_three_entities_are_nested() -> None:
    tallies = [Tally(entity, {"create": 2}) for entity in ("product", "variant", "inventory_level")]
    sentence = headline(tallies, touches_existing=False)
    assert "2 products with 2 variants and 2 stock levels" in sentence
