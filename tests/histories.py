"""Customers and their orders for planning tests: single records, and histories of hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st
from planning import Row

from reconcile.model import Json

LONG_AGO = "2024-05-01T10:00:00.000Z"
NUMBERS = ("9", "10", "100", "200", "1000")
PEOPLE = ("ann", "bob", "cyd")


def group(name: str = "General") -> Row:
    return {"key": name, "source_id": "magento:group/1", "name": name}


def customer(name: str, **over: Json) -> Row:
    """A customer of the source; their e-mail is also their key."""
    return {
        "key": f"{name}@shop.test",
        "source_id": f"magento:customer/{name}",
        "email": f"{name}@shop.test",
        "first_name": name.title(),
        "has_account": True,
        "created_at": LONG_AGO,
        "groups": ["magento:group/1"],
        "addresses": [{"id": "7", "city": "Berlin"}],
        "login": "reset",
        **over,
    }


def item(id_: str, quantity: str = "1") -> Row:
    return {"id": id_, "quantity": quantity, "sku": f"SKU-{id_}"}


def order(number: str, buyer: str = "ann", **over: Json) -> Row:
    """An order of the source; `store` is what filters look at."""
    return {
        "key": number,
        "source_id": f"magento:order/{number}",
        "number": number,
        "email": f"{buyer}@shop.test",
        "customer": f"magento:customer/{buyer}",
        "status": "complete",
        "currency_code": "usd",
        "created_at": LONG_AGO,
        "billing_address": {"city": "Berlin"},
        "items": [item("1"), item("2")],
        "totals": {"grand_total": "1190", "tax": "190"},
        "store": "default",
        **over,
    }


def invoice(number: str, of: str, **over: Json) -> Row:
    """An invoice of the source; `of` is the number of its order."""
    return {
        "key": number,
        "source_id": f"magento:invoice/{number}",
        "order": f"magento:order/{of}",
        "number": number,
        "state": "paid",
        "created_at": LONG_AGO,
        "currency_code": "usd",
        "amount": "11.9",
        "items": [{"id": "1", "quantity": "1"}],
        **over,
    }


def shipment(number: str, of: str, **over: Json) -> Row:
    return {
        "key": number,
        "source_id": f"magento:shipment/{number}",
        "order": f"magento:order/{of}",
        "number": number,
        "created_at": LONG_AGO,
        "items": [{"id": "1", "quantity": "1"}],
        "tracking": [{"id": "3", "number": "1Z"}],
        **over,
    }


@st.composite
def histories(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Some customers and orders with what happened to them; some rows cannot be carried.

    A record has the same key and source id in every history, so two of them make two states of
    one shop.
    """
    people = draw(st.permutations(draw(st.lists(st.sampled_from(PEOPLE), unique=True))))
    numbers = draw(st.lists(st.sampled_from(NUMBERS), unique=True))
    orders = [_order(draw, number) for number in numbers]
    documented = draw(st.lists(st.sampled_from(NUMBERS), unique=True))
    return {
        "customer_group": [group()],
        "customer": [_customer(draw, name) for name in people],
        "order": orders,
        "invoice": [invoice(number, number, state=draw(STATES)) for number in documented],
        "shipment": [shipment(number, number) for number in documented],
    }


STATES = st.sampled_from(["paid", "open"])
SOME_ITEMS = st.lists(st.sampled_from(["1", "2", "10"]), unique=True)


def _customer(draw: st.DrawFn, name: str) -> Row:
    return customer(
        name,
        first_name=draw(st.sampled_from(["Ann", "Bob", None])),
        groups=draw(st.sampled_from([[], ["magento:group/1"], ["magento:group/9"]])),
        addresses=[{"id": id_, "city": draw(st.text())} for id_ in draw(SOME_ITEMS)],
        login=draw(st.sampled_from([None, "reset", "carried:1"])),
        email=draw(st.sampled_from([f"{name}@shop.test", None])),
    )


def _order(draw: st.DrawFn, number: str) -> Row:
    return order(
        number,
        draw(st.sampled_from(PEOPLE)),
        status=draw(st.sampled_from(["complete", "canceled"])),
        billing_address=draw(st.sampled_from([None, {"city": "Bonn"}, {"city": "Köln"}])),
        totals={"grand_total": draw(st.sampled_from(["1", "2"]))},
        unsound=draw(st.sampled_from([False, False, True])),
    )
