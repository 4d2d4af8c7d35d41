"""A shop of one product, in the words of a source, and what changes in it later."""

from __future__ import annotations

from planning import Row, price, product, variant

Rows = dict[str, list[Row]]

_AMBER, _BLUE, _MAIN, _SALE = "magento:11", "magento:12", "magento:source/main", "magento:list/sale"


def _category(key: str, number: int, name: str, parent: str | None) -> Row:
    return {
        "key": key,
        "source_id": f"magento:{number}",
        "name": name,
        "handle": key.rpartition("/")[2],
        "is_active": True,
        "parent": parent,
        "rank": 0,
    }


def _lamp(number: int, color: str, *prices: Row) -> Row:
    values = {"title": color, "options": {"Color": color}, "prices": list(prices)}
    return variant(f"LAMP-{color}", number, "magento:10", **values)


def _product(**over: object) -> Row:
    values = {
        "title": "Lämp “One”",
        "handle": "lamp-one",
        "options": [{"title": "Color", "values": ["Amber", "Blue"]}],
        "categories": ["magento:4"],
        "type": "Lights",
    }
    return product("LAMP", 10, **values, **over)


def _level(lamp: str, quantity: str) -> Row:
    return {
        "key": f"{lamp}@main",
        "source_id": f"{lamp}@main",
        "variant": lamp,
        "location": _MAIN,
        "stocked_quantity": quantity,
    }


def _list_price(lamp: str, amount: str) -> Row:
    return {
        "key": f"{_SALE}/{lamp}",
        "source_id": f"{_SALE}/{lamp}",
        "price_list": _SALE,
        "variant": lamp,
        "currency_code": "usd",
        "min_quantity": None,
        "amount": amount,
    }


SHOP: Rows = {
    "category": [
        _category("lighting", 3, "Lighting & more", None),
        _category("lighting/lamps", 4, "Lamps", "magento:3"),
    ],
    "product": [_product()],
    "variant": [
        _lamp(11, "Amber", price("34.5"), price("29.99", low="10")),
        _lamp(12, "Blue", price("33.1", "eur"), price("36")),
    ],
    "stock_location": [{"key": "Main", "source_id": _MAIN, "name": "Main"}],
    "inventory_level": [_level(_AMBER, "7"), _level(_BLUE, "0")],
    "price_list": [
        {
            "key": "Sale",
            "source_id": _SALE,
            "title": "Sale",
            "description": "Until Friday",
            "type": "sale",
            "status": "active",
        }
    ],
    "list_price": [_list_price(_AMBER, "19.95"), _list_price(_BLUE, "20")],
}

LATER: Rows = {
    **SHOP,
    "category": [
        _category("lighting", 3, "Lighting", None),
        _category("lighting/lamps", 4, "Lamps", "magento:3"),
    ],
    "product": [_product(status="draft")],
    "variant": [
        _lamp(11, "Amber", price("35"), price("29.99", low="10")),
        _lamp(12, "Blue", price("33.1", "eur"), price("36")),
    ],
    "inventory_level": [_level(_AMBER, "6.5"), _level(_BLUE, "3")],
    "list_price": [_list_price(_AMBER, "18.95"), _list_price(_BLUE, "20")],
}
"""A name, a status, a price, two levels and a price of the list have changed."""
