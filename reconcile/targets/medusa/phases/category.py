"""Categories: parents before children, siblings in their order, one at a time.

Medusa shifts siblings when one is put among them and counts them while it writes, so parallel
writes below one parent would leave equal ranks. Below different parents they do not meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from reconcile.entities.category import CATEGORY
from reconcile.model import Action, Change, Json
from reconcile.systems import Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.ownership import mark_of
from reconcile.targets.medusa.phases.body import (
    METADATA,
    ref,
    replaced_metadata,
    scalars,
    with_metadata,
)
from reconcile.targets.medusa.phases.by_sku import found
from reconcile.targets.medusa.phases.phase import (
    FEW,
    ONE,
    Learned,
    WritePhase,
    creates,
    deletes,
    post_one,
    target_of,
    updates,
)
from reconcile.targets.medusa.phases.rank import Move, ranks
from reconcile.targets.medusa.tables.listing import Listing, Record

PATH, SINGULAR = "product-categories", "product_category"
RANK = "category_rank"
"""How the rank to write is called among resolved ids: `category_rank:men/tops`."""
TREE = Listing(PATH, "product_categories", ("id", "parent_category_id", "rank", METADATA), ())


def category_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    def asks(units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        return _places(client, units, resolve)

    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return post_one(client, PATH, SINGULAR, units[0], payloads[0])

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _update(client, units[0], payloads[0])

    return (
        WritePhase("create categories", FEW, _new, _body, create, asks, _below),
        WritePhase("update categories", ONE, _changed, _body, update, asks),
    )


def category_delete_phase(client: MedusaClient) -> WritePhase:
    """Children go before their parents: Medusa keeps a category that has children."""

    def delete(units: Sequence[Unit], _payloads: Sequence[Json]) -> Learned:
        client.delete(f"{PATH}/{target_of(units[0])}")
        return {}

    return WritePhase("delete categories", ONE, _removed, lambda unit, _: {}, delete)


def _below(unit: Unit) -> str:
    return f"below {unit.lead.after.get('parent') or 'the top'}"


def _depth(change: Change) -> int:
    return change.address.key.count("/")


def _rank(change: Change) -> int:
    return change.after.get("rank") or 0


def _new(changes: Sequence[Change]) -> list[Unit]:
    units = creates("category")(changes)
    return sorted(units, key=lambda unit: (_depth(unit.lead), _rank(unit.lead)))


def _changed(changes: Sequence[Change]) -> list[Unit]:
    return sorted(updates("category")(changes), key=lambda unit: _rank(unit.lead))


def _removed(changes: Sequence[Change]) -> list[Unit]:
    return sorted(deletes("category")(changes), key=lambda unit: -_depth(unit.lead))


def _places(client: MedusaClient, units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
    """The rank each category is to be written with, going by its siblings as they are now."""
    ranked = [unit.lead for unit in units if unit.lead.after.get("rank") is not None]
    if not ranked:
        return {}
    tree = {record["id"]: record for page in client.pages(TREE) for record in page.records}
    moves: dict[str | None, list[Change]] = defaultdict(list)
    for change in ranked:
        moves[_parent_of(change, tree, resolve)].append(change)
    return {
        name: str(rank)
        for parent, changes in moves.items()
        for name, rank in _ranks_below(parent, changes, tree).items()
    }


def _parent_of(change: Change, tree: Mapping[str, Record], resolve: Resolve) -> str | None:
    """The id of the category it goes below; None at the top, or where nobody knows the parent."""
    if "parent" in change.after:
        key = change.after["parent"]
        return None if key is None else found(f"category:{key}", resolve)
    held = tree.get(change.target_id or "")
    return held["parent_category_id"] if held else None


def _ranks_below(
    parent: str | None, changes: Sequence[Change], tree: Mapping[str, Record]
) -> dict[str, int]:
    names = {change.target_id or "": f"{RANK}:{change.address.key}" for change in changes}
    below = [record for record in tree.values() if record["parent_category_id"] == parent]
    siblings = [
        names.get(record["id"], str(record["id"]))
        for record in sorted(below, key=lambda record: record["rank"])
    ]
    marked = frozenset(record["id"] for record in below if mark_of(record) is not None)
    moves = [Move(f"{RANK}:{change.address.key}", _rank(change)) for change in changes]
    return ranks(siblings, marked, moves)


def _body(unit: Unit, resolve: Resolve) -> Json:
    after = unit.lead.after
    body = with_metadata(unit.lead, scalars(unit.lead, CATEGORY))
    place = found(f"{RANK}:{unit.lead.address.key}", resolve)
    if place is not None:
        body["rank"] = int(place)
    if "parent" in after or unit.lead.action is Action.CREATE:
        # Medusa 2.21 makes room for a top-level category among its siblings; told nothing of a
        # parent, it shifts the ranks of every category of the shop instead.
        body["parent_category_id"] = ref(after.get("parent"), "category", resolve)
    if "description" in body:
        # The API refuses null here; Medusa's own default for "none" is the empty text.
        body["description"] = body["description"] or ""
    return body


def _update(client: MedusaClient, unit: Unit, payload: Json) -> Learned:
    """Medusa replaces the metadata of a category as a whole, so it is merged here, read now."""
    path = f"{PATH}/{target_of(unit)}"
    if METADATA in payload:
        held = client.get(path, fields=(METADATA,))[SINGULAR].get(METADATA)
        payload = {**payload, METADATA: replaced_metadata(held, payload[METADATA])}
    return post_one(client, path, SINGULAR, unit, payload)
