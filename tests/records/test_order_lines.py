"""Lines of orders: one per purchase, whatever rows Magento makes of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from magento_checkout import Bought, Deltas, Row, Store, computed, item, of_items
from people_shop import PeopleShop, Read, read
from small_shop import BLUE, COLOR, SIZE, SMALL, SmallShop, product

D = Decimal
NONE = Row(*[D(0)] * 5)
FREE = Bought(D(0))


def row_of(price: str, quantity: int = 1, discount: str = "0", tax: str = "0") -> Row:
    return Row(D(price) * quantity, D(tax), D(discount), D(0), D(price))


def shown(number: int, row: Row, quantity: int = 1, **over: Any) -> dict[str, Any]:
    return item(number, Bought(row.price, D(quantity)), row, **over)


def carried(tmp_path: Path, items: list[dict[str, Any]], rows: list[Row], **over: Any) -> Read:
    catalogue = over.pop("catalogue", SmallShop())
    shop = PeopleShop(catalogue=catalogue).add("orders", of_items(items, rows, **over))
    return read(shop.write(tmp_path), "order")


def lines(tmp_path: Path, items: list[dict[str, Any]], rows: list[Row], **over: Any) -> Any:
    found = carried(tmp_path, items, rows, **over)
    assert not found.diagnostics, [each.message for each in found.diagnostics]
    return found.only["items"]


def test_a_plain_product(tmp_path: Path) -> None:
    row = row_of("10", 2, tax="1.5")
    [line] = lines(tmp_path, [shown(7, row, 2, tax_percent=D("7.5"), name="A &amp;  B ")], [row])
    assert line == {
        "id": "7",
        "sku": "SKU-7",
        "title": "A & B",
        "quantity": "2",
        "subtotal": "20",
        "discount": "0",
        "tax": "1.5",
        "taxes": [{"code": "tax", "rate": "7.5"}],
        "requires_shipping": True,
    }


def test_a_configurable_is_its_parent_with_the_childs_sku(tmp_path: Path) -> None:
    row = row_of("29", 2, "5.80", "1.91")
    chosen = [
        {"option_id": COLOR, "option_value": int(BLUE)},
        {"option_id": SIZE, "option_value": int(SMALL)},
        {"option_id": "999", "option_value": 5},
    ]
    option = {"extension_attributes": {"configurable_item_options": chosen}}
    parent = shown(1, row, 2, product_type="configurable", product_option=option)
    child = shown(2, NONE, 2, parent_item_id=1, sku="TOP-S-Blue", price=29, name="Top-S-Blue")
    [line] = lines(tmp_path, [parent, child], [row])
    assert (line["id"], line["sku"], line["title"]) == ("1", "TOP-S-Blue", "Product 1")
    assert (line["quantity"], line["subtotal"], line["discount"]) == ("2", "58", "5.8")
    assert line["metadata"] == {
        "product_type": "configurable",
        "options": [
            {"title": "Color", "value": "Blue"},
            {"title": "Size", "value": "S"},
            {"title": "999", "value": "5"},
        ],
    }


def test_money_on_the_child_of_a_configurable_does_not_count(tmp_path: Path) -> None:
    """Some releases repeat the parent's amounts there."""
    row = row_of("29", tax="2")
    items = [
        shown(1, row, product_type="configurable"),
        shown(2, row, parent_item_id=1, sku="X"),
    ]
    [line] = lines(tmp_path, items, [row])
    assert (line["subtotal"], line["tax"], line["sku"]) == ("29", "2", "X")


def bundle(row: Row, *children: Row, quantity: int = 1) -> list[dict[str, Any]]:
    parent = shown(1, row, quantity, product_type="bundle", sku="KIT-a-b", product_id=9)
    below = [
        shown(n, child, quantity * n, parent_item_id=1, sku=f"part-{n}")
        for n, child in enumerate(children, start=2)
    ]
    return [parent, *below]


