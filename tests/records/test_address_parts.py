"""Countries, provinces and streets, as the two shops write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shared_data import recorded

from reconcile.money import DIGITS
from reconcile.sources.magento_rest.records import iso
from reconcile.sources.magento_rest.records.addresses import address, street
from reconcile.sources.magento_rest.records.regions import province


@pytest.mark.parametrize(
    ("country", "code", "name", "expected"),
    [
        ("us", "MI", "Michigan", "us-mi"),
        ("ca", "QC", "Quebec", "ca-qc"),
        ("au", "NSW", "New South Wales", "au-nsw"),
        ("pl", "PL-14", "mazowieckie", "pl-14"),
        ("de", "NDS", "Niedersachsen", "de-ni"),
        ("de", "XYZ", "Somewhere", "Somewhere"),
        ("at", "WI", "Wien", "at-9"),
        ("fr", "1", "Ain", "fr-01"),
        ("fr", "75", "Paris", "fr-75"),
        ("fr", "Corse", "Corse", "Corse"),
        ("gb", "Greater London", "Greater London", "Greater London"),
        ("fi", "Lappi", "Lappi", "Lappi"),
        ("us", None, "Michigan", "Michigan"),
        ("us", "Michigan", "Michigan", "Michigan"),
        ("us", "MI", None, "us-mi"),
        ("gb", "Kent", None, "Kent"),
        (None, "MI", "Michigan", "Michigan"),
        ("us", None, None, None),
    ],
)
def test_provinces(country: str | None, code: str | None, name: str | None, expected: str) -> None:
    assert province(country, code, name, "iso") == expected


def test_provinces_by_name() -> None:
    assert province("us", "MI", "Michigan", "name") == "Michigan"
    assert province("us", "MI", None, "name") == "MI"


def test_magentos_german_states_are_all_known() -> None:
    countries = {each["id"]: each for each in json.loads(_countries())}
    for country in ("DE", "AT", "US", "CH", "PL"):
        for region in countries[country]["available_regions"]:
            found = province(country.lower(), region["code"], region["name"], "iso") or ""
            assert found.startswith(f"{country.lower()}-"), region


def test_countries_of_magento_are_all_known() -> None:
    assert {each["id"].lower() for each in json.loads(_countries())} <= iso.COUNTRIES


def _countries() -> str:
    return (recorded("luma") / "countries.json").read_text()


def test_currencies_with_digits_of_their_own_are_known() -> None:
    assert DIGITS.keys() <= iso.CURRENCIES
    assert all(len(code) == 3 for code in iso.CURRENCIES)
    assert all(len(code) == 2 for code in iso.COUNTRIES)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["a", "b"], ["a", "b"]),
        (["", " a "], ["a"]),
        ("a\nb", ["a", "b"]),
        ({"0": "a", "2": "c"}, ["a", "c"]),
        ([None, 7], ["7"]),
        (None, []),
    ],
)
def test_streets(lines: Any, expected: list[str]) -> None:
    assert street({"street": lines}) == expected


@pytest.mark.parametrize(
    "region", ["Michigan", {"region": "Michigan", "region_code": "MI"}, ["x"], None]
)
def test_regions_have_two_shapes(region: Any) -> None:
    """Text in orders, an object in address books; anything else is none."""
    said = address({"country_id": "US", "region": region, "region_code": "MI"}, "iso")
    assert said["province"] == "us-mi"
