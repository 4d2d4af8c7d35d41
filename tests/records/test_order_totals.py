"""Orders to the cent: every way in which Magento comes to a grand total."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from magento_checkout import Bought, Deltas, Row, Store, computed, item, of_items, order
from medusa_arithmetic import grand_total
from people_shop import PeopleShop, Read, read

D = Decimal
NET, GROSS = Store(), Store(prices_include_tax=True)


def carried(tmp_path: Path, document: dict[str, Any]) -> Read:
    return read(PeopleShop().add("orders", document).write(tmp_path), "order")


def one(tmp_path: Path, document: dict[str, Any], digits: int = 2) -> dict[str, Any]:
    """The order's record. Whatever it is about, its totals must be Magento's and add up."""
    found = carried(tmp_path, document)
    assert not found.diagnostics, [each.message for each in found.diagnostics]
    row = found.only
    totals = {name: D(amount) for name, amount in row["totals"].items()}
    assert totals["grand_total"] == (
        totals["subtotal"]
        - totals["discount"]
        + totals["shipping"]
        + totals["tax"]
        + totals["adjustment"]
    )
    assert totals["subtotal"] == sum(D(line["subtotal"]) for line in row["items"])
    assert totals["adjustment"] == sum(D(each["amount"]) for each in row["adjustments"])
    assert totals["due"] == totals["grand_total"] - totals["paid"]
    assert totals["grand_total"] == round_to(document["grand_total"], digits)
    assert grand_total(row, digits) == totals["grand_total"]
    return row


def round_to(amount: Any, digits: int) -> Decimal:
    return D(str(amount)).quantize(D(1).scaleb(-digits), rounding="ROUND_HALF_UP")


def parts(row: dict[str, Any]) -> dict[str, str]:
    names = ("subtotal", "discount", "shipping", "tax", "adjustment", "grand_total")
    return {name: row["totals"][name] for name in names}


def test_prices_without_tax(tmp_path: Path) -> None:
    cart = [Bought(D("27"), rate=D("8.25"), discount=D("2.70")), Bought(D("9.99"), D(3))]
    made = order(NET, cart, Bought(D("5")))
    assert made["items"][0]["row_total"] == D("24.30")
    assert parts(one(tmp_path, made)) == {
        "subtotal": "56.97",
        "discount": "2.7",
        "shipping": "5",
        "tax": "2",
        "adjustment": "0",
        "grand_total": "61.27",
    }


def test_prices_with_tax_have_net_discounts(tmp_path: Path) -> None:
    """11.90 with 19 % in it, 10 % off: 1.19 of the price, 1.00 of it net."""
    made = order(GROSS, [Bought(D("11.90"), rate=D(19), discount=D("1.19"))])
    assert (made["discount_amount"], made["discount_tax_compensation_amount"]) == (
        D("-1.19"),
        D("0.19"),
    )
    row = one(tmp_path, made)
    assert (row["items"][0]["subtotal"], row["items"][0]["discount"]) == ("10", "1")
    assert (row["items"][0]["tax"], row["totals"]["grand_total"]) == ("1.71", "10.71")


def test_shipping_with_tax_and_a_discount(tmp_path: Path) -> None:
    shipping = Bought(D("5.95"), rate=D(19), discount=D("2.38"))
    made = order(GROSS, [Bought(D("11.90"), rate=D(19))], shipping)
    assert made["shipping_discount_tax_compensation_amount"] == D("0.38")
    row = one(tmp_path, made)
    [method] = row["shipping_methods"]
    assert (method["amount"], method["discount"], method["tax"]) == ("5", "2", "0.57")
    assert (row["totals"]["discount"], row["totals"]["tax"]) == ("2", "2.47")


def test_a_row_total_that_was_cut_at_zero(tmp_path: Path) -> None:
    """5.90 with tax, all of it off: REST shows 0 for 4.76 - 5.90 (Magento's own test case)."""
    made = order(GROSS, [Bought(D("5.90"), rate=D(24), discount=D("5.90"))])
    [shown] = made["items"]
    assert (shown["row_total"], shown["discount_tax_compensation_amount"]) == (0, D("1.14"))
    row = one(tmp_path, made)
    assert (row["items"][0]["subtotal"], row["items"][0]["discount"]) == ("4.76", "4.76")
    assert row["totals"]["grand_total"] == "0"


def test_a_row_total_that_was_cut_though_something_is_left(tmp_path: Path) -> None:
    made = order(GROSS, [Bought(D("5.90"), rate=D(24), discount=D("5"))])
    assert made["items"][0]["row_total"] == 0
    row = one(tmp_path, made)
    assert (row["items"][0]["subtotal"], row["totals"]["grand_total"]) == ("4.76", "0.9")


@pytest.mark.parametrize("release", ["stored", "negative"])
def test_row_totals_of_earlier_releases(tmp_path: Path, release: str) -> None:
    """As stored, or less the discount without a lower bound; both with the stored gross amount."""
    store, cart = GROSS, [Bought(D("5.90"), rate=D(24), discount=D("5.90")), Bought(D(12), D(2))]
    made = order(store, cart)
    for shown, bought in zip(made["items"], cart, strict=True):
        row = computed(store, bought, Deltas())
        shown["row_total"] = row.row_total - (row.discount if release == "negative" else 0)
        shown["row_total_incl_tax"] = bought.price * bought.quantity
    assert [line["subtotal"] for line in one(tmp_path, made)["items"]] == ["4.76", "24"]


def test_tax_on_the_price_before_the_discount(tmp_path: Path) -> None:
    """Nothing is left of the price, yet it is taxed: some shops tax before discounts."""
    row = Row(D(10), D("0.80"), D(10), D(0), D(10))
    made = of_items([item(1, Bought(D(10), rate=D(8), discount=D(10)), row)], [row])
    [line] = one(tmp_path, made)["items"]
    assert (line["subtotal"], line["discount"], line["tax"]) == ("10", "10", "0.8")


@pytest.mark.parametrize(
    ("members", "amount", "code"),
    [
        (
            {"customer_balance_amount": 20, "base_customer_balance_amount": 20},
            "-20",
            "store_credit",
        ),
        ({"gift_cards_amount": D("7.5"), "base_gift_cards_amount": D("7.5")}, "-7.5", "gift_cards"),
        ({"reward_currency_amount": 3}, "-3", "reward_points"),
        ({"gw_price": "4.00", "gw_base_price": "4.00"}, "4", "gift_wrapping"),
        ({"cod_fee": 5, "base_cod_fee": 5}, "5", "cod_fee"),
        ({"club_amount": D("1.25"), "base_club_amount": D("1.25")}, "-1.25", "club"),
    ],
)
@pytest.mark.parametrize("where", ["order", "extension"])
def test_other_parts_of_the_total(
    tmp_path: Path, members: dict[str, Any], amount: str, code: str, where: str
) -> None:
    """Known by name, or an amount with a twin in the shop's currency; its sign shows by itself."""
    made = order(NET, [Bought(D(40))], extra=D(amount))
    (made if where == "order" else made["extension_attributes"]).update(members)
    [adjustment] = one(tmp_path, made)["adjustments"]
    assert (adjustment["id"], adjustment["amount"]) == (code, amount)


def test_several_parts_together(tmp_path: Path) -> None:
    """Two that are known and cancel each other out, and a taxed fee nobody knows."""
    made = order(NET, [Bought(D(40), rate=D(19))], extra=D("-10") + D("10") + D("5"))
    made["tax_amount"] += D("0.95")
    made["grand_total"] += D("0.95")
    made["extension_attributes"] |= {
        "gift_cards_amount": 10,
        "gw_price": 10,
        "handling_amount": 5,
        "base_handling_amount": 5,
        "handling_tax_amount": D("0.95"),
        "base_handling_tax_amount": D("0.95"),
        "handling_incl_tax": D("5.95"),
        "base_handling_incl_tax": D("5.95"),
    }
    row = one(tmp_path, made)
    assert {each["id"]: each["amount"] for each in row["adjustments"]} == {
        "gift_cards": "-10",
        "gift_wrapping": "10",
        "handling": "5",
        "handling_tax": "0.95",
    }
    assert row["totals"]["tax"] == "7.6"


@pytest.mark.parametrize("in_subtotal", [True, False])
def test_fixed_product_taxes(tmp_path: Path, *, in_subtotal: bool) -> None:
    """Shops choose whether they count as part of the subtotal."""
    made = order(NET, [Bought(D(40), rate=D(19), weee=D("2.50"))], extra=D("2.50"))
    made["subtotal"] += D("2.50") if in_subtotal else 0
    row = one(tmp_path, made)
    assert row["adjustments"] == [
        {"id": "fixed_product_tax", "name": "Fixed product taxes", "amount": "2.5"}
    ]
    assert row["items"][0]["subtotal"] == "40"


def test_tax_on_fixed_product_taxes(tmp_path: Path) -> None:
    """It is in the order's tax, in no item, and told among the applied taxes alone."""
    made = order(NET, [Bought(D(40), rate=D(19), weee=D("2.50"))], extra=D("2.98"))
    made["tax_amount"] += D("0.48")
    made["extension_attributes"]["item_applied_taxes"] = [
        {"type": "weee", "applied_taxes": [{"code": "DE", "percent": 19, "amount": D("0.48")}]}
    ]
    row = one(tmp_path, made)
    assert {each["id"]: each["amount"] for each in row["adjustments"]} == {
        "fixed_product_tax": "2.5",
        "weee_tax": "0.48",
    }


def test_fixed_product_taxes_of_parents_and_children(tmp_path: Path) -> None:
    """Some releases keep them on the child of a configurable, some on both."""
    bought = Bought(D(40), weee=D("2.50"))
    row = Row(D(40), D(0), D(0), D(0), D(40))
    parent = item(1, bought, row, product_type="configurable")
    child = item(2, Bought(D(0), weee=D("2.50")), Row(*[D(0)] * 5), parent_item_id=1)
    [adjustment] = one(tmp_path, of_items([parent, child], [row], extra=D("2.50")))["adjustments"]
    assert adjustment["amount"] == "2.5"


def test_dust_is_an_adjustment(tmp_path: Path) -> None:
    found = carried(tmp_path, order(NET, [Bought(D(40))], extra=D("0.02")))
    [adjustment] = found.only["adjustments"]
    assert adjustment == {"id": "rounding", "name": "Rounding", "amount": "0.02"}
    assert found.notice("rounding").samples == ("000000001",)


@pytest.mark.parametrize(
    ("lines", "dust", "sound"),
    [
        (1, "0.02", True),
        (1, "0.03", False),
        (9, "0.05", True),
        (9, "-0.05", True),
        (9, "0.06", False),
    ],
)
def test_how_much_is_dust(tmp_path: Path, lines: int, dust: str, *, sound: bool) -> None:
    """A cent for each line and for shipping, five in all."""
    made = order(NET, [Bought(D(4))] * lines, extra=D(dust))
    assert bool(carried(tmp_path, made).rows) is sound


def test_dust_of_floating_point_is_none(tmp_path: Path) -> None:
    made = order(NET, [Bought(D("0.1")), Bought(D("0.2"))])
    made["subtotal"] = 0.1 + 0.2
    made["grand_total"] = 0.1 + 0.2
    made["shipping_tax_amount"] = 2.8421709430404e-14
    row = one(tmp_path, {**made, "grand_total": D("0.3")})
    assert row["adjustments"] == []


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"subtotal": D("39")}, "its lines sum up to 40, its subtotal is 39"),
        ({"tax_amount": D("1.5")}, "its taxes sum up to 0, its tax is 1.5"),
        ({"discount_amount": D("-3")}, "its discounts sum up to 0, its discount is 3"),
        ({"grand_total": D("47.11")}, "its amounts sum up to 45, its grand total is 47.11"),
        ({"total_paid": D("45")}, "its paid invoices sum up to 0, its total paid is 45"),
        ({"total_refunded": D("5")}, "its credit memos sum up to 0, its total refunded is 5"),
    ],
)
def test_what_does_not_add_up_is_named(tmp_path: Path, change: dict[str, Any], cause: str) -> None:
    found = carried(tmp_path, order(NET, [Bought(D(40))], Bought(D(5))) | change)
    assert found.rows == []
    assert found.unsound.rows() == [("000000001", "magento:order/1")]
    assert found.said == ["skipped totals_do_not_add_up order:000000001"]
    assert cause in found.message("totals_do_not_add_up")
    assert "000000001" in found.message("totals_do_not_add_up")


