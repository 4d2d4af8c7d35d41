"""Descriptions and meta texts, with the HTML and the Magento directives that shops have."""

from __future__ import annotations

from reconcile.sandbox.magento.generator.item import Item

_SENTENCES = (
    "Made for long days and short notice.",
    "It keeps its shape, wash after wash.",
    "Simple lines, honest materials &mdash; nothing else.",
    "Tested by people who are hard on things.",
    "A small batch from a family workshop.",
    "Packs away to the size of an apple.",
    "Goes with nearly everything you own.",
)
_DIRECTIVES = (
    '<p><img src="{{media url="wysiwyg/size-chart.png"}}" alt="Size chart" /></p>',
    '<p>See <a href="{{store url="shipping"}}">shipping</a>.</p>',
    '<p>{{widget type="Magento\\Cms\\Block\\Widget\\Block" block_id="3"}}</p>',
)
_LONG = 60_000
_HOSTILE = '<script>alert("hi")</script><p onclick="alert(1)">Click.</p>'


def description(item: Item) -> str | None:
    """HTML; none for one family in 40, and one in 1,000 as long as a book chapter."""
    index = item.family.index
    if index % 40 == 17:
        return None
    dice = item.dice(4)
    lines = [dice.pick(_SENTENCES) for _ in range(3)]
    points = "".join(f"\n<li>{line}</li>" for line in lines[1:])
    text = f"<p>{item.family.name}. {lines[0]}</p>\n<ul>{points}\n</ul>"
    if index % 15 == 4:
        text += "\n" + _DIRECTIVES[index // 15 % len(_DIRECTIVES)]
    if index % 200 == 68:
        text += "\n" + _HOSTILE
    return text if index % 1000 != 37 else text * (_LONG // len(text) + 1)


def short_description(item: Item) -> str | None:
    """One sentence on every third top-level product."""
    if item.child is not None or item.family.index % 3:
        return None
    return f"<p>{item.dice(5).pick(_SENTENCES)}</p>"


def meta(item: Item) -> dict[str, str]:
    """Meta title, keywords and description where an editor filled them in."""
    if item.child is not None or item.family.index % 4:
        return {}
    noun = item.family.leaf.name
    return {
        "meta_title": f"{item.family.name} | Sample Shop",
        "meta_keyword": f"{noun.lower()}, sample, shop",
        "meta_description": f"Buy {item.family.name} online.",
    }
