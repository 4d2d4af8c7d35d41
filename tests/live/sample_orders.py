"""A dozen orders of the past, of every kind, with what happened to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from people_changes import create

from reconcile.canonical import decimal_text
from reconcile.model import Change, Json
from reconcile.money import rounded

CHANNEL = "Default Sales Channel"
LOCATION = "Default Stock Location"
EMAIL = "ann@example.com"
ODD = 'Zoë "☃" O\'Neil <b>\\ 👟'
ADDRESS = {
    "first_name": ODD,
    "last_name": "Home",
    "company": "ACME",
    "phone": "+49 1",
    "address_1": "Main 1",
    "address_2": "2nd floor",
    "city": "Köln",
    "province": "NW",
    "postal_code": "50667",
    "country_code": "de",
}
Rows = Sequence[Mapping[str, Json]]


def item(
    identity: str, subtotal: str, *, discount: str = "0", tax: str = "0", **parts: Json
) -> dict[str, Json]:
    row = {
        "id": identity,
        "sku": f"SKU-{identity}",
        "title": f"Thing {identity}",
        "quantity": "1",
        "subtotal": subtotal,
        "discount": discount,
        "tax": tax,
        "taxes": [{"code": "US-CA-*-Rate 1", "rate": "8.25"}] if tax != "0" else [],
        "requires_shipping": True,
    }
    return {name: part for name, part in {**row, **parts}.items() if part is not None}


def shipping(amount: str, *, discount: str = "0", tax: str = "0", **parts: Json) -> Json:
    taxes = [{"code": "VAT", "rate": "19"}] if tax != "0" else []
    name = "Flat Rate - Fixed"
    row = {"id": "shipping", "name": name, "amount": amount, "discount": discount, "tax": tax}
    return {**row, "taxes": taxes, **parts}


def totals(
    items: Rows, methods: Rows, adjustments: Rows, currency: str, paid: str, refunded: str
) -> dict[str, str]:
    def summed(rows: Rows, name: str) -> Decimal:
        return sum((Decimal(row[name]) for row in rows), Decimal(0))

    both = [*items, *methods]
    parts = {
        "subtotal": summed(items, "subtotal"),
        "discount": summed(both, "discount"),
        "shipping": summed(methods, "amount"),
        "tax": summed(both, "tax"),
        "adjustment": summed(adjustments, "amount"),
    }
    grand = parts["subtotal"] - parts["discount"] + parts["shipping"] + parts["tax"]
    grand += parts["adjustment"]
    found = {
        **parts,
        "grand_total": grand,
        "paid": Decimal(paid),
        "refunded": Decimal(refunded),
        "due": grand - Decimal(paid),
    }
    return {name: decimal_text(rounded(part, currency)) for name, part in found.items()}


def order(
    number: str,
    items: Rows,
    methods: Rows = (),
    adjustments: Rows = (),
    *,
    currency: str = "usd",
    paid: str = "0",
    refunded: str = "0",
    customer: str | None = EMAIL,
    **fields: Json,
) -> Change:
    refs = [f"customer:{customer}"] if customer else []
    values = {
        "number": number,
        "email": EMAIL,
        "customer": customer,
        "sales_channel": CHANNEL,
        "status": "completed",
        "currency_code": currency,
        "created_at": "2019-02-28T23:59:59.000Z",
        "updated_at": "2019-03-01T00:00:00.000Z",
        "billing_address": ADDRESS,
        "shipping_address": {"country_code": "us", "city": "Austin"},
        "items": list(items),
        "shipping_methods": list(methods),
        "adjustments": list(adjustments),
        "totals": totals(items, methods, adjustments, currency, paid, refunded),
        **fields,
    }
    return create(
        f"order:{number}",
        f"order/{number}",
        [*refs, f"sales_channel:{CHANNEL}"],
        **{name: part for name, part in values.items() if part is not None},
    )


def _inside(entity: str, number: str, of: str, when: str, **fields: Json) -> Change:
    kinds = {"invoice": "invoice", "shipment": "shipment", "credit_memo": "creditmemo"}
    refs = [f"order:{of}"]
    if fields.get("location"):
        refs.append(f"stock_location:{fields['location']}")
    return create(
        f"{entity}:{number}",
        f"{kinds[entity]}/{number}",
        refs,
        order=of,
        number=number,
        created_at=when,
        **fields,
    )


def invoice(number: str, of: str, amount: str, *, state: str = "paid", **fields: Json) -> Change:
    values = {"currency_code": "usd", "totals": {"grand_total": amount}, **fields}
    when = "2019-03-01T10:00:00.000Z"
    return _inside("invoice", number, of, when, state=state, amount=amount, **values)


def shipment(number: str, of: str, items: Rows, **fields: Json) -> Change:
    when = "2019-03-02T11:00:00.000Z"
    return _inside("shipment", number, of, when, items=list(items), **fields)


def credit_memo(
    number: str, of: str, amount: str, *, state: str = "refunded", **fields: Json
) -> Change:
    values = {"currency_code": "usd", "totals": {"grand_total": amount}, **fields}
    when = "2019-03-03T12:00:00.000Z"
    return _inside("credit_memo", number, of, when, state=state, amount=amount, **values)


BOTH = [{"id": "11", "quantity": "2"}, {"id": "12", "quantity": "1"}]
PLAIN_ITEMS = [
    item("11", "66.6667", discount="6.67", tax="4.95", quantity="2"),
    item("12", "10", tax="0.83", metadata={"options": {"Color": "Red"}, "half": "0.5"}),
]
ORDERS: list[Change] = [
    # paid, sent in one parcel, everything named
    order(
        "100",
        PLAIN_ITEMS,
        [shipping("5", tax="0.95")],
        paid="81.73",
        locale="en-US",
        metadata__kept={"deep": ["1.5", None, {"a": 1}]},
        metadata__changed="before",
        metadata__gone=7,
    ),
    invoice("I100", "100", "81.73", items=BOTH),
    shipment(
        "S100",
        "100",
        BOTH,
        location=LOCATION,
        tracking=[
            {"id": "1", "carrier": "ups", "title": "UPS", "number": "1Z999"},
            {"id": "2", "carrier": "custom", "title": "By hand"},
        ],
    ),
    # nothing but a purchase, of a guest, still open
    order("101", [item("21", "10", sku=None)], customer=None, status="pending"),
    # canceled
    order(
        "102",
        [item("31", "20")],
        status="canceled",
        canceled_at="2019-03-05T00:00:00.000Z",
        shipping_address=None,
        billing_address=None,
    ),
    # paid in two steps, sent in two parcels, partly given back
    order(
        "103",
        [item("41", "30", quantity="3", tax="2.48"), item("42", "0.01")],
        [shipping("7.5", discount="7.5", name="Free")],
        paid="32.49",
        refunded="10.5",
    ),
    invoice("I103a", "103", "20", items=[{"id": "41", "quantity": "2"}]),
    invoice("I103b", "103", "12.49"),
    shipment("S103a", "103", [{"id": "41", "quantity": "1"}]),
    shipment("S103b", "103", [{"id": "41", "quantity": "2"}, {"id": "42", "quantity": "1"}]),
    credit_memo("C103a", "103", "10", items=[{"id": "41", "quantity": "1"}]),
    credit_memo("C103b", "103", "0.5"),
    # given back as a whole
    order("104", [item("51", "19.99", tax="1.65")], paid="21.64", refunded="21.64"),
    invoice("I104", "104", "21.64"),
    credit_memo("C104", "104", "21.64"),
    # invoiced and not paid yet
    order("105", [item("61", "8")]),
    invoice("I105", "105", "8", state="open"),
    # an invoice that was canceled
    order("106", [item("71", "8")], paid="8"),
    invoice("I106a", "106", "8", state="canceled"),
    invoice("I106b", "106", "8"),
    # a gift card, a fee, and a cent
    order(
        "107",
        [item("81", "50")],
        [],
        [
            {"id": "gift_card", "name": "Gift card", "amount": "-20"},
            {"id": "fee", "name": "Payment fee", "amount": "2.5"},
            {"id": "rounding", "name": "Rounding", "amount": "-0.01"},
        ],
        paid="32.49",
    ),
    invoice("I107", "107", "32.49"),
    # free, with a tax on what it cost before the discount
    order(
        "108",
        [item("91", "10", discount="10", tax="0.83"), item("92", "5", discount="5")],
        [shipping("4", discount="4", tax="0.33")],
        paid="1.16",
    ),
    invoice("I108", "108", "1.16"),
    # nothing to pay at all
    order("109", [item("101", "0")], paid="0"),
    invoice("I109", "109", "0"),
    # two taxes, a tax at a rate nobody knows, fractions of a piece, nothing to be sent
    order(
        "110",
        [
            item(
                "111",
                "33.3333",
                tax="5.1667",
                quantity="0.3333",
                taxes=[{"code": "GST", "rate": "5"}, {"code": "QST", "rate": "9.975"}],
                requires_shipping=False,
            ),
            item("112", "7.77", tax="0.6", taxes=[], title=ODD),
            item("113", "5", discount="5", taxes=[{"code": "VAT", "rate": "19"}]),
        ],
    ),
    # yen, which have no cents, for a currency the shop does not sell in
    order("111", [item("121", "1000", tax="100")], [shipping("500")], currency="jpy", paid="1600"),
    invoice("I111", "111", "1600", currency_code="jpy"),
    # much and many
    order(
        "112",
        [item(f"{number}", "99999.9999", tax="8250", quantity="7") for number in range(1000, 1040)],
    ),
]
