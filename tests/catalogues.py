"""Catalogues made up by hypothesis, and a target that holds one."""

from __future__ import annotations

from hypothesis import strategies as st
from planning import Planner, Row, Rows, price, product, variant

SKUS = ("A", "B", "C", "D")
PATHS = ("men", "men/tops", "sale")
AMOUNTS = st.sampled_from(["0", "8", "9.99", "1200"])


def applied(planner: Planner, rows: Rows) -> Planner:
    """The same planner after its plan for these rows was carried out."""
    planner.target.apply(planner.plan(rows).changes)
    return planner


@st.composite
def catalogues(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Some products with one or two variants, their prices, stock, lists and categories.

    A record has the same key and source id in every catalogue, so two of them make two states
    of one shop.
    """
    paths = draw(st.lists(st.sampled_from(PATHS), unique=True))
    products = [_product(draw, sku, paths) for sku in draw(_some(SKUS))]
    variants = [row for each in products for row in _variants(draw, each["key"])]
    lists = draw(_some(("Sale", "VIP")))
    return {
        "category": [_category(draw, path, paths) for path in sorted(paths)],
        "product": products,
        "variant": variants,
        "stock_location": [_location(name) for name in ("Main", "East")],
        "inventory_level": [row for each in variants for row in _levels(draw, each["key"])],
        "price_list": [_list(title) for title in lists],
        "list_price": [
            row for each in variants for title in lists for row in _prices(draw, each["key"], title)
        ],
    }


def _some(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True)


def _category(draw: st.DrawFn, path: str, paths: list[str]) -> Row:
    above = path.rpartition("/")[0]
    return {
        "key": path,
        "source_id": f"magento:{PATHS.index(path)}",
        "name": draw(st.sampled_from(["One", "Two"])),
        "handle": draw(st.sampled_from(["same", path.replace("/", "-")])),
        "is_active": draw(st.booleans()),
        "parent": f"magento:{PATHS.index(above)}" if above in paths else None,
        "rank": PATHS.index(path),
    }


def _product(draw: st.DrawFn, sku: str, paths: list[str]) -> Row:
    chosen = draw(st.lists(st.sampled_from(paths), unique=True)) if paths else []
    return product(
        sku,
        SKUS.index(sku),
        title=draw(st.text(min_size=1).filter(str.strip)),
        handle=draw(st.sampled_from(["shirt", sku.lower()])),
        status=draw(st.sampled_from(["published", "draft"])),
        categories=sorted(f"magento:{PATHS.index(path)}" for path in chosen),
        type=draw(st.sampled_from([None, "Bag", "Top"])),
    )


def _variants(draw: st.DrawFn, sku: str) -> list[Row]:
    return [
        variant(f"{sku}-{size}", 100 + 10 * SKUS.index(sku) + "SM".index(size), sku,
                options={"Size": size}, prices=[price(draw(AMOUNTS))])
        for size in draw(st.sampled_from(["S", "SM"]))
    ]  # fmt: skip


def _location(name: str) -> Row:
    return {"key": name, "source_id": f"magento:source/{name}", "name": name}


def _levels(draw: st.DrawFn, sku: str) -> list[Row]:
    return [
        {
            "key": f"{sku}@{name}",
            "source_id": f"magento:{sku}@{name}",
            "variant": sku,
            "location": name,
            "stocked_quantity": draw(st.sampled_from(["0", "3.5", "12"])),
        }
        for name in draw(_some(("Main", "East")))
    ]


def _list(title: str) -> Row:
    return {
        "key": title,
        "source_id": f"magento:list/{title}",
        "title": title,
        "description": title,
        "type": "sale",
        "status": "active",
    }


def _prices(draw: st.DrawFn, sku: str, title: str) -> list[Row]:
    quantities = draw(st.lists(st.sampled_from([None, "5", "10"]), unique=True))
    return [
        {
            "key": f"{title}/{sku}/usd/{low}",
            "source_id": f"magento:list/{title}/{sku}/{low}",
            "price_list": title,
            "variant": sku,
            "currency_code": "usd",
            "min_quantity": low,
            "amount": draw(AMOUNTS),
        }
        for low in quantities
    ]
