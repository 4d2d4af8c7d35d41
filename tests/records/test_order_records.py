"""Orders: whose they are, what is said of them, what is left out, what cannot be carried."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from magento_checkout import Bought, Document, Store, address, order
from people_shop import PeopleShop, Read, read
from small_shop import SmallShop, view

from reconcile.model import Severity
from reconcile.sources.magento_rest.records import order_words

D = Decimal


def made(number: int = 1, **over: Any) -> Document:
    over = {"entity_id": number, "increment_id": f"{number:09}"} | over
    return order(Store(), [Bought(D(10))], Bought(D(5))) | over


def carried(tmp_path: Path, *documents: Document, **over: Any) -> Read:
    return read(PeopleShop().add("orders", *documents).write(tmp_path), "order", order=over)


def customer(number: int, email: str, **over: Any) -> Document:
    over = {"created_at": f"2026-01-{number:02} 00:00:00"} | over
    return {"id": number, "email": email, "website_id": 1, "group_id": 1, "addresses": []} | over


def test_what_an_order_says(tmp_path: Path) -> None:
    document = made(
        coupon_code="TEN",
        discount_description="Ten off",
        applied_rule_ids="1,4",
        customer_group_id=2,
        customer_note=" Ring twice ",
        customer_prefix="Dr.",
        customer_firstname="Ann",
        customer_lastname="Lee",
        customer_taxvat="DE1",
        ext_order_id="ERP-7",
        original_increment_id="000000000",
        base_currency_code="USD",
        base_to_order_rate=D("0.9214"),
        base_grand_total=D("16.28"),
        base_subtotal=D("10.85"),
        base_shipping_amount=D("5.43"),
        remote_ip="10.0.0.1",
    )
    document["payment"] = {
        "method": "purchaseorder",
        "additional_information": ["Purchase Order", None],
        "po_number": "PO-7",
        "last_trans_id": "ch_1",
        "cc_last4": "4242",
    }
    document["extension_attributes"]["gift_message"] = {"sender": "A", "message": "Hi ☂"}
    row = carried(tmp_path, document).only
    assert row["key"] == row["number"] == "000000001"
    assert (row["source_id"], row["email"]) == ("magento:order/1", "ann@example.com")
    assert (row["status"], row["state"], row["canceled_at"]) == ("pending", "new", None)
    assert row["created_at"] == "2026-01-02T03:04:05.000Z"
    assert (row["store"], row["store_name"]) == ("default", "Main / Store / View")
    assert (row["coupon_code"], row["discount_description"]) == ("TEN", "Ten off")
    assert (row["applied_rules"], row["guest"]) == ("1,4", True)
    assert (row["customer_group"], row["customer_note"]) == ("Wholesale", "Ring twice")
    assert (row["customer_name"], row["customer_tax_number"]) == ("Dr. Ann Lee", "DE1")
    assert (row["payment_method"], row["payment_title"]) == ("purchaseorder", "Purchase Order")
    assert (row["po_number"], row["payment_transaction"]) == ("PO-7", "ch_1")
    assert (row["shipping_description"], row["shipping_method"]) == (
        "Flat Rate - Fixed",
        "flatrate_flatrate",
    )
    assert (row["external_id"], row["related_orders"]) == ("ERP-7", {"original": "000000000"})
    assert row["gift_message"] == {"from": "A", "message": "Hi ☂"}
    assert row["base_totals"] == {
        "currency_code": "usd",
        "rate": "0.9214",
        "subtotal": "10.85",
        "discount": "0",
        "shipping": "5.43",
        "tax": "0",
        "grand_total": "16.28",
        "paid": "0",
        "refunded": "0",
    }
    assert row["other"] is None
    assert "10.0.0.1" not in str(row)
    assert "4242" not in str(row)


def test_what_the_payment_method_adds(tmp_path: Path) -> None:
    """The title has its own column; `null` is Magento's word for nothing."""
    document = made()
    document["extension_attributes"]["payment_additional_info"] = [
        {"key": "method_title", "value": "PayPal"},
        {"key": "paypal_payer_status", "value": "verified"},
        {"key": "instructions", "value": "null"},
    ]
    row = carried(tmp_path, document).only
    assert row["payment_title"] == "PayPal"
    assert row["payment_information"] == {"paypal_payer_status": "verified"}


