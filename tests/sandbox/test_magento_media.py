"""The sample Magento's images: all that products name, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
import requests
from magento_client import Reader
from PIL import Image
from shared_data import recorded

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.media import lead_here
from reconcile.sandbox.magento.pictures import SIDE, swatch
from reconcile.sandbox.magento.recorded import recorded_shop
from reconcile.sandbox.magento.server import SampleMagento


@pytest.fixture(scope="module")
def magento() -> Iterator[SampleMagento]:
    with SampleMagento(generated_shop(60)) as running:
        lead_here(running.shop, running.url)
        yield running


def files(product: dict[str, Any]) -> list[str]:
    return [entry["file"] for entry in product["media_gallery_entries"]]


def asked(magento: SampleMagento, file: str) -> requests.Response:
    """As the shop's own settings say where images are."""
    with Reader(magento) as reader:
        base = reader.json("store/storeConfigs")[0]["base_media_url"]
    return requests.get(f"{base}catalog/product{quote(file)}", timeout=10)


def test_every_image_that_is_named_is_there(magento: SampleMagento) -> None:
    names = [name for one in magento.shop.table("products").records() for name in files(one)]
    assert len(names) > 100
    for name in names:
        assert requests.get(f"{magento.url}/media/catalog/product{name}", timeout=10).ok


def test_they_are_images(magento: SampleMagento) -> None:
    product = next(one for one in magento.shop.table("products").records() if files(one))
    response = asked(magento, files(product)[0])
    assert response.headers["Content-Type"] == "image/png"
    with Image.open(BytesIO(response.content)) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (SIDE, SIDE))
        assert len(image.convert("RGB").getcolors() or ()) in (2, 3)


@pytest.mark.parametrize(
    "path",
    [
        "/media/catalog/product/n/o/none.jpg",
        "/media/catalog/product/x/y/x-1-99.jpg",
        "/media/catalog/product/x/y/x-999999999-1.jpg",
        "/media/catalog/product/",
        "/media/wysiwyg/size-chart.png",
        "/media/catalog/product/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_others_are_not_there(magento: SampleMagento, path: str) -> None:
    assert requests.get(magento.url + path, timeout=10).status_code == 404


def test_an_image_given_later_is_there(magento: SampleMagento) -> None:
    product = next(iter(magento.shop.table("products").records()))
    assert asked(magento, "/n/e/new one ü.jpg").status_code == 404
    entry = {"id": 1, "media_type": "image", "position": 9, "file": "/n/e/new one ü.jpg"}
    magento.shop.update_product(product["sku"], media_gallery_entries=[entry])
    assert asked(magento, "/n/e/new one ü.jpg").status_code == 200


def test_swatches_are_the_same_every_time_and_differ() -> None:
    assert swatch("A", "/1.jpg") == swatch("A", "/1.jpg")
    drawn = {swatch(sku, f"/{n}.jpg") for sku in ("A", "B", "C") for n in range(4)}
    assert len(drawn) == 12
    assert max(map(len, drawn)) < 2000


def test_images_of_a_recorded_shop() -> None:
    shop = recorded_shop(recorded("luma"))
    with SampleMagento(shop) as magento:
        lead_here(shop, magento.url)
        named = [name for one in shop.table("products").records() for name in files(one)]
        assert len(named) > 1000
        for name in named[::97]:
            assert asked(magento, name).status_code == 200
        assert asked(magento, "/n/o/none.jpg").status_code == 404
