"""Plans for the tests of the review page: what needs what, what both sides changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samples import change, create, price

from reconcile.model import Action, Change, Json
from reconcile.plan.document import Limit

UPDATE = Action.UPDATE

EXCEEDED = Limit("draft_share:product", "40 % of products would be drafted, over 10 %.", 40, 10)
AGE = Limit("plan_age_hours", "It may be applied for 168 hours after it was made.", 0.0, 168.0)


def needing(made: Change, *needed: str) -> Change:
    """The change as it needs records that only the plan creates."""
    return replace(made, refs=dict.fromkeys(needed))


def clashing(made: Change, **bases: Json) -> Change:
    """The change with conflicts: field -> what was last applied."""
    return replace(made, conflicts=bases)


def level(key: str, before: str | None, after: str, *needed: str) -> Change:
    made = change("inventory_level", key, Action.SET_STOCK, ("stocked_quantity", before, after))
    return needing(made, *needed)


def family(sku: str) -> list[Change]:
    """A new product with two variants and a stock level of each: four need the first."""
    variants = [f"{sku}-S", f"{sku}-M"]
    return [
        create("product", sku, title=f"Bag {sku}", categories=["gear/bags"]),
        *(needing(create("variant", key, sku=key), f"product:{sku}") for key in variants),
        *(level(f"{key}@default", None, "5", f"variant:{key}") for key in variants),
    ]


def repriced(key: str, before: str, after: str, product: str = "24-WB02") -> Change:
    made = change("variant", key, UPDATE, ("prices", [price(before)], [price(after)]))
    return replace(made, refs={f"product:{product}": "prod_1"})


def titled(key: str, before: str = "Old", after: str = "New") -> Change:
    return change("product", key, UPDATE, ("title", before, after))


def drafted(key: str) -> Change:
    made = change("product", key, Action.DRAFT, ("status", "published", "draft"))
    return replace(made, reason="gone from the source")


def in_conflict() -> list[Change]:
    """Three records that both sides changed; of the last one more than that."""
    twice = change("product", "C3", UPDATE, ("title", "T", "S"), ("subtitle", "a", "b"))
    return [
        clashing(titled("C1", "Target 1", "Source 1"), title="Base 1"),
        clashing(titled("C2", "Target 2", "Source 2"), title="Base 2"),
        clashing(twice, title="B"),
    ]


def catalogue() -> list[Change]:
    """Two new products that need a new category, prices, titles, stock and drafts: 20 changes."""
    new = create("category", "gear/bags", name="Bags")
    first, *rest = family("24-MB01")
    categories = change(
        "product",
        "24-WB02",
        UPDATE,
        ("title", "Tote", "Tote XL"),
        ("categories", ["old"], ["sale"]),
    )
    return [
        new,
        needing(first, "category:gear/bags"),
        *rest,
        *family("24-MB02"),
        titled("24-WB01"),
        categories,
        drafted("24-UG01"),
        drafted("24-UG02"),
        repriced("24-WB02-S", "100", "104"),
        repriced("24-WB02-M", "100", "70"),
        repriced("24-WB02-L", "100", "300"),
        level("24-WB02-S@default", "4", "0"),
        level("24-WB02-M@default", "4", "9"),
    ]


def awkward_keys() -> Mapping[str, str]:
    """Keys that patterns or YAML might misread, by what is awkward."""
    return {
        "star": "a*",
        "looks like the pattern of a star": "a[*]",
        "question": "what?",
        "set": "a[b]c",
        "open": "[",
        "negated": "[!x]",
        "backslash": "a\\b*",
        "quote": 'say "hi"',
        "colon": "a: b # c",
        "breaks": "one\ntwo\ttabs\r",
        "separators": "\u2028\u2029\ufeff\ufffe\uffff",
        "control": "\x00\x1b\x7f\x85\x9f",
        "astral": "👜 bag",
        "blanks": "  ",
        "umlaut": "Größe",
        "script": "</script><!--",
        "yaml": "- *anchor &x !tag %",
        "action": "draft product:*",
    }
