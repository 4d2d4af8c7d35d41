"""What `reconcile check` says of the companion, under every setting."""

from __future__ import annotations

from dataclasses import replace

import pytest
from medusa_people import SAID, Shop

from reconcile.errors import RequestRefused
from reconcile.model import Finding, Json
from reconcile.settings import OrdersMode, Passwords, PeopleSettings
from reconcile.targets.medusa.companion_install import shipped_version
from reconcile.targets.medusa.companion_probe import companion_findings
from reconcile.targets.medusa.probe_people import probe_people
from reconcile.targets.medusa.protocol import Facts

FACTS = Facts(shipped_version(), 1, "2.21.2", passwords=True, numbers=True)


def found(facts: Facts | None, people: PeopleSettings) -> dict[str, Finding]:
    return {each.subject: each for each in companion_findings(facts, people)}


def test_a_good_one_is_named_with_its_version() -> None:
    told = found(FACTS, PeopleSettings())
    assert {each.ok for each in told.values()} == {True}
    assert told["companion"].message == f"{shipped_version()} on Medusa 2.21.2"
    assert "nobody can log in until" in told["passwords"].message


def test_one_of_another_version_is_told() -> None:
    message = found(replace(FACTS, version="0.9.0"), PeopleSettings())["companion"].message
    assert message.startswith("0.9.0 on Medusa 2.21.2; this tool comes with")
    assert "reconcile companion install" in message


@pytest.mark.parametrize("orders", OrdersMode)
@pytest.mark.parametrize("passwords", Passwords)
def test_without_one_all_that_is_lost_is_named(orders: OrdersMode, passwords: Passwords) -> None:
    told = found(None, PeopleSettings(orders, passwords=passwords))["companion"]
    wanted = orders is OrdersMode.COMPANION or passwords is not Passwords.NONE
    assert told.ok is not wanted
    assert "customers become guests" in told.message
    assert ("orders are not carried" in told.message) is (orders is OrdersMode.COMPANION)
    assert ("nobody can log in" in told.message) is (passwords is not Passwords.NONE)
    assert bool(told.remedy) is wanted
    assert not wanted or "reconcile companion install" in told.remedy


@pytest.mark.parametrize("passwords", Passwords)
def test_logins_that_understand_no_carried_password(passwords: Passwords) -> None:
    told = found(replace(FACTS, passwords=False), PeopleSettings(passwords=passwords))
    bad = [each for each in told.values() if not each.ok]
    assert bool(bad) is (passwords is Passwords.CARRY)
    assert all("customers.passwords: reset" in each.remedy for each in bad)


@pytest.mark.parametrize("orders", OrdersMode)
def test_orders_that_would_lose_their_numbers(orders: OrdersMode) -> None:
    told = found(replace(FACTS, numbers=False), PeopleSettings(orders))
    assert ("order numbers" in told) is (orders is OrdersMode.COMPANION)


def test_one_that_speaks_another_protocol_is_told_with_what_to_do() -> None:
    shop = Shop(lambda *_: {})

    def other(*_: object) -> Json:
        return {"companion": {**SAID, "version": "9.0.0", "protocol": 9}}

    shop.session._answers = other
    (told,) = probe_people(shop.people)
    assert not told.ok
    assert "version 9.0.0 and speaks protocol 9" in told.message
    assert "reconcile companion install" in told.remedy


def test_a_shop_that_does_not_answer_is_no_shop_without_one() -> None:
    shop = Shop(lambda *_: {})

    def down(*_: object) -> Json:
        raise RequestRefused("down", status=503)

    shop.session._answers = down
    with pytest.raises(RequestRefused):
        list(probe_people(shop.people))
