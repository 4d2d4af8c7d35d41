"""Write changes through the phases as the applier would, and read the shop back as plans do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reconcile import snapshot
from reconcile.compare import value
from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.errors import RequestRefused
from reconcile.identity import translate
from reconcile.model import Action, Address, Change, FieldChange, Json
from reconcile.sandbox.state import MedusaShop
from reconcile.settings import Login, MedusaSettings, Secret
from reconcile.systems import Phase, Unit
from reconcile.targets.medusa import Medusa, existing


class Silence:
    """A Progress that says nothing."""

    def start(self, task: str, total: int | None = None) -> None: ...
    def advance(self, task: str, count: int = 1) -> None: ...
    def finish(self, task: str) -> None: ...


def settings_of(shop: MedusaShop) -> MedusaSettings:
    return MedusaSettings(shop.url, Login(shop.admin_email, Secret(shop.admin_password)))


def price(currency: str, amount: str, low: str | None = None, high: str | None = None) -> Json:
    return {
        "currency_code": currency,
        "amount": amount,
        "min_quantity": low,
        "max_quantity": high,
    }


def create(address: str, refs: Sequence[str] = (), **fields: Json) -> Change:
    """A create; in field names `__` stands for a dot. References are found by their addresses."""
    where = Address.parse(address)
    return Change(
        address=where,
        action=Action.CREATE,
        fields=_fields({}, fields),
        source_id=f"s-{where.key}",
        refs=dict.fromkeys(refs),
    )


def change(
    address: str,
    target_id: str | None,
    action: Action = Action.UPDATE,
    before: Mapping[str, Json] | None = None,
    refs: Mapping[str, str | None] | None = None,
    **fields: Json,
) -> Change:
    where = Address.parse(address)
    written = _fields(before or {}, fields)
    return Change(where, action, written, target_id=target_id, refs=refs or {})


def _fields(before: Mapping[str, Json], after: Mapping[str, Json]) -> tuple[FieldChange, ...]:
    named = {name.replace("__", "."): written for name, written in after.items()}
    return tuple(FieldChange(name, before.get(name), named[name]) for name in named)


@dataclass
class Run:
    """What became of changes. `ids` are target ids by address, `refused` Medusa's words."""

    ids: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)

    def resolve(self, address: str) -> str:
        return self.ids[address]


def write(target: Medusa, changes: Sequence[Change], known: Mapping[str, str] | None = None) -> Run:
    """Run every phase over the changes it picks, each lane by itself, wave by wave."""
    run = Run(dict(known or {}))
    for each in changes:
        run.ids |= {name: id_ for name, id_ in each.refs.items() if id_}
        if each.target_id:
            run.ids[str(each.address)] = each.target_id
    pending = list(changes)
    for phase in target.phases:
        waiting = phase.units(pending)
        while waiting:
            ready = [unit for unit in waiting if _is_ready(unit, run)]
            assert ready, f"{phase.name} waits for ever"
            _send_all(phase, ready, run)
            settled = {each.address for unit in ready for each in unit.changes}
            waiting = [unit for unit in waiting if unit.lead.address not in settled]
            pending = [each for each in pending if each.address not in settled]
    assert pending == []
    return run


def _is_ready(unit: Unit, run: Run) -> bool:
    needed = {name for each in unit.changes for name in each.refs}
    return all(name in run.ids for name in needed - {str(unit.lead.address)})


def _send_all(phase: Phase, units: Sequence[Unit], run: Run) -> None:
    run.ids |= phase.prepare(units, run.resolve)
    lanes: dict[str, list[Unit]] = {}
    for unit in units:
        lanes.setdefault(phase.lane(unit), []).append(unit)
    for lane in lanes.values():
        for start in range(0, len(lane), phase.limits.units):
            _send(phase, lane[start : start + phase.limits.units], run)


def _send(phase: Phase, units: Sequence[Unit], run: Run) -> None:
    run.steps.append(phase.name)
    payloads = [phase.payload(unit, run.resolve) for unit in units]
    try:
        learned = phase.send(units, payloads)
    except RequestRefused as refusal:
        if len(units) == 1:
            run.refused |= {str(each.address): refusal.message for each in units[0].changes}
            return
        for unit in units:
            _send(phase, [unit], run)
    else:
        run.ids |= {str(address): target_id for address, target_id in learned.items()}


Held = dict[str, dict[str, Any]]
"""Key -> the record's fields as plans see them, with `target_id`, `source_id` and `managed`."""


def read(target: Medusa, folder: Path, metadata: Sequence[str] = ()) -> dict[str, Held]:
    """Take a snapshot and read every entity of it, references as keys."""
    taken = snapshot.take(target, folder, Silence(), datetime.now(UTC))
    assert taken.is_complete
    keys: dict[str, dict[str, str]] = {}
    shop: dict[str, Held] = {}
    for spec in ENTITIES:
        names = [each.name for each in spec.fields if each.name != "metadata.*"]
        names += [f"metadata.{key}" for key in metadata] if spec.open_metadata else []
        found = existing(taken, spec, names).collect()
        keys[spec.name] = dict(found.drop_nulls("key").select("target_id", "key").iter_rows())
        frame = translate(found, spec, keys)
        shop[spec.name] = {row["key"]: _parsed(spec.name, row) for row in frame.to_dicts()}
    return shop


def _parsed(entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
    fields = ((name, ENTITY_BY_NAME[entity].field(name)) for name in row)
    kinds = {name: spec.kind for name, spec in fields if spec is not None}
    return {name: value(kinds[name], cell) if name in kinds else cell for name, cell in row.items()}


def ids_of(shop: Mapping[str, Held]) -> dict[str, str]:
    """Target ids by address."""
    return {
        f"{entity}:{key}": str(record["target_id"])
        for entity, records in shop.items()
        for key, record in records.items()
        if key is not None
    }
