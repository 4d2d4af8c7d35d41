"""What happens in a shop after its past was moved, and what the next plan must say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Record = Mapping[str, Any]
Names = Mapping[str, str]
"""What the addresses of a case leave open, such as the number of an invoice that was made."""

STATE = "metadata.magento_state metadata.magento_status updated_at"
MONEY = "metadata.base_totals totals updated_at"
REMARK = "metadata.comments"
CREATE = "create"
BUYER = 39
"""A customer to whom nothing else happens."""


class Happen(Protocol):
    def __call__(self, kind: str, **members: Any) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Case:
    """`who` is the first record of `table` that `fits` and that no other case has.

    `happens` lets it happen and returns names. `expected` is the whole of what the plan then says,
    by address, where `{who}` is the record's key and the names may stand too: "create", or the
    fields of an update. `afterwards` is what happens next, once that was carried over.
    """

    table: str
    fits: Callable[[Record], bool]
    happens: Callable[[Happen, Record], Names]
    expected: Mapping[str, str] = field(default_factory=dict)
    afterwards: Case | None = None


def keyed(table: str, record: Record) -> str:
    return str(record["email"]).lower() if table == "customers" else str(record["increment_id"])


def entries(expected: Mapping[str, str], names: Names) -> Iterator[tuple[str, tuple[str, ...]]]:
    """As `two_shops.found` says it, what is created without its fields."""
    for address, fields in expected.items():
        parts = (CREATE,) if fields == CREATE else ("update", *sorted({*fields.split()}))
        yield address.format(**names), parts


# Who it happens to.


def is_pending(order: Record) -> bool:
    return bool(order["status"] == "pending")


def is_pending_with_many(order: Record) -> bool:
    return is_pending(order) and order["items"][0]["qty_ordered"] > 2


def is_paid_only(order: Record) -> bool:
    """Paid as a whole, and nothing sent."""
    sent = any(item["qty_shipped"] for item in order["items"])
    return bool(order["status"] == "processing" and order["total_due"] == 0 and not sent)


def is_partly_paid(order: Record) -> bool:
    is_open = order["total_due"] > 0 and "total_canceled" not in order
    return bool(order["status"] == "processing" and is_open and order.get("total_paid"))


def is_held(order: Record) -> bool:
    return bool(order["state"] == "holded" and order["hold_before_status"] == "pending")


def is_complete(order: Record) -> bool:
    """Paid, sent, and nothing refunded; in dollars."""
    return _is_done(order) and bool(order["order_currency_code"] == "USD")


def is_complete_in_euros(order: Record) -> bool:
    return _is_done(order) and bool(order["order_currency_code"] == "EUR")


def _is_done(order: Record) -> bool:
    many = order["items"][0]["qty_ordered"] > 1 and order["items"][0]["price"] > 3
    is_whole = order["status"] == "complete" and "total_refunded" not in order
    return bool(is_whole and many and order["shipping_amount"] > 1)


def is_of_children(order: Record) -> bool:
    """Of a configurable product: what is bought can be bought again by its SKU."""
    return bool(order["items"][0]["product_type"] == "configurable")


def is_plain(order: Record) -> bool:
    """Without a remark so far."""
    return not order["status_histories"]


def is_anything(_record: Record) -> bool:
    return True


def has_address(customer: Record) -> bool:
    return bool(customer["addresses"])


def says_little(customer: Record) -> bool:
    """Nothing but what everybody says, and where to send a bill."""
    more = {"dob", "middlename", "prefix", "suffix", "gender", "taxvat"} & customer.keys()
    more |= {"company", "fax", "prefix", "middlename", "vat_id"} & {
        member for address in customer["addresses"] for member in address
    }
    return bool(not more and customer.get("default_billing"))


def is_in_general(customer: Record) -> bool:
    return bool(customer["group_id"] == 1)


# What happens.


def paid(happen: Happen, order: Record) -> Names:
    return {"invoice": happen("invoice", order=order["increment_id"])["increment_id"]}


def billed(happen: Happen, order: Record) -> Names:
    made = happen("invoice", order=order["increment_id"], paid=False)
    return {"invoice": made["increment_id"]}


def sent(happen: Happen, order: Record) -> Names:
    track = {"carrier_code": "ups", "title": "UPS", "number": "1Z-LATER"}
    made = happen("ship", order=order["increment_id"], tracks=[track])
    return {"shipment": made["increment_id"]}


def one_sent(happen: Happen, order: Record) -> Names:
    made = happen("ship", order=order["increment_id"], pieces=one_piece(order))
    return {"shipment": made["increment_id"]}


def one_piece(order: Record) -> Mapping[str, int]:
    return {order["items"][0]["sku"]: 1}


def another_parcel(happen: Happen, shipment: Record) -> Names:
    happen("track", shipment=shipment["increment_id"], number="LATE-1")
    return {}


def refunds(**members: Any) -> Callable[[Happen, Record], Names]:
    def refunded(happen: Happen, order: Record) -> Names:
        made = happen("refund", order=order["increment_id"], **members)
        return {"memo": made["increment_id"]}

    return refunded


def one_refunded(happen: Happen, order: Record) -> Names:
    return refunds(pieces=one_piece(order), shipping="0.5")(happen, order)


def becomes(kind: str, **members: Any) -> Callable[[Happen, Record], Names]:
    """Something that makes nothing new."""

    def became(happen: Happen, order: Record) -> Names:
        happen(kind, order=order["increment_id"], **members)
        return {}

    return became


def remarked(about: str) -> Callable[[Happen, Record], Names]:
    def remarks(happen: Happen, record: Record) -> Names:
        happen("comment", about=about, number=record["increment_id"], text="Called <b>back</b>")
        return {}

    return remarks


def ordered(happen: Happen, order: Record) -> Names:
    """What somebody else once bought, by a customer who is known."""
    lines = {order["items"][0]["sku"]: 3}
    made = happen("place", lines=lines, customer=BUYER, tax="8.25", percent_off=10)
    return {"order": made["increment_id"]}


def bought(happen: Happen, order: Record) -> Names:
    """By a guest, and paid and sent at once."""
    made = happen("place", lines=one_piece(order), email="Guest@Example.org", tax=6)
    return {
        "order": made["increment_id"],
        **paid(happen, made),
        **sent(happen, made),
    }


def moved_house(happen: Happen, customer: Record) -> Names:
    happen(
        "move",
        customer=customer["id"],
        street=["Bryggen 1"],
        city="Bergen",
        postcode="5003",
        country_id="NO",
        region={"region_code": None, "region": None, "region_id": 0},
    )
    return {}


def has_another_home(happen: Happen, customer: Record) -> Names:
    happen("move", customer=customer["id"], adds=True, city="Lansing")
    return {}


def alters(**changes: Any) -> Callable[[Happen, Record], Names]:
    def altered(happen: Happen, customer: Record) -> Names:
        happen("rename", customer=customer["id"], **changes)
        return {}

    return altered


def shouted(happen: Happen, customer: Record) -> Names:
    return alters(email=customer["email"].upper())(happen, customer)


def gave_mail_away(happen: Happen, customer: Record) -> Names:
    """Who has the e-mail now is somebody else."""
    alters(email="Gave.Away@Example.org")(happen, customer)
    happen("join", email=customer["email"], addresses=[{"city": "Lansing"}])
    return {}


def left(happen: Happen, customer: Record) -> Names:
    happen("forget", customer=customer["id"])
    return {}


def came_back(happen: Happen, customer: Record) -> Names:
    """Deleted, and signed up again with the same e-mail and name."""
    left(happen, customer)
    same = ("email", "firstname", "lastname", "group_id", "store_id", "website_id")
    known = {name: customer[name] for name in (*same, "extension_attributes")}
    happen("join", **known, addresses=[{"city": "Lansing", "telephone": "555-0199"}])
    return {}


INVOICED = {"order:{who}": f"{MONEY} {STATE}", "invoice:{invoice}": CREATE}
REFUNDED = {"order:{who}": f"{MONEY} {REMARK}", "credit_memo:{memo}": CREATE}
CLOSED = {"order:{who}": f"{MONEY} {REMARK} {STATE}", "credit_memo:{memo}": CREATE}
SENT = {"order:{who}": f"status {STATE}", "shipment:{shipment}": CREATE}
STOPPED = {"order:{who}": f"status {STATE}"}

CASES: Mapping[str, Case] = {
    "paid": Case("orders", is_pending, paid, INVOICED, Case("orders", is_anything, sent, SENT)),
    "billed": Case(
        "orders",
        is_pending,
        billed,
        {"order:{who}": STATE, "invoice:{invoice}": CREATE},
    ),
    "one of many sent": Case(
        "orders",
        is_pending_with_many,
        one_sent,
        {"order:{who}": STATE, "shipment:{shipment}": CREATE},
        Case(
            "orders",
            is_anything,
            one_sent,
            {"order:{who}": "updated_at", "shipment:{shipment}": CREATE},
        ),
    ),
    "sent": Case("orders", is_paid_only, sent, SENT),
    "another parcel": Case(
        "shipments", is_anything, another_parcel, {"shipment:{who}": "tracking"}
    ),
    "one refunded": Case(
        "orders",
        is_complete,
        one_refunded,
        REFUNDED,
        Case("orders", is_anything, refunds(), CLOSED),
    ),
    "one refunded in euros": Case("orders", is_complete_in_euros, one_refunded, REFUNDED),
    "refunded without goods": Case("orders", is_complete, refunds(pieces={}, more=3), REFUNDED),
    "all refunded": Case("orders", is_complete, refunds(), CLOSED),
    "canceled": Case(
        "orders", is_pending, becomes("cancel"), {"order:{who}": f"canceled_at status {STATE}"}
    ),
    "rest canceled": Case(
        "orders", is_partly_paid, becomes("cancel"), {"order:{who}": "updated_at"}
    ),
    "held": Case(
        "orders",
        is_paid_only,
        becomes("hold"),
        STOPPED,
        Case("orders", is_anything, becomes("release"), STOPPED),
    ),
    "released": Case("orders", is_held, becomes("release"), STOPPED),
    "remarked": Case(
        "orders", is_plain, becomes("comment", text="Called back"), {"order:{who}": REMARK}
    ),
    "status of its own": Case(
        "orders",
        is_paid_only,
        becomes("comment", text="In the racks", status="picking"),
        {"order:{who}": f"{REMARK} metadata.magento_status"},
    ),
    "invoice remarked": Case(
        "invoices", is_anything, remarked("invoice"), {"invoice:{who}": REMARK}
    ),
    "shipment remarked": Case(
        "shipments", is_anything, remarked("shipment"), {"shipment:{who}": REMARK}
    ),
    "credit memo remarked": Case(
        "creditmemos", is_anything, remarked("credit_memo"), {"credit_memo:{who}": REMARK}
    ),
    "ordered": Case("orders", is_of_children, ordered, {"order:{order}": CREATE}),
    "bought by a guest": Case(
        "orders",
        is_of_children,
        bought,
        {"order:{order}": CREATE, "invoice:{invoice}": CREATE, "shipment:{shipment}": CREATE},
    ),
    "moved house": Case("customers", has_address, moved_house, {"customer:{who}": "addresses"}),
    "another home": Case(
        "customers", has_address, has_another_home, {"customer:{who}": "addresses"}
    ),
    "another e-mail": Case(
        "customers",
        has_address,
        alters(email="New.Name@Example.org"),
        {"customer:new.name@example.org": "email"},
    ),
    "e-mail in capitals": Case("customers", is_anything, shouted),
    "e-mail given away": Case(
        "customers",
        is_anything,
        gave_mail_away,
        {"customer:gave.away@example.org": "email", "customer:{who}": CREATE},
    ),
    "another group": Case(
        "customers", is_in_general, alters(group_id=2), {"customer:{who}": "groups"}
    ),
    "another name": Case(
        "customers", is_anything, alters(lastname="Newly-Wed"), {"customer:{who}": "last_name"}
    ),
    "came back": Case(
        "customers",
        says_little,
        came_back,
        {"customer:{who}": "addresses metadata.source_id phone"},
    ),
    "gone": Case("customers", has_address, left),
}
