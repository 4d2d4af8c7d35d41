"""Small pictures: of good images, and of what only looks like one."""

from __future__ import annotations

import os
from io import BytesIO

import pytest
from PIL import Image
from thumbnail_images import bomb, decoded, encoded, halves, is_colour

from reconcile.thumbnails import picture as drawing
from reconcile.thumbnails.picture import SIDE, SIZE, NotDrawn, picture

RED, BLUE, WHITE = (254, 0, 0), (0, 0, 254), (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_kind_of_image(kind: str) -> None:
    small = decoded(picture(encoded(halves(), kind)))
    assert (small.format, small.size) == ("JPEG", (96, 64))
    assert is_colour(small.getpixel((10, 30)), RED)
    assert is_colour(small.getpixel((85, 30)), BLUE)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert decoded(picture(encoded(Image.new(mode, (50, 40)), kind))).size == (50, 40)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode: str) -> None:
    options = {"transparency": 0} if mode == "P" else {}
    clear = encoded(Image.new(mode, (40, 40), 0), **options)
    assert is_colour(decoded(picture(clear)).getpixel((20, 20)), WHITE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_upright_and_without_metadata(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    exif[0x010E] = "taken by Ann at home"
    small = decoded(picture(encoded(halves(), kind, exif=exif)))
    assert small.size == (64, 96)
    assert is_colour(small.getpixel((30, 10)), RED)
    assert is_colour(small.getpixel((30, 85)), BLUE)
    assert set(small.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_comments_are_left_out() -> None:
    assert b"by Ann" not in picture(encoded(halves(), "JPEG", comment=b"by Ann"))


def test_noise_is_small_too() -> None:
    noise = Image.frombytes("RGB", (400, 400), os.urandom(400 * 400 * 3))
    assert len(picture(encoded(noise))) <= SIZE


def test_small_images_stay_small() -> None:
    assert decoded(picture(encoded(Image.new("RGB", (3, 2))))).size == (3, 2)


def test_a_thread_of_pixels() -> None:
    assert decoded(picture(encoded(Image.new("L", (20_000, 1))))).size == (SIDE, 1)


@pytest.mark.parametrize(
    ("width", "height"), [(8000, 8000), (60_000, 60_000), (2_000_000_000, 2_000_000_000)]
)
def test_huge_dimensions(width: int, height: int) -> None:
    with pytest.raises(NotDrawn, match="more than 50,000,000 pixels"):
        picture(bomb(width, height))


def other_format(kind: str) -> bytes:
    target = BytesIO()
    halves().save(target, kind)
    return target.getvalue()


NO_IMAGES = {
    "nothing": b"",
    "page": b"<!doctype html><script>owned()</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>owned()</script></svg>',
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "bmp": other_format("BMP"),
    "tiff": other_format("TIFF"),
    "ico": other_format("ICO"),
}


@pytest.mark.parametrize("content", NO_IMAGES.values(), ids=NO_IMAGES)
def test_only_four_formats_are_opened(content: bytes) -> None:
    with pytest.raises(NotDrawn, match="it is no JPEG, PNG, WebP or GIF image"):
        picture(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_damaged_images(kind: str) -> None:
    whole = encoded(Image.frombytes("RGB", (90, 90), os.urandom(90 * 90 * 3)), kind)
    with pytest.raises(NotDrawn):
        picture(whole[: len(whole) // 2])


def test_one_at_a_time_also_after_a_failure() -> None:
    with pytest.raises(NotDrawn):
        picture(b"")
    assert not drawing._ONE_AT_A_TIME.locked()