def test_addresses(tmp_path: Path) -> None:
    billing = address(prefix="Dr.", vat_id="DE123", company="Lee Ltd", street=["1", "Floor 2", "B"])
    document = made(billing_address=billing)
    row = carried(tmp_path, document).only
    assert row["billing_address"] == {
        "first_name": "Ann",
        "last_name": "Lee",
        "company": "Lee Ltd",
        "phone": "555-1",
        "address_1": "1",
        "address_2": "Floor 2, B",
        "city": "Calder",
        "province": "us-mi",
        "postal_code": "49628",
        "country_code": "us",
    }
    assert row["shipping_address"]["address_1"] == "1 High Street"
    assert row["address_details"] == {"billing": {"prefix": "Dr.", "vat_id": "DE123"}}


def test_provinces_by_name(tmp_path: Path) -> None:
    assert carried(tmp_path, made(), province="name").only["billing_address"]["province"] == (
        "Michigan"
    )


def test_a_country_nobody_knows(tmp_path: Path) -> None:
    found = carried(tmp_path, made(billing_address=address(country_id="UK")))
    assert "country_code" not in found.only["billing_address"]
    notice = found.notice("unknown_country")
    assert (notice.severity, notice.count) == (Severity.WARNING, 1)
    assert notice.samples == ("UK (order 000000001)",)


def test_without_a_billing_address(tmp_path: Path) -> None:
    found = carried(tmp_path, made(billing_address=None))
    assert found.only["billing_address"] is None
    assert found.notice("no_billing_address").samples == ("000000001",)


def test_comments_newest_last(tmp_path: Path) -> None:
    history = [
        {
            "entity_id": 9,
            "created_at": "2026-01-03 00:00:00",
            "status": "complete",
            "comment": "Sent",
            "is_customer_notified": 1,
            "is_visible_on_front": "0",
        },
        {"entity_id": 8, "created_at": "2026-01-02 00:00:00", "status": "pending", "comment": ""},
        {"entity_id": 7, "created_at": "2026-01-02 00:00:00", "comment": "First"},
    ]
    assert carried(tmp_path, made(status_histories=history)).only["comments"] == [
        {"created_at": "2026-01-02T00:00:00.000Z", "text": "First"},
        {"created_at": "2026-01-02T00:00:00.000Z", "status": "pending"},
        {
            "created_at": "2026-01-03T00:00:00.000Z",
            "status": "complete",
            "text": "Sent",
            "notified": True,
            "visible": False,
        },
    ]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], "2026-01-03T03:04:05.000Z"),
        ([{"status": "canceled", "created_at": "2026-01-02 09:00:00"}] * 2
         + [{"status": "pending", "created_at": "2026-01-01 09:00:00"}],
         "2026-01-02T09:00:00.000Z"),
    ],
)  # fmt: skip
def test_when_an_order_was_canceled(tmp_path: Path, history: list[Any], expected: str) -> None:
    document = made(state="canceled", status="canceled", status_histories=history)
    assert carried(tmp_path, document).only["canceled_at"] == expected


def test_the_locale_is_the_store_views(tmp_path: Path) -> None:
    catalogue = SmallShop().add("store_views", view("default", 1), view("de", 2, locale="de_DE"))
    shop = PeopleShop(catalogue=catalogue).add("orders", made(1), made(2, store_id=2))
    found = read(shop.write(tmp_path), "order")
    assert [(row["store"], row["locale"]) for row in found.rows] == [
        ("default", None),
        ("de", "de-DE"),
    ]


def test_what_extensions_add_is_offered(tmp_path: Path) -> None:
    """Not what Magento has itself, nor twins and what became of amounts."""
    document = made(delivery_date="2026-02-01", base_fee=1, fee_invoiced=1, empty="")
    document["extension_attributes"]["pickup_location_code"] = "east"
    document["items"][0] |= {"engraving": "A+B", "qty_shipped": 1, "base_price": 10}
    found = carried(tmp_path, document)
    assert found.only["other"] == {
        "delivery_date": "2026-02-01",
        "extension_attributes": {"pickup_location_code": "east"},
        "items": {"1": {"engraving": "A+B"}},
    }
    assert found.offered["other"] == frozenset()