def test_a_dynamic_bundle_is_the_sum_of_its_children(tmp_path: Path) -> None:
    """The parent repeats row total and tax, and has no discount."""
    parts = [row_of("10", 4, "4", "2.16"), row_of("5", 6, "3", "1.62")]
    parent = Row(D(70), D("3.78"), D(0), D(0), D(35))
    [line] = lines(
        tmp_path,
        bundle(parent, *parts, quantity=2),
        parts,
        catalogue=SmallShop().add("products", product(9, "KIT")),
    )
    assert (line["quantity"], line["subtotal"], line["discount"]) == ("2", "70", "7")
    assert line["tax"] == "3.78"
    assert line["metadata"] == {
        "product_type": "bundle",
        "product_sku": "KIT",
        "components": [
            {"sku": "part-2", "name": "Product 2", "quantity": "4"},
            {"sku": "part-3", "name": "Product 3", "quantity": "6"},
        ],
    }


def test_a_fully_discounted_dynamic_bundle(tmp_path: Path) -> None:
    """Its children show row totals of 0; only their discounts tell that they carry the money."""
    parts = [row_of("10", discount="10"), row_of("5", discount="5")]
    [line] = lines(tmp_path, bundle(Row(D(15), D(0), D(0), D(0), D(15)), *parts), parts)
    assert (line["subtotal"], line["discount"]) == ("15", "15")


def test_a_fixed_bundle_is_its_parent(tmp_path: Path) -> None:
    """Newer releases show the parent's price on its children too."""
    row = row_of("58.80", discount="11.76")
    items = bundle(row, NONE, NONE)
    for child in items[1:]:
        child["price"] = D("58.80")
    [line] = lines(tmp_path, items, [row])
    assert (line["subtotal"], line["discount"]) == ("58.8", "11.76")
    assert len(line["metadata"]["components"]) == 2


def test_members_of_a_grouped_product_are_lines(tmp_path: Path) -> None:
    rows = [row_of("14"), row_of("17")]
    items = [shown(n, row, product_type="grouped") for n, row in enumerate(rows, start=1)]
    assert [line["id"] for line in lines(tmp_path, items, rows)] == ["1", "2"]


@pytest.mark.parametrize(
    ("over", "shipped"),
    [
        ({"is_virtual": 1, "product_type": "virtual"}, False),
        ({"is_virtual": None, "product_type": "downloadable"}, False),
        ({"is_virtual": "0"}, True),
        ({"is_virtual": None, "product_type": None}, True),
    ],
)
def test_what_is_shipped(tmp_path: Path, over: dict[str, Any], *, shipped: bool) -> None:
    row = row_of("10")
    [line] = lines(tmp_path, [shown(1, row) | over], [row])
    assert line["requires_shipping"] is shipped


def test_nothing_of_an_intangible_order_is_shipped(tmp_path: Path) -> None:
    """Without a shipping method, unless something was charged for it."""
    row = row_of("10")
    nothing: dict[str, Any] = {"shipping_description": None, "is_virtual": 1}
    nothing |= {"extension_attributes": {"shipping_assignments": [{"shipping": {}}]}}
    found = carried(tmp_path, [shown(1, row)], [row], **nothing).only
    assert found["items"][0]["requires_shipping"] is False
    assert found["shipping_methods"] == []
    assert found["shipping_address"] is None


def test_shipping_that_was_charged_is_carried_whatever_it_is_called(tmp_path: Path) -> None:
    row = row_of("10")
    over = {"shipping_description": None, "is_virtual": 1, "extension_attributes": []}
    made = of_items([shown(1, row)], [row], row_of("4"), **over)
    [method] = read(PeopleShop().add("orders", made).write(tmp_path), "order").only[
        "shipping_methods"
    ]
    assert (method["id"], method["name"], method["amount"]) == ("shipping", "Shipping", "4")


