"""The options of a product that exists: renamed, added, given more values, or taken away.

Values are never taken away: the target may hold more than is wanted. A surplus option goes, since
Medusa wants of every variant a value for each option its product has; while a variant uses it,
Medusa refuses, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.model import Json
from reconcile.targets.medusa.client import MedusaClient

HELD_FIELDS = (
    "id",
    "options.id",
    "options.title",
    "options.is_exclusive",
    "product_options.product_option_id",
    "product_options.values.value",
)


@dataclass(frozen=True, slots=True)
class HeldOption:
    """An option a product has. Only an exclusive one is the product's own."""

    id: str
    title: str
    values: frozenset[str]
    exclusive: bool


Wanted = Mapping[str, Sequence[str]]
"""The values of each wanted option, by title."""


def write_options(
    client: MedusaClient, product: str, options: Sequence[Mapping[str, Json]]
) -> None:
    """Give a product exactly these options, going by what it has right now."""
    wanted = {option["title"]: option["values"] for option in options}
    record = client.get(f"products/{product}", fields=HELD_FIELDS)["product"]
    held = held_options(record)
    titles = renames(wanted, held)
    for identity, title in titles.items():
        client.post(f"product-options/{identity}", {"title": title})
    body = option_batch(wanted, held, titles)
    if body:
        client.post(f"products/{product}/options/batch", body)


def held_options(record: Mapping[str, Json]) -> list[HeldOption]:
    """A product's options out of an answer with `HELD_FIELDS`."""
    values = {
        link["product_option_id"]: frozenset(value["value"] for value in link.get("values") or ())
        for link in record.get("product_options") or ()
    }
    return [
        HeldOption(each["id"], each["title"], values.get(each["id"], frozenset()), exclusive)
        for each in record.get("options") or ()
        for exclusive in (bool(each.get("is_exclusive")),)
    ]


def renames(wanted: Wanted, held: Sequence[HeldOption]) -> dict[str, str]:
    """New titles, by option id: a missing option takes over the surplus one most like it.

    So `Color` becomes `Colour`, and a simple product's only option becomes that of a product with
    variants, while the variants that use it keep their values.
    """
    surplus = [option for option in held if option.exclusive and option.title not in wanted]
    titles: dict[str, str] = {}
    for title in missing(wanted, held):
        if surplus:
            best = max(surplus, key=lambda option: len(option.values & set(wanted[title])))
            surplus.remove(best)
            titles[best.id] = title
    return titles


def missing(wanted: Wanted, held: Sequence[HeldOption]) -> list[str]:
    titles = {option.title for option in held}
    return sorted(title for title in wanted if title not in titles)


def option_batch(
    wanted: Wanted, held: Sequence[HeldOption], titles: Mapping[str, str]
) -> dict[str, Json]:
    """The body that brings the options, once renamed, to what is wanted; empty if they are."""
    renamed = {titles.get(option.id, option.title): option for option in held}
    parts = {
        "add": [
            {"title": title, "values": list(values), "is_exclusive": True}
            for title, values in wanted.items()
            if title not in renamed
        ],
        "remove": [option.id for title, option in renamed.items() if title not in wanted],
        "update": [
            {"product_option_id": option.id, "add": [{"value": value} for value in lacking]}
            for title, option in renamed.items()
            if (lacking := [each for each in wanted.get(title, ()) if each not in option.values])
        ],
    }
    return {kind: part for kind, part in parts.items() if part}