class TestCustomers:
    """Orders follow the account that is carried, whoever of its twins made them."""

    def read(self, tmp_path: Path, *people: Document, **options: Any) -> Read:
        incomplete = options.pop("incomplete", set())
        shop = PeopleShop(incomplete=incomplete).add("customers", *people)
        shop.add(
            "orders",
            made(1, customer_id=1, customer_is_guest=0, customer_email="old@example.com"),
            made(2, customer_id=2, customer_is_guest=0),
            made(3, customer_id=None, customer_is_guest=0),
            made(4, customer_id=9, customer_is_guest=0),
            made(5, customer_id=None, customer_is_guest=1, customer_email="ANN@example.com "),
            made(6, customer_id=None, customer_is_guest=1, customer_email="bob@example.com"),
        )
        return read(shop.write(tmp_path), "order", customer=options)

    def owners(self, found: Read) -> list[str | None]:
        return [(row["customer"] or "").removeprefix("magento:customer/") for row in found.rows]

    def test_the_account_that_is_carried(self, tmp_path: Path) -> None:
        found = self.read(tmp_path, customer(1, "Ann@example.com"), customer(2, "ann@Example.com"))
        assert self.owners(found) == ["2", "2", "", "", "", ""]
        assert [row["email"] for row in found.rows][:2] == ["old@example.com", "ann@example.com"]

    def test_twins_under_review_keep_their_orders(self, tmp_path: Path) -> None:
        people = customer(1, "Ann@example.com"), customer(2, "ann@Example.com")
        assert self.owners(self.read(tmp_path, *people, twins="review"))[:2] == ["1", "2"]

    def test_whose_account_is_gone(self, tmp_path: Path) -> None:
        found = self.read(tmp_path, customer(1, "a@example.com"), customer(2, "ann@example.com"))
        assert found.notice("deleted_customer").samples == ("000000003", "000000004")
        assert found.notice("guest_with_account").samples == ("000000005",)
        assert {each.code for each in found.notices} >= {"deleted_customer", "guest_with_account"}

    def test_nobody_is_called_deleted_when_not_all_were_read(self, tmp_path: Path) -> None:
        found = self.read(tmp_path, customer(1, "a@example.com"), incomplete={"customers"})
        notice = found.notice("unknown_customer")
        assert (notice.severity, notice.count) == (Severity.WARNING, 3)
        assert "deleted_customer" not in [each.code for each in found.notices]


class TestFilters:
    """What a plan is about: left out without a word."""

    DOCUMENTS = (
        made(1, created_at="2025-12-31 23:59:59", status="complete"),
        made(2, created_at="2026-01-01 00:00:00", status="complete", store_id=2),
        made(3, created_at="2026-01-31 23:59:59", status="pending"),
        made(4, created_at="2026-02-01 00:00:00", status=None, store_id=None),
        made(5, created_at="0000-00-00 00:00:00", status="pending"),
    )

    @pytest.mark.parametrize(
        ("chosen", "kept"),
        [
            ({}, "12345"),
            ({"from_date": "2026-01-01", "to_date": "2026-01-31"}, "235"),
            ({"from_date": None, "to_date": "2025-12-31"}, "15"),
            ({"statuses": ("complete",)}, "12"),
            ({"statuses": ("complete", "pending"), "stores": ("default",)}, "135"),
            ({"stores": ("nowhere",)}, ""),
            ({"statuses": (), "stores": ()}, "12345"),
        ],
    )
    def test_which(self, tmp_path: Path, chosen: dict[str, Any], kept: str) -> None:
        found = carried(tmp_path, *self.DOCUMENTS, **chosen)
        assert "".join(row["id"] for row in found.rows) == kept
        assert found.diagnostics == ()
        left = {row[0] for row in found.left_out.rows()}
        assert left == {f"{n:09}" for n in range(1, 6) if str(n) not in kept}
        assert set(found.left_out["source_id"]).isdisjoint(found.frame["source_id"])

    def test_the_words_it_may_say(self, tmp_path: Path) -> None:
        """Magento's own statuses are known although no order has them yet, others when one has."""
        documents = [*self.DOCUMENTS, made(6, status="packed_by_hand")]
        words = order_words(PeopleShop().add("orders", *documents).write(tmp_path))
        assert words.statuses is not None
        assert words.statuses >= {"closed", "packed_by_hand"}
        assert "colsed" not in words.statuses
        assert words.stores is not None
        assert "default" in words.stores

    def test_what_is_left_out_is_not_read(self, tmp_path: Path) -> None:
        found = carried(tmp_path, made(1, items=[]), from_date="2030-01-01")
        assert (found.said, found.unsound.height, found.left_out.height) == ([], 0, 1)