def test_options_that_shoppers_fill_in(tmp_path: Path) -> None:
    """Texts stay texts, also when they look like the id of a choice."""
    catalogue = SmallShop().add(
        "products",
        product(
            9,
            "MUG",
            custom_options=[
                {"option_id": 3, "title": "Engraving", "type": "field"},
                {
                    "option_id": 4,
                    "title": "Paper",
                    "values": [
                        {"option_type_id": 7, "title": "Gold"},
                        {"option_type_id": 8, "title": "Red"},
                    ],
                },
            ],
        ),
    )
    filled_in = [
        {"option_id": "3", "option_value": "7"},
        {"option_id": "4", "option_value": "7,8"},
        {"option_id": "5", "option_value": "For Zoë ♥"},
    ]
    row = row_of("12")
    option = {"extension_attributes": {"custom_options": filled_in}}
    over = {"product_id": 9, "sku": "MUG-engr-gold", "product_option": option}
    [line] = lines(tmp_path, [shown(1, row, **over)], [row], catalogue=catalogue)
    assert line["sku"] == "MUG-engr-gold"
    assert line["metadata"] == {
        "product_sku": "MUG",
        "options": [
            {"title": "Engraving", "value": "7"},
            {"title": "Paper", "value": "Gold, Red"},
            {"title": "5", "value": "For Zoë ♥"},
        ],
    }


def test_downloads_and_gift_messages(tmp_path: Path) -> None:
    catalogue = SmallShop().add(
        "products", product(9, "D", downloads=[{"id": "6", "title": "Yoga"}])
    )
    option = {"extension_attributes": {"downloadable_option": {"downloadable_links": [6, 7]}}}
    message = {"sender": "Ann", "recipient": "", "message": "Enjoy"}
    over = {
        "product_id": 9,
        "product_type": "downloadable",
        "product_option": option,
        "extension_attributes": {"gift_message": message},
    }
    row = row_of("12")
    [line] = lines(tmp_path, [shown(1, row, **over)], [row], catalogue=catalogue)
    assert line["metadata"] == {
        "product_type": "downloadable",
        "downloads": ["Yoga", "7"],
        "gift_message": {"from": "Ann", "message": "Enjoy"},
    }


def test_free_items_are_lines(tmp_path: Path) -> None:
    rows = [row_of("10"), row_of("0", 3)]
    found = lines(tmp_path, [shown(1, rows[0]), shown(2, rows[1], 3)], rows)
    assert [(line["quantity"], line["subtotal"]) for line in found] == [("1", "10"), ("3", "0")]


@pytest.mark.parametrize("quantity", [0, -1, None])
def test_a_line_without_quantity_has_no_price(tmp_path: Path, quantity: int | None) -> None:
    row = row_of("10")
    found = carried(tmp_path, [shown(1, row) | {"qty_ordered": quantity}], [row])
    assert found.said == ["skipped impossible_quantity order:000000001"]
    assert "of item 1" in found.message("impossible_quantity")


def test_a_child_whose_parent_is_gone_is_a_line(tmp_path: Path) -> None:
    row = row_of("10")
    found = carried(tmp_path, [shown(5, row, parent_item_id=4)], [row])
    assert [line["id"] for line in found.only["items"]] == ["5"]
    assert found.notice("orphan_item").samples == ("000000001",)


def test_items_that_hang_on_each_other_end(tmp_path: Path) -> None:
    rows = [row_of("10"), row_of("4"), row_of("3")]
    items = [
        shown(1, rows[0], parent_item_id=2),
        shown(2, rows[1], parent_item_id=1),
        shown(3, rows[2], parent_item_id=3),
    ]
    assert {line["id"] for line in lines(tmp_path, items, rows)} == {"1", "2", "3"}


