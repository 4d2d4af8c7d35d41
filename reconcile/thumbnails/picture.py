"""A small JPEG of an image that may be anything: huge, broken, or no image at all.

The only module that knows Pillow. What Pillow says of hostile bytes is of many kinds, so any of it
means the same here: no picture.
"""

from __future__ import annotations

import threading
import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 96
"""Pixels of the longer side."""
LARGEST = 50_000_000
"""Pixels an image may unfold to: four bytes each in memory."""
SIZE = 3 * 1024
"""Bytes a picture should not exceed."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITIES = (75, 60, 45, 30)
_PLAIN = frozenset({"RGB", "L"})
_ONE_AT_A_TIME = threading.Lock()

Image.MAX_IMAGE_PIXELS = LARGEST
# Above it Pillow only warns, and gives up at twice as much.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class NotDrawn(Exception):
    """An image of which there is no picture, with the reason."""


def picture(content: bytes) -> bytes:
    """A JPEG of at most SIDE pixels, upright, on white, without metadata. Raises NotDrawn.

    One image is unfolded at a time, whatever number of threads asks.
    """
    with _ONE_AT_A_TIME:
        try:
            return _small(content)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise NotDrawn(f"it has more than {LARGEST:,} pixels") from None
        except UnidentifiedImageError:
            raise NotDrawn("it is no JPEG, PNG, WebP or GIF image") from None
        except Exception as error:
            raise NotDrawn(f"the image is damaged ({type(error).__name__})") from None


def _small(content: bytes) -> bytes:
    with Image.open(BytesIO(content), formats=_FORMATS) as image:
        if image.width * image.height > LARGEST:
            raise Image.DecompressionBombError
        image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is then unfolded no larger than needed
        shown = image if image.mode in _PLAIN else image.convert(_mode(image))
        shown.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(shown)
        return _jpeg(_on_white(upright))


def _mode(image: Image.Image) -> str:
    return "RGBA" if image.has_transparency_data else "RGB"


def _on_white(image: Image.Image) -> Image.Image:
    """On a canvas of its own, so that nothing but pixels comes along."""
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image if image.mode == "RGBA" else None)
    return canvas


def _jpeg(image: Image.Image) -> bytes:
    content = b""
    for quality in _QUALITIES:
        target = BytesIO()
        image.save(target, "JPEG", quality=quality, optimize=True)
        content = target.getvalue()
        if len(content) <= SIZE:
            break
    return content