class TestBadInput:
    """Named by number and cause; the others go on."""

    @pytest.mark.parametrize(
        ("over", "code"),
        [
            ({"items": []}, "no_items"),
            ({"items": None}, "no_items"),
            ({"items": ["junk", {"sku": "X"}]}, "no_items"),
            ({"order_currency_code": "XXY"}, "unknown_currency"),
            ({"order_currency_code": "DOLLAR"}, "unknown_currency"),
            ({"order_currency_code": None}, "unknown_currency"),
            ({"grand_total": None}, "no_grand_total"),
            ({"grand_total": D("1e17")}, "impossible_amount"),
        ],
    )
    def test_what_cannot_be_carried(self, tmp_path: Path, over: dict[str, Any], code: str) -> None:
        found = carried(tmp_path, made(1, **over), made(2))
        assert [row["key"] for row in found.rows] == ["000000002"]
        assert [(each.code, str(each.address)) for each in found.diagnostics] == [
            (code, "order:000000001")
        ]
        assert found.unsound.rows() == [("000000001", "magento:order/1")]

    def test_an_order_without_a_number_is_called_by_its_id(self, tmp_path: Path) -> None:
        found = carried(tmp_path, made(7, increment_id=None, items=[]))
        assert found.said == ["skipped no_items order:magento:order/7"]
        assert "with id 7" in found.message("no_items")

    def test_one_number_in_two_stores_is_two_records(self, tmp_path: Path) -> None:
        """The planner names them: no window sees all orders."""
        found = carried(tmp_path, made(1), made(2, increment_id="000000001"))
        assert [row["key"] for row in found.rows] == ["000000001"] * 2
        assert [row["source_id"] for row in found.rows] == ["magento:order/1", "magento:order/2"]

    @pytest.mark.parametrize(
        ("created", "odd"),
        [
            ("1969-12-31 23:59:59", True),
            ("0001-01-01 00:00:00", True),
            ("2026-11-03 00:00:00", True),
            ("2026-11-02 11:00:00", False),
            ("1970-01-01 00:00:00", False),
        ],
    )
    def test_odd_dates_are_carried(self, tmp_path: Path, created: str, *, odd: bool) -> None:
        found = carried(tmp_path, made(created_at=created))
        assert found.only["created_at"] == created.replace(" ", "T") + ".000Z"
        assert ("odd_date" in [each.code for each in found.notices]) is odd

    def test_no_date_is_none(self, tmp_path: Path) -> None:
        assert carried(tmp_path, made(created_at="0000-00-00 00:00:00")).only["created_at"] is None

    def test_shapes_php_makes(self, tmp_path: Path) -> None:
        document = made(billing_address=[], payment=[], status_histories=None)
        document["extension_attributes"] = []
        row = carried(tmp_path, document).only
        assert (row["billing_address"], row["payment_method"], row["comments"]) == (None,) * 3


def test_nothing_personal_is_said(tmp_path: Path) -> None:
    """Diagnostics and notices go into reports that are passed around."""
    secret = address(firstname="Zaphod", street=["42 Secret"], telephone="555-9", country_id="QQ")
    shop = PeopleShop().add("customers", customer(1, "zaphod@example.com"))
    over: dict[str, Any] = {"billing_address": secret, "customer_email": "zaphod@example.com"}
    shop.add("orders", made(1, **over), made(2, items=[], **over))
    found = read(shop.write(tmp_path), "order")
    told = " ".join(each.message for each in found.diagnostics)
    told += " ".join(each.sentence + " ".join(each.samples) for each in found.notices)
    for word in ("Zaphod", "zaphod", "Secret", "555"):
        assert word not in told


def test_windows_say_together_what_the_whole_says(tmp_path: Path) -> None:
    shop = PeopleShop().add("orders", *(made(n) for n in range(1, 4_002)))
    snapshot = shop.write(tmp_path)
    windows = [read(window, "order") for window in snapshot.windows("orders", 2_000)]
    assert [found.frame.height for found in windows] == [2_000, 2_000, 1]
    keys = [row["key"] for found in windows for row in found.rows]
    assert keys == [f"{n:09}" for n in range(1, 4_002)]


@pytest.mark.parametrize("entity", ["customer", "order", "invoice", "shipment", "credit_memo"])
def test_a_snapshot_without_them(tmp_path: Path, entity: str) -> None:
    """`orders: mode: skip`, or one of an earlier version: nothing, and not complete."""
    tables = {"customers", "orders", "invoices", "shipments", "credit_memos"}
    whole = read(PeopleShop().write(tmp_path / "a"), entity)
    found = read(PeopleShop(absent=tables).write(tmp_path / "b"), entity)
    assert (whole.complete, found.complete) == (True, False)
    assert found.frame.schema == whole.frame.schema
    assert found.json == whole.json
    assert found.rows == []