def test_a_line_without_sku_goes_by_its_name(tmp_path: Path) -> None:
    row = row_of("10")
    found = carried(tmp_path, [shown(1, row, sku=None), "junk"], [row])  # type: ignore[list-item]
    [line] = found.only["items"]
    assert "sku" not in line
    assert line["title"] == "Product 1"
    assert found.notice("line_without_sku").count == 1


def test_a_configurable_whose_child_has_no_sku_keeps_its_own(tmp_path: Path) -> None:
    row = row_of("10")
    items = [
        shown(1, row, product_type="configurable", sku="TOP-S"),
        shown(2, NONE, parent_item_id=1, sku=None),
    ]
    assert lines(tmp_path, items, [row])[0]["sku"] == "TOP-S"


def test_five_hundred_lines(tmp_path: Path) -> None:
    rows = [row_of("1.99", tax="0.16")] * 500
    found = lines(tmp_path, [shown(n, row) for n, row in enumerate(rows, start=1)], rows)
    assert len(found) == 500
    assert found[9]["id"] == "10"


def test_what_the_catalogue_does_not_have_is_counted(tmp_path: Path) -> None:
    """Not what Magento composed itself, of a product that is still there."""
    catalogue = SmallShop().add("products", product(9, "KIT"), product(1003, "SKU-3"))
    parts = [row_of("10")]
    items = [
        *bundle(Row(D(10), D(0), D(0), D(0), D(10)), *parts),
        shown(3, row_of("1")),
        shown(4, row_of("1"), sku="GONE"),
    ]
    rows = [*parts, row_of("1"), row_of("1")]
    found = carried(tmp_path, items, rows, catalogue=catalogue)
    notice = found.notice("not_in_catalogue")
    assert (notice.count, notice.samples) == (1, ("GONE",))


class TestTaxes:
    """The nominal rates of a line, from wherever a release tells them."""

    def taxes(self, tmp_path: Path, over: dict[str, Any], said: dict[str, Any]) -> Any:
        bought = Bought(D(100), rate=D(8))
        row = computed(Store(), bought, Deltas())
        made = of_items([item(1, bought, row, **over)], [row])
        made["extension_attributes"] |= said
        return read(PeopleShop().add("orders", made).write(tmp_path), "order").only

    def test_itemized(self, tmp_path: Path) -> None:
        itemized = [
            {"tax_code": "city", "tax_percent": 2},
            {"tax_code": "US-MI", "tax_percent": D("6.00")},
            {"tax_code": "US-MI", "tax_percent": 6},
        ]
        over = {"extension_attributes": {"itemized_taxes": itemized}}
        [line] = self.taxes(tmp_path, over, {})["items"]
        assert line["taxes"] == [{"code": "US-MI", "rate": "6"}, {"code": "city", "rate": "2"}]

    def test_beside_the_items(self, tmp_path: Path) -> None:
        applied = [{"code": "US-MI", "percent": 8, "amount": 8}]
        said = {
            "item_applied_taxes": [
                {"type": "product", "item_id": 1, "applied_taxes": applied},
                {"type": "shipping", "applied_taxes": [{"code": "S", "percent": "1.5"}]},
            ]
        }
        found = self.taxes(tmp_path, {}, said)
        assert found["items"][0]["taxes"] == [{"code": "US-MI", "rate": "8"}]
        assert found["shipping_methods"][0]["taxes"] == [{"code": "S", "rate": "1.5"}]

    def test_a_percentage_takes_the_name_of_the_only_rate_of_that_height(
        self, tmp_path: Path
    ) -> None:
        said = {"applied_taxes": [{"code": "MI", "percent": 8}, {"code": "NY", "percent": 9}]}
        assert self.taxes(tmp_path, {}, said)["items"][0]["taxes"] == [{"code": "MI", "rate": "8"}]

    def test_without_tax_there_are_no_rates(self, tmp_path: Path) -> None:
        row = row_of("10")
        [line] = lines(tmp_path, [shown(1, row)], [row])
        assert line["taxes"] == []