def test_columns_that_are_wrong_and_cancel_out_are_no_better(tmp_path: Path) -> None:
    made = order(NET, [Bought(D(40), discount=D(4))])
    made |= {"subtotal": D(41), "discount_amount": D(-5)}
    message = carried(tmp_path, made).message("totals_do_not_add_up")
    assert "its lines sum up to 40, its subtotal is 41" in message
    assert "its discounts sum up to 4, its discount is 5" in message


def test_a_number_that_is_no_amount_explains_nothing(tmp_path: Path) -> None:
    """`total_qty_ordered` has a twin as well; so has what was invoiced."""
    made = order(NET, [Bought(D(40), D(3))], extra=D(3))
    made |= {"total_qty_ordered": 3, "base_total_qty_ordered": 3}
    made |= {"fee_invoiced": 3, "base_fee_invoiced": 3, "fee": 3}
    assert carried(tmp_path, made).said == ["skipped totals_do_not_add_up order:000000001"]


def test_yen_has_no_fractions(tmp_path: Path) -> None:
    """Magento rounds to two digits all the same."""
    store = Store(currency="JPY")
    cart = [Bought(D(1001), rate=D(8)), Bought(D(333), D(3), D(10), D(33))]
    row = one(tmp_path, order(store, cart, Bought(D(500), rate=D(8))), digits=0)
    assert all("." not in amount for amount in row["totals"].values())
    assert all("." not in line[name] for line in row["items"] for name in ("subtotal", "tax"))


