"""Products: what has a page of its own, and whether shoppers see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_shop import (
    BLUE,
    RED,
    RED_TOO,
    SMALL,
    Row,
    category,
    child,
    configurable,
    product,
    read,
    shop_of,
    view,
)


def image(file: str, position: int, **over: Any) -> Row:
    plain = {"media_type": "image", "disabled": False, "types": [], "label": None}
    return {"id": str(position), "file": file, "position": position, **plain, **over}


def options(cell: str) -> list[tuple[str, list[str]]]:
    return [(each["title"], each["values"]) for each in json.loads(cell)]


def test_children_are_no_products_and_their_values_are_the_options(tmp_path: Path) -> None:
    made = shop_of(configurable(1, [2, 3]), child(2, color=BLUE), child(3, color=RED), product(4))
    found = read(made, tmp_path, "product")
    assert found.by_key("source_id") == {"P1": "magento:1", "P4": "magento:4"}
    assert {key: options(cell) for key, cell in found.by_key("options").items()} == {
        "P1": [("Color", ["Red", "Blue"])],
        "P4": [("Default option", ["Default option value"])],
    }


def test_two_options_with_one_label_stay_apart(tmp_path: Path) -> None:
    made = shop_of(configurable(1, [2, 3]), child(2, color=RED), child(3, color=RED_TOO))
    found = read(made, tmp_path, "product")
    assert options(found.rows[0]["options"]) == [("Color", ["Red", "Red (51)"])]


def test_a_parent_without_children_has_the_values_it_lists_and_is_hidden(tmp_path: Path) -> None:
    made = shop_of(configurable(1, [], values=[RED, BLUE]))
    [row] = read(made, tmp_path, "product").rows
    assert options(row["options"]) == [("Color", ["Red", "Blue"])]
    assert row["published"] is False


def test_a_child_nobody_lists_is_a_product_of_its_own_and_hidden(tmp_path: Path) -> None:
    found = read(shop_of(child(2, color=RED)), tmp_path, "product")
    assert found.by_key("published") == {"P2": False}


def test_a_shared_child_belongs_to_the_parent_made_first(tmp_path: Path) -> None:
    made = shop_of(configurable(10, [3]), configurable(9, [3]), child(3, color=RED))
    found = read(made, tmp_path, "product")
    assert found.by_key("published") == {"P9": True, "P10": False}
    assert found.said == ["warning shared_child variant:P3"]


def test_a_child_with_a_page_of_its_own_is_named(tmp_path: Path) -> None:
    """It becomes a variant only, so its page is lost: that must be said."""
    made = shop_of(configurable(1, [2]), child(2, color=RED, visibility=4))
    assert any("P2" in each.message for each in read(made, tmp_path, "product").diagnostics)


PUBLISHED: list[tuple[Row, bool]] = [
    ({}, True),
    ({"status": 2}, False),
    ({"status": None}, False),
    ({"visibility": 1}, False),
    ({"visibility": 2}, True),
    ({"visibility": 3}, True),
    ({"website_ids": []}, False),
    ({"website_ids": None}, False),
    ({"website_ids": ["2"]}, False),
]


def test_published_is_enabled_and_visible_on_the_website(tmp_path: Path) -> None:
    made = shop_of(*(product(n, **over) for n, (over, _) in enumerate(PUBLISHED)))
    found = read(made, tmp_path, "product").by_key("published")
    assert found == {f"P{n}": published for n, (_, published) in enumerate(PUBLISHED)}


def test_visible_in_one_of_the_views_is_enough(tmp_path: Path) -> None:
    made = shop_of(product(1, status=2), product(1, view="de", name="Tasche"))
    made.add("store_views", view("default", 1), view("de", 2))
    found = read(made, tmp_path, "product")
    assert found.by_key("published") == {"P1": True}
    assert found.by_key("views.de.name") == {"P1": "Tasche"}


def test_a_configurable_is_hidden_when_all_children_are_disabled(tmp_path: Path) -> None:
    made = shop_of(configurable(1, [2]), child(2, color=RED, status=2))
    assert read(made, tmp_path, "product").by_key("published") == {"P1": False}
    kept = read(made, tmp_path, "product", disabled_children="keep")
    assert kept.by_key("published") == {"P1": True}


def test_a_product_whose_children_all_fall_out_is_hidden(tmp_path: Path) -> None:
    """Without a single sound variant there is nothing to buy."""
    made = shop_of(
        configurable(1, [2, 3], by=["93", "144"]), child(2, color=RED), child(3, size=SMALL)
    )
    assert read(made, tmp_path, "product").by_key("published") == {"P1": False}


@pytest.mark.parametrize("kind", ["bundle", "grouped", "giftcard"])
@pytest.mark.parametrize(
    ("policy", "published", "severity"),
    [("draft", [False], "warning"), ("keep", [True], "warning"), ("skip", [], "skipped")],
)
def test_what_medusa_cannot_sell_follows_its_policy(
    tmp_path: Path, kind: str, policy: str, published: list[bool], severity: str
) -> None:
    option = kind if kind != "giftcard" else "other_types"
    found = read(shop_of(product(1, type_id=kind)), tmp_path, "product", **{option: policy})
    assert found.frame["published"].to_list() == published
    assert found.said == [f"{severity} {kind}_product product:P1"]


def test_components_are_kept(tmp_path: Path) -> None:
    bundle = [{"title": "Strap", "product_links": [{"sku": "A", "qty": "2"}]}]
    links = [
        {"link_type": "associated", "linked_product_sku": "B", "position": 2, "qty": "3"},
        {"link_type": "associated", "linked_product_sku": "A", "position": 1, "qty": "1"},
        {"link_type": "related", "linked_product_sku": "R", "position": 1},
    ]
    made = shop_of(
        product(1, type_id="bundle", bundle_options=bundle),
        product(2, type_id="grouped", links=links),
        product(3, links=links),
    )
    found = read(made, tmp_path, "product")
    components = found.by_key("components")
    assert json.loads(components["P1"]) == bundle
    assert [each for each in ("A", "B") if f'"{each}"' in components["P2"]] == ["A", "B"]
    assert components["P3"] is None
    assert found.by_key("related")["P3"] == ["R"]


def test_quantities_of_a_grouped_products_members_are_kept(tmp_path: Path) -> None:
    links = [{"link_type": "associated", "linked_product_sku": "A", "position": 1, "qty": "6"}]
    found = read(shop_of(product(1, type_id="grouped", links=links)), tmp_path, "product")
    assert '"6"' in found.by_key("components")["P1"]


def test_a_product_may_have_all_that_medusa_has_no_place_for(tmp_path: Path) -> None:
    downloads = [{"title": "PDF", "price": "1", "link_file": "/secret.pdf", "link_url": "x"}]
    made = shop_of(product(1, downloads=downloads, custom_options=[{"title": "Engraving"}]))
    found = read(made, tmp_path, "product")
    assert found.said == [
        "warning custom_options_in_metadata -",
        "warning downloads_in_metadata -",
    ]
    assert "secret" not in found.rows[0]["downloads"]


def test_pictures_are_in_gallery_order(tmp_path: Path) -> None:
    pictures = [
        image("/b/2.jpg", 2),
        image("/a/a b&ü.jpg", 1),
        image("/h.jpg", 0, disabled=True),
        image("/v.jpg", 3, media_type="external-video"),
        image("/s.jpg", 4, types=["small_image"]),
    ]
    [row] = read(shop_of(product(1, images=pictures)), tmp_path, "product").rows
    media = "https://shop.test/media/catalog/product"
    assert row["images"] == [
        f"{media}/a/a%20b%26%C3%BC.jpg",
        f"{media}/b/2.jpg",
        f"{media}/s.jpg",
    ]
    assert (row["thumbnail"], row["first_image"]) == (f"{media}/s.jpg", row["images"][0])


def test_a_product_without_pictures(tmp_path: Path) -> None:
    galleries: tuple[list[Row] | None, ...] = ([], None, [image("/x.jpg", 1, disabled=True)])
    made = shop_of(*(product(n, images=pictures) for n, pictures in enumerate(galleries)))
    for row in read(made, tmp_path, "product").rows:
        assert (row["images"] or [], row["thumbnail"], row["first_image"]) == ([], None, None)


MEDIA = "https://shop.test/media"
DIRECTIVES = {
    '<img src="{{media url=wysiwyg/a.jpg}}">': f'<img src="{MEDIA}/wysiwyg/a.jpg">',
    "{{media url='a.jpg'}}": f"{MEDIA}/a.jpg",
    '{{ media  url="a.jpg" }}': f"{MEDIA}/a.jpg",
    '<img src="{{media url=&quot;a.jpg&quot;}}">': f'<img src="{MEDIA}/a.jpg">',
    "a{{widget type='x'\n}}b{{store url='x'}}c": "abc",
    "plain { text }": "plain { text }",
    "": "",
    None: None,
}
"""What Magento stores of a description -> what a shopper may see."""


def test_directives_become_addresses_or_nothing(tmp_path: Path) -> None:
    made = shop_of(*(product(n, description=text) for n, text in enumerate(DIRECTIVES)))
    found = read(made, tmp_path, "product").by_key("attributes.description")
    assert list(found.values()) == list(DIRECTIVES.values())


def test_attributes_are_labels_and_what_magento_stores(tmp_path: Path) -> None:
    made = shop_of(
        product(1, color=BLUE, activity="6,5", ean="4006381"), product(2, color="", ean="")
    )
    found = read(made, tmp_path, "product")
    assert found.by_key("attributes.color") == {"P1": "Blue", "P2": None}
    assert found.by_key("raw.color") == {"P1": BLUE, "P2": ""}
    assert found.by_key("attributes.activity") == {"P1": ["Yoga, hot", "Gym"], "P2": None}
    bundled = json.loads(found.by_key("attributes")["P1"])
    assert bundled == {"activity": ["Yoga, hot", "Gym"], "color": "Blue", "ean": "4006381"}


def test_what_the_shop_pays_is_not_shown(tmp_path: Path) -> None:
    [row] = read(shop_of(product(1, cost="3.5", ean="1")), tmp_path, "product").rows
    assert json.loads(row["attributes"]) == {"ean": "1"}


def test_an_option_that_does_not_exist_is_said(tmp_path: Path) -> None:
    made = shop_of(product(1, color="999"), product(2, activity="5,777"), product(3, color=RED))
    found = read(made, tmp_path, "product")
    assert found.said == ["warning unknown_option -", "warning unknown_option -"]
    assert found.by_key("attributes.color") == {"P1": None, "P2": None, "P3": "Red"}
    assert found.by_key("attributes.activity")["P2"] == ["Gym"]


def test_categories_and_websites_are_named(tmp_path: Path) -> None:
    links = [{"category_id": "3", "position": 1}, {"category_id": "4", "position": -1}]
    made = shop_of(product(1, category_links=links, website_ids=["1", "2", "9"]))
    [row] = read(made, tmp_path, "product").rows
    assert row["categories"] == ["magento:3", "magento:4"]
    assert row["websites"] == ["base", "eu"]
    assert row["attribute_set"] == "Default"


def test_a_broken_set_or_link_is_no_crash(tmp_path: Path) -> None:
    made = shop_of(product(1, attribute_set_id="77", category_links=None, links=None))
    [row] = read(made, tmp_path, "product").rows
    assert (row["attribute_set"], row["related"]) == (None, None)


def test_an_incomplete_table_is_known(tmp_path: Path) -> None:
    made = shop_of(product(1)).add("categories", category(3, 2, "A"))
    assert read(made, tmp_path, "product").complete
    made.incomplete.add("products")
    assert not read(made, tmp_path, "product").complete
