"""Media gallery entries: images in order, now and then a disabled one or a video."""

from __future__ import annotations

import re
from typing import Any

from reconcile.sandbox.magento.generator.family import Kind
from reconcile.sandbox.magento.generator.item import Item
from reconcile.sandbox.magento.generator.slug import slug

_ROLES = ("image", "small_image", "thumbnail")
_LABELS: tuple[str | None, ...] = (None, "", "Front", "Detail ☂")
_ENTRIES_PER_PRODUCT = 8
_ID = re.compile(r"-(\d{1,9})-\w+\.jpg$")


def gallery(item: Item) -> list[dict[str, Any]]:
    """The ``media_gallery_entries`` member, ordered by position; services have none."""
    if item.kind is Kind.VIRTUAL:
        return []
    count = 1 if item.child is not None else item.dice(2).between(1, 4)
    entries = [_image(item, position) for position in range(1, count + 1)]
    if item.child is None and item.family.index % 30 == 9:
        entries.append(_video(item, count + 1))
    return entries


def roles(entries: list[dict[str, Any]]) -> dict[str, str]:
    """The attributes image, small_image and thumbnail: the file of the first entry."""
    return dict.fromkeys(_ROLES, str(entries[0]["file"])) if entries else {}


def owner_ids(file: str) -> list[int]:
    """The product that may name this file, if any may."""
    found = _ID.search(file)
    return [int(found[1])] if found else []


def _image(item: Item, position: int) -> dict[str, Any]:
    is_first = position == 1
    return {
        "id": item.id * _ENTRIES_PER_PRODUCT + position,
        "media_type": "image",
        "label": _LABELS[(item.family.index + position) % len(_LABELS)],
        "position": position,
        "disabled": not is_first and (item.family.index + position) % 11 == 0,
        "types": list(_ROLES) if is_first else [],
        "file": _file(item, f"{position}.jpg"),
    }


def _video(item: Item, position: int) -> dict[str, Any]:
    content = {
        "media_type": "external-video",
        "video_provider": "youtube",
        "video_url": f"https://www.youtube.com/watch?v=sample{item.id:06d}",
        "video_title": "In use",
        "video_description": "A short look at it",
        "video_metadata": "",
    }
    return {
        **_image(item, position),
        "media_type": "external-video",
        "label": "In use",
        "disabled": False,
        "file": _file(item, "video.jpg"),
        "extension_attributes": {"video_content": content},
    }


def _file(item: Item, ending: str) -> str:
    """Relative to ``catalog/product`` below the media URL, in folders of two letters."""
    name = f"{slug(item.sku)}-{item.id}-{ending}"
    return f"/{name[0]}/{name[1]}/{name}"