def test_dinars_have_three_digits(tmp_path: Path) -> None:
    made = order(Store(currency="KWD"), [Bought(D("1.25"), rate=D(5))])
    made["subtotal"] = D("1.254")
    made["grand_total"] = D("1.314")
    made["items"][0] |= {"row_total": D("1.254")}
    assert one(tmp_path, made, digits=3)["totals"]["grand_total"] == "1.314"


def test_parts_of_a_cent(tmp_path: Path) -> None:
    """A third of a metre: rows with four digits, whose sum is rounded once."""
    cart = [Bought(D("9.99"), D("0.333")), Bought(D("4.55"), D("1.5"), D(19))]
    made = order(Store(algorithm="row"), cart)
    assert made["subtotal"] == D("10.15167")
    row = one(tmp_path, made)
    assert [line["subtotal"] for line in row["items"]] == ["3.33", "6.82"]
    assert row["items"][0]["quantity"] == "0.333"


def test_paid_and_refunded_are_those_of_invoices_and_credit_memos(tmp_path: Path) -> None:
    made = order(NET, [Bought(D(40))], total_paid=D("30"), total_refunded=D("10.5"))
    memo = {"entity_id": 1, "increment_id": "1", "order_id": 1, "state": 2}
    shop = PeopleShop().add("orders", made)
    shop.add("invoices", memo | {"grand_total": 18}, memo | {"entity_id": 2, "grand_total": 12})
    shop.add("invoices", memo | {"entity_id": 3, "grand_total": 10, "state": 1})
    shop.add("credit_memos", memo | {"grand_total": D("10.5")})
    totals = read(shop.write(tmp_path), "order").only["totals"]
    assert (totals["paid"], totals["refunded"], totals["due"]) == ("30", "10.5", "10")


def test_what_was_not_read_is_not_compared(tmp_path: Path) -> None:
    shop = PeopleShop(incomplete={"invoices"}, absent={"credit_memos"})
    made = order(NET, [Bought(D(40))], total_paid=D("40"), total_refunded=D("5"))
    assert read(shop.add("orders", made).write(tmp_path), "order").only["totals"]["paid"] == "40"
