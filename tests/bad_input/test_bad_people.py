"""Customers and orders no shop should have. Each is named or carried whole, and harms no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bad_people import FOLLOWING, NOBODY, BadPeople, bad_people, sound_people
from bad_shops import Desk, desk, said

from reconcile.masking import masked
from reconcile.model import Change
from reconcile.plan.document import Plan

PEOPLE = ("customer", "order", *FOLLOWING)
SKIPPED = "skipped "


@dataclass(frozen=True)
class Told:
    """A diagnostic: severity and code, and words of it. `{it}` stands for the number of the order,
    or the id of the customer, that is meant. Who is skipped is not carried."""

    diagnostic: str
    words: str = "{it}"


ORDERS: Mapping[str, Told] = {
    "no items": Told("skipped no_items", "order {it} is not carried: it has no items"),
    "unknown currency": Told("skipped unknown_currency", "{it} is not carried: it is in the cu"),
    "no currency": Told("skipped unknown_currency", "{it} is not carried: it is in the currency"),
    "totals do not add up": Told(
        "skipped totals_do_not_add_up", "{it} is not carried: it does not add up by 1 USD"
    ),
    "no number": Told("skipped missing_key", "source id magento:order/{it} has no key"),
    "zero date": Told("skipped missing_required", "order {it} (source id magento:order/"),
    "no date": Told("skipped missing_required", "order {it} (source id magento:order/"),
    "31st of February": Told("skipped missing_required", "order {it} (source id magento:order/"),
    "same number": Told("skipped duplicate_key", "'{it}' more than once; the record with source"),
    "deleted product": Told("info not_in_catalogue", "carried as text: OLD-0007"),
    "missing customer": Told("info deleted_customer", "carried without a customer: {it}"),
    "unknown country": Told("warning unknown_country", "carried without it: ZZ (order {it})"),
    "no billing address": Told("info no_billing_address", "carried without: {it}"),
    "empty email": Told("warning no_email"),
    "no email": Told("warning no_email"),
    "account without e-mail": Told("warning no_email"),
    "invalid email": Told("warning invalid_email"),
    "account with invalid e-mail": Told("warning invalid_email"),
    "before 1970": Told("warning odd_date"),
    "in the future": Told("warning odd_date"),
    "year 1000": Told("warning odd_date"),
    "unknown segment": Told("warning unknown_amount", "carried as an adjustment: surcharge"),
    "minus a cent": Told("info rounding", "the adjustment `rounding`: {it}"),
}

CUSTOMERS: Mapping[str, Told] = {
    "empty email": Told("skipped invalid_email", "Customer {it} has no e-mail address"),
    "invalid email": Told("skipped invalid_email", "Customer {it} has an invalid e-mail address"),
    "case twin": Told("skipped twin", "Customer {it} (website 1) has the same e-mail as customer"),
    "same email": Told("skipped twin", "Customer {it} (website 1) has the same e-mail as cust"),
    "unknown group": Told("warning dangling_reference", "lose it: magento:group/99"),
    "unknown country": Told("warning unknown_country", "carried without it: ZZ (customer {it})"),
    "zero date": Told("warning no_date", "made when they are carried: {it}"),
}


@dataclass(frozen=True)
class Planned:
    """The plan of the shop with bad records, and that of the same shop without."""

    desk: Desk
    people: BadPeople
    plan: Plan
    sound: Plan

    def order(self, name: str) -> Mapping[str, Any]:
        return _changes(self.plan)[f"order:{self.people.orders[name]}"].after

    def customer(self, name: str) -> Mapping[str, Any]:
        mark = f"magento:customer/{self.people.customers[name]}"
        (found,) = (each for each in self.plan.changes if each.source_id == mark)
        return found.after

    def is_told(self, told: Told, it: object) -> bool:
        severity, code = told.diagnostic.split()
        words = told.words.format(it=it)
        return any(
            (each.severity, each.code) == (severity, code) and words in each.message
            for each in self.plan.diagnostics
        )


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planned]:
    people = bad_people()
    folder = tmp_path_factory.mktemp("people")
    with desk(folder / "bad", people.shop) as made, desk(folder / "sound", sound_people()) as other:
        yield Planned(made, people, made.plan(), other.plan())


def _changes(plan: Plan) -> dict[str, Change]:
    return {str(each.address): each for each in plan.changes}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_told(planned: Planned, name: str) -> None:
    number, told = planned.people.orders[name], ORDERS[name]
    assert planned.is_told(told, number)
    skipped = told.diagnostic.startswith(SKIPPED) and name not in TWICE
    assert (f"order:{number}" in _changes(planned.plan)) is not skipped


TWICE = {"same number", "same number elsewhere"}
"""One of the two is carried."""


@pytest.mark.parametrize("name", CUSTOMERS)
def test_a_customer_is_told(planned: Planned, name: str) -> None:
    number, told = planned.people.customers[name], CUSTOMERS[name]
    assert planned.is_told(told, number)
    carried = f"magento:customer/{number}" in {each.source_id for each in planned.plan.changes}
    assert carried is not told.diagnostic.startswith(SKIPPED)


@pytest.mark.parametrize("entity", FOLLOWING)
def test_what_hangs_on_no_order_is_told(planned: Planned, entity: str) -> None:
    number = planned.people.lost["missing"][entity]
    words = f"{number} needs the order magento:order/{NOBODY}, which is not carried"
    assert planned.is_told(Told("skipped dependency_not_carried", words), number)
    assert f"{entity}:{number}" not in _changes(planned.plan)


@pytest.mark.parametrize("entity", FOLLOWING)
def test_what_hangs_on_an_unsound_order_falls_out_with_it(planned: Planned, entity: str) -> None:
    number = planned.people.lost["unsound"][entity]
    assert planned.is_told(Told("skipped dependency_not_carried", f"{entity} {number} needs"), "")
    assert f"{entity}:{number}" not in _changes(planned.plan)


Looks = Callable[[Planned], bool]
WHOLE: Mapping[str, Looks] = {
    "500 lines": lambda planned: len(planned.order("five hundred lines")["items"]) == 500,
    "emoji in an order": lambda planned: (
        planned.order("emoji names")["billing_address"]["last_name"] == "🦄 von 🌈"
        and "Mug 😀<b>bold</b>" in [row["title"] for row in planned.order("emoji names")["items"]]
    ),
    "emoji in a customer": lambda planned: planned.customer("emoji names")["first_name"] == "🎉",
    "an e-mail that is none": lambda planned: (
        planned.order("invalid email")["email"] == "not an address"
    ),
    "no e-mail": lambda planned: planned.order("empty email").get("email") is None,
    "a region that no list has": lambda planned: (
        planned.order("unknown region")["billing_address"]["province"] == "Atlantis"
        and planned.customer("unknown region")["addresses"][0]["province"] == "Atlantis"
    ),
    "an order before 1970": lambda planned: (
        planned.order("before 1970")["created_at"] == "1969-12-31T23:59:59.000Z"
    ),
    "an order to come": lambda planned: (
        planned.order("in the future")["created_at"] == "2099-01-01T00:00:00.000Z"
    ),
    "blanks around an e-mail": lambda planned: (
        planned.customer("padded email")["email"] == "padded@example.com"
    ),
    "a twin in capitals": lambda planned: (
        planned.customer("case twin upper")["email"] == "twin@example.com"
    ),
    "nobody's name": lambda planned: "first_name" not in planned.customer("no names"),
    "a long name": lambda planned: len(planned.customer("long name")["last_name"]) > 280,
    "half a piece": lambda planned: (
        planned.order("part of a piece")["items"][0]["quantity"] == "2.5"
    ),
}


@pytest.mark.parametrize("looks", WHOLE.values(), ids=list(WHOLE))
def test_what_is_odd_is_carried_whole(planned: Planned, looks: Looks) -> None:
    assert looks(planned)


def test_every_other_record_goes_on_as_it_was(planned: Planned) -> None:
    now = _changes(planned.plan)
    people = {
        address: change.after
        for address, change in _changes(planned.sound).items()
        if change.address.entity in PEOPLE
    }
    assert {change.partition(":")[0] for change in people} == set(PEOPLE)
    assert {address: now[address].after for address in people} == people


def test_every_diagnostic_has_a_remedy_or_is_mere_information(planned: Planned) -> None:
    assert not [
        each.message
        for each in planned.plan.diagnostics
        if not each.remedy and each.severity != "info"
    ]


def test_no_e_mail_is_in_the_words(planned: Planned) -> None:
    for each in planned.plan.diagnostics:
        assert masked(each.message) == each.message
        assert masked(each.remedy) == each.remedy


@pytest.mark.parametrize("page", ["plan.md", "terminal", "html"])
def test_nobody_is_named_where_a_reviewer_reads(planned: Planned, page: str) -> None:
    text = PAGES[page](planned.desk)
    named = "emoji names" if page == "terminal" else "no items"
    assert planned.people.orders[named] in text
    assert "***" in text
    for name in ("twin@", "both@", "padded@", "odd.", "Wolfe", "🦄"):
        assert name not in text


def _shown(desk: Desk) -> str:
    shown = [desk.run("show", "latest", "--entity", entity) for entity in PEOPLE]
    assert {result.exit_code for result in shown} == {0}
    return "".join(result.output for result in shown)


def _page(desk: Desk) -> str:
    result = desk.run("show", "latest", "--html")
    assert result.exit_code == 0
    return Path(result.stdout.strip()).read_text(encoding="utf-8")


def _written(desk: Desk) -> str:
    return (max((desk.folder / "plans").glob("2*")) / "plan.md").read_text(encoding="utf-8")


PAGES: Mapping[str, Callable[[Desk], str]] = {
    "plan.md": _written,
    "terminal": _shown,
    "html": _page,
}


def test_the_plan_can_still_be_approved(planned: Planned) -> None:
    """A bad record is no reason to hold all others back."""
    assert "approved by Ada" in said(planned.desk.run("approve", "latest", "--by", "Ada"))
