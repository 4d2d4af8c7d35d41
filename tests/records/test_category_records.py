"""Categories: a tree with the roots cut off, and what does not hang in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_shop import ROOTS, Row, SmallShop, category, read


def shop(*categories: Row, roots: tuple[Row, ...] = ROOTS) -> SmallShop:
    return SmallShop().add("categories", *roots, *categories)


def test_keys_are_paths_of_url_keys(tmp_path: Path) -> None:
    made = shop(
        category(4, 3, "Tops", level=3, url_key="tops"),
        category(3, 2, "Men", url_key="men"),
        category(5, 2, "Sale & More"),
        category(6, 2, "!!!"),
    )
    found = read(made, tmp_path, "category")
    assert found.by_key("source_id", "parent", "rank") == {
        "men": ("magento:3", None, 0),
        "men/tops": ("magento:4", "magento:3", 0),
        "sale-more": ("magento:5", None, 1),
        "6": ("magento:6", None, 2),
    }


def test_siblings_are_in_the_shops_order(tmp_path: Path) -> None:
    made = shop(
        category(3, 2, "C", position=2),
        category(4, 2, "A", position=1),
        category(5, 2, "B", position=None),
        category(6, 2, "D", position=1),
    )
    assert read(made, tmp_path, "category").by_key("rank") == {"b": 0, "a": 1, "d": 2, "c": 3}


def test_siblings_with_one_url_key_are_told_apart(tmp_path: Path) -> None:
    made = shop(
        category(3, 2, "A", url_key="new"),
        category(5, 2, "B", url_key="new"),
        category(6, 2, "C", url_key="new-5"),
    )
    found = read(made, tmp_path, "category")
    assert len(set(found.by_key("source_id"))) == 3
    assert found.by_key("source_id")["new"] == "magento:3"
    assert found.by_key("source_id")["new-5"] in {"magento:5", "magento:6"}


def test_a_loop_is_named_and_left_out(tmp_path: Path) -> None:
    made = shop(category(3, 4, "A"), category(4, 3, "B"), category(5, 5, "C"), category(6, 2, "D"))
    found = read(made, tmp_path, "category")
    assert list(found.by_key("source_id")) == ["d"]
    assert found.said == [f"skipped category_loop category:magento:{n}" for n in (3, 4, 5)]


def test_an_orphan_and_what_hangs_on_it_are_named(tmp_path: Path) -> None:
    """The child of an orphan is no ancestor of itself."""
    made = shop(category(3, 99, "A"), category(4, 3, "B", level=3))
    found = read(made, tmp_path, "category")
    assert found.rows == []
    assert found.said == [f"skipped orphan_category category:magento:{n}" for n in (3, 4)]


def test_several_roots_stand_before_their_paths(tmp_path: Path) -> None:
    roots = (*ROOTS, category(8, 1, "Outlet", level=1), category(9, 1, "Empty", level=1))
    made = shop(category(3, 2, "Men"), category(10, 8, "Men"), roots=roots)
    assert read(made, tmp_path, "category").by_key("source_id") == {
        "default-category/men": "magento:3",
        "outlet/men": "magento:10",
    }


def test_states_and_attributes_are_carried(tmp_path: Path) -> None:
    made = shop(category(3, 2, "A", is_active=False, include_in_menu=False, description="<p>x</p>"))
    [row] = read(made, tmp_path, "category").rows
    assert (row["active"], row["in_menu"]) == (False, False)
    assert row["attributes.description"] == "<p>x</p>"


@pytest.mark.parametrize("text", ["{{block id=5}}", "{{widget type='x'}}"])
def test_directives_are_taken_out_of_categories_too(tmp_path: Path, text: str) -> None:
    made = shop(category(3, 2, "A", description=f"a{text}b"))
    [row] = read(made, tmp_path, "category").rows
    assert row["attributes.description"] == "ab"


def test_other_views_do_not_count(tmp_path: Path) -> None:
    made = shop(category(3, 2, "Men"), category(3, 2, "Herren", view="de"))
    [row] = read(made, tmp_path, "category").rows
    assert row["name"] == "Men"


def test_a_shop_without_categories(tmp_path: Path) -> None:
    assert read(shop(roots=()), tmp_path, "category").rows == []
