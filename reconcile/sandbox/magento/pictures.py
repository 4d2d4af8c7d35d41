"""What the sample shop's products look like: a coloured shape each, as a PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from colorsys import hls_to_rgb
from hashlib import sha256
from math import isqrt

SIDE = 200
_RADIUS = 70
_MIDDLE = SIDE // 2
_BACK, _BODY, _BAND = b"\0", b"\1", b"\2"

Shape = Callable[[int], int]
"""(distance of a row from the middle) -> half the width of the shape there."""

_SHAPES: tuple[Shape, ...] = (
    lambda row: isqrt(_RADIUS**2 - row**2),  # a disc
    lambda row: _RADIUS - row,  # a diamond
    lambda row: _RADIUS - 12,  # a block
    lambda row: _RADIUS - row // 2,  # a barrel
    lambda row: 24 if row > 30 else _RADIUS,  # a cross
)


def swatch(sku: str, file: str) -> bytes:
    """The same bytes every time: shape and colour are those of the SKU, ground and band those of
    the image, so that several of one product differ."""
    product = sha256(sku.encode(errors="surrogatepass")).digest()
    image = sha256(file.encode(errors="surrogatepass")).digest()
    hue = product[0] / 256
    palette = (
        _colour(image[0] / 256, 0.93, 0.4),
        _colour(hue, 0.35 + product[1] / 1024, 0.6),
        _colour(hue + 0.5, 0.7, 0.5),
    )
    shape = _SHAPES[product[2] % len(_SHAPES)]
    band = image[1] % _RADIUS
    return _png(b"".join(_row(abs(y - _MIDDLE), shape, band) for y in range(SIDE)), palette)


def _row(distance: int, shape: Shape, band: int) -> bytes:
    """One row of palette indexes, after the byte that says how it is filtered: not at all."""
    half = shape(distance) if distance <= _RADIUS else 0
    inside = _BAND if band <= distance < band + 8 else _BODY
    side = _BACK * (_MIDDLE - half)
    return b"\0" + side + inside * (2 * half) + side


def _colour(hue: float, lightness: float, saturation: float) -> bytes:
    return bytes(round(part * 255) for part in hls_to_rgb(hue % 1, lightness, saturation))


def _png(rows: bytes, palette: tuple[bytes, ...]) -> bytes:
    """A PNG of 8 bits a pixel with a palette (RFC 2083)."""
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
