"""Plans made up for the tests: a small catalogue with every action, and as large as wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from reconcile.model import Action, Address, Change, Diagnostic, FieldChange, Json, Severity
from reconcile.plan import file
from reconcile.plan.document import Limit, Plan, PlanHeader, SnapshotFacts, Tally

MADE_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

HOSTILE = {
    "script": "<script>document.title='owned'</script>",
    "closing": '</script><img src="http://tracker.invalid/x.png" onerror="owned()">',
    "comment": "<!-- <script> -->",
    "markdown": "| **bold** | `code` ](http://evil.invalid) @everyone #12",
    "backticks": "``` fence `` and ` tick",
    "ansi": "\x1b[31mred\x1b[0m\x1b]0;title\x07\x9b2J",
    "separators": "line\u2028and\u2029paragraph",
    "direction": "gpj.\u202eexe",
    "formula": "=HYPERLINK('http://evil.invalid','x')",
    "rich": "[bold red]not markup[/bold red] [link=http://evil.invalid]x[/link]",
    "jinja": "{{ 7 * 7 }} {% raw %}",
}
"""Names a shop might hold, by what each tries."""

DESCRIPTION = (
    "<p>The sporty Joust Duffle Bag can't be beat - not in the gym, not on the luggage carousel, "
    "not anywhere. Big enough to haul a basketball or soccer ball and some sneakers with plenty "
    "of room to spare.</p>\n<ul>\n<li>Dual top handles.</li>\n<li>Adjustable shoulder strap.</li>"
    "\n<li>Full-length zipper.</li>\n</ul>"
)


def price(amount: str, currency: str = "usd", low: str | None = None) -> dict[str, Json]:
    return {
        "amount": amount,
        "currency_code": currency,
        "min_quantity": low,
        "max_quantity": None,
    }


def change(entity: str, key: str, action: Action, *fields: tuple[str, Json, Json]) -> Change:
    """A change; each field is (path, before, after)."""
    created = action is Action.CREATE
    return Change(
        address=Address(entity, key),
        action=action,
        fields=tuple(FieldChange(*field) for field in fields),
        source_id=f"{len(key) + 100}",
        target_id=None if created else f"{entity[:4]}_{key}",
    )


def create(entity: str, key: str, **values: Json) -> Change:
    fields = ((name.replace("__", "."), None, value) for name, value in values.items())
    return change(entity, key, Action.CREATE, *fields)


def new_product(sku: str, title: str) -> Change:
    """A product as a first migration creates it."""
    return create(
        "product",
        sku,
        title=title,
        handle=f"handle-{sku.lower()}",
        status="published",
        description=DESCRIPTION,
        external_id=sku,
        images=[f"https://shop.invalid/media/{sku}-{view}.jpg" for view in ("main", "back")],
        options=[{"title": "Size", "values": ["S", "M", "L"]}],
        categories=["gear/bags", "sale"],
        metadata__meta_title=f"{title} | Luma",
        metadata__eco=["cotton", "hemp"],
    )


def small_changes() -> list[Change]:
    """Every action and every kind of value, once or twice."""
    level = "stocked_quantity"
    return [
        create("category", "gear/bags", name="Bags", handle="bags", is_active=True, parent="gear"),
        new_product("24-MB01", "Joust Duffle Bag"),
        new_product("24-MB04", "Strive Shoulder Pack"),
        create(
            "variant",
            "24-MB01",
            product="24-MB01",
            sku="24-MB01",
            title="Default",
            options={"Title": "Default"},
            prices=[price("34"), price("30.5", low="10"), price("31", "eur")],
            manage_inventory=True,
        ),
        change(
            "product",
            "24-WB02",
            Action.UPDATE,
            ("title", "Compete Track Tote", "Compete Track Tote XL"),
            ("description", DESCRIPTION, DESCRIPTION.replace("basketball", "volley ball")),
            ("categories", ["gear/bags", "old"], ["gear/bags", "sale"]),
            ("metadata.meta_title", None, "Tote"),
            ("subtitle", "A tote", None),
        ),
        change(
            "variant",
            "24-WB02",
            Action.UPDATE,
            ("prices", [price("32"), price("29", "eur")], [price("3200"), price("29", "eur")]),
        ),
        change(
            "variant",
            "24-WB03",
            Action.UPDATE,
            ("prices", [price("45"), price("41", "eur")], [price("47.5")]),
            ("weight", "1.2", "1.25"),
        ),
        change("inventory_level", "24-MB01@default", Action.SET_STOCK, (level, None, "78")),
        change("inventory_level", "24-WB02@default", Action.SET_STOCK, (level, "12", "0")),
        change("inventory_level", "24-WB03@default", Action.SET_STOCK, (level, "5", "61")),
        change("product", "24-UG99", Action.DRAFT, ("status", "published", "draft")),
        change("variant", "24-UG99-OLD", Action.DELETE, ("sku", "24-UG99-OLD", None)),
    ]


def hostile_changes() -> list[Change]:
    """A created product per hostile text, which is also its key and in its fields."""
    return [
        create("product", f"{name}-{text}", title=text, description=text, metadata__note=[text])
        for name, text in HOSTILE.items()
    ]


def many_changes(count: int) -> Iterator[Change]:
    """`count` changes over three entities, one in a thousand of them to look at first."""
    for number in range(count):
        sku = f"SKU-{number:06d}"
        match number % 4:
            case 0:
                yield new_product(sku, f"Product number {number}")
            case 1:
                title = ("title", f"Product {number}", f"Product {number}, second edition")
                yield change("product", sku, Action.UPDATE, title)
            case 2:
                before, after = price("34"), price("3400" if number % 1000 == 2 else "35.5")
                yield change("variant", sku, Action.UPDATE, ("prices", [before], [after]))
            case _:
                level = ("stocked_quantity", "7", str(number % 500))
                yield change("inventory_level", f"{sku}@default", Action.SET_STOCK, level)


DIAGNOSTICS = (
    Diagnostic(
        Severity.SKIPPED,
        "price.negative",
        "The price -4 of `24-MB99` is below zero.",
        Address("variant", "24-MB99"),
        "Correct the price in Magento.",
    ),
    Diagnostic(
        Severity.WARNING,
        "handle.collision",
        "The handle `bag` is taken, so `bag-24-mb04` is used.",
        Address("product", "24-MB04"),
    ),
    Diagnostic(Severity.INFO, "children.disabled", "12 disabled children give no variant."),
)

LIMITS = (
    Limit(
        "draft_share:product",
        "0.52 % of products would be drafted, at most 30.00 % (1 of 193)",
        0.52,
        30,
    ),
    Limit("price_hundredfold", "1 price moves by about 100, at most 0", 1, 0),
)


def header(changes: Sequence[Change], limits: Sequence[Limit] = LIMITS) -> PlanHeader:
    """A header whose tallies fit the changes."""
    facts = {"taken_at": MADE_AT, "digest": "sha256:" + "ab" * 32, "complete": True}
    return PlanHeader(
        id="",
        created_at=MADE_AT,
        tool_version="0.1.0",
        source=SnapshotFacts(system="magento", url="https://shop.invalid", **facts),
        target=SnapshotFacts(system="medusa", url="https://api.shop.invalid", **facts),
        mapping_digest="sha256:" + "cd" * 32,
        scope={},
        tallies=tuple(_tallies(changes)),
        limits=tuple(limits),
        changes_digest="",
        diagnostics_digest="",
    )


def _tallies(changes: Sequence[Change]) -> Iterator[Tally]:
    counts: dict[str, dict[str, int]] = {}
    for each in changes:
        actions = counts.setdefault(each.address.entity, {})
        actions[each.action.value] = actions.get(each.action.value, 0) + 1
    for entity, actions in counts.items():
        yield Tally(entity, actions, unchanged=40, skipped=1, missing=2, unmanaged=3)


def write_plan(
    root: Path,
    changes: Sequence[Change],
    diagnostics: Sequence[Diagnostic] = DIAGNOSTICS,
    limits: Sequence[Limit] = LIMITS,
) -> Path:
    """Write a plan below `root` and return its folder."""
    made = header(changes, limits)
    return file.write(root, MADE_AT, changes, lambda: diagnostics, lambda: made)


def small_plan(root: Path) -> Plan:
    return file.read(write_plan(root, small_changes()))
