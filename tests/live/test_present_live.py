"""What is read by ids says exactly what a snapshot says, of every entity and every field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from medusa_writing import Silence, settings_of
from two_shops import two_shops

from reconcile import snapshot
from reconcile.compare import value
from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec, Kind
from reconcile.model import Action, Address, Change, FieldChange
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import MedusaShop
from reconcile.systems import UNTOUCHABLE
from reconcile.targets.medusa import Medusa, existing

pytestmark = pytest.mark.live

WRITTEN = [spec.name for spec in ENTITIES if not (spec.reference or spec.vocabulary_of)]
METADATA = ("source_id", "url_key", "magento_id")
AT_ONCE = 100
REFERS = {
    "list_price": ("price_list", "variant"),
    **dict.fromkeys(("invoice", "shipment", "credit_memo"), ("order",)),
}


@dataclass(frozen=True)
class Held:
    """A shop, and a snapshot of it."""

    target: Medusa
    taken: snapshot.Snapshot

    def rows(self, spec: EntitySpec) -> pl.DataFrame:
        return existing(self.taken, spec, fields_of(spec)).collect()


def fields_of(spec: EntitySpec) -> list[str]:
    own = [each.name for each in spec.fields if each.name != "metadata.*"]
    return own + [f"metadata.{key}" for key in METADATA if spec.open_metadata]


@pytest.fixture(scope="module")
def held(fresh_medusa: MedusaShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    workspace = tmp_path_factory.mktemp("present")
    with two_shops(workspace, generated_shop(40, seed=5), fresh_medusa) as shops:
        shops.plan()
        shops.carry_out()
        target = Medusa(settings_of(fresh_medusa))
        yield Held(target, snapshot.take(target, workspace / "held", Silence(), datetime.now(UTC)))
        target.close()


def naming_all(spec: EntitySpec, row: Mapping[str, Any]) -> Change:
    """A change that names every field of a record."""
    refs = {}
    for name in REFERS.get(spec.name, ()):
        refs[f"{name}:{row[name]}"] = row[name]
    fields = tuple(FieldChange(name, _value(spec, name, row), None) for name in fields_of(spec))
    address = Address(spec.name, str(row["target_id"]))
    return Change(address, Action.UPDATE, fields, target_id=row["target_id"], refs=refs)


def _parsed(spec: EntitySpec, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(spec, name, row) for name in row}


def _value(spec: EntitySpec, name: str, row: Mapping[str, Any]) -> Any:
    field = spec.field(name)
    assert field is not None
    return value(field.kind, row[name])


@pytest.mark.parametrize("entity", WRITTEN)
def test_what_is_read_by_id_is_what_a_snapshot_says(held: Held, entity: str) -> None:
    spec = ENTITY_BY_NAME[entity]
    rows = held.rows(spec)
    assert rows.height, f"the shop has no {entity} to look at"
    changes = [naming_all(spec, row) for row in rows.head(AT_ONCE).iter_rows(named=True)]
    found = held.target.present(changes)
    for change in changes:
        compared = {
            path: planned
            for path, planned in change.before.items()
            if (field := spec.field(path)) and field.kind is not Kind.RANK
        }
        told = {path: each for path, each in found[change.address].items() if path != UNTOUCHABLE}
        assert _parsed(spec, told) == compared


@pytest.mark.parametrize("entity", WRITTEN)
def test_what_is_not_there_is_left_out(held: Held, entity: str) -> None:
    spec = ENTITY_BY_NAME[entity]
    rows = held.rows(spec).head(1).to_dicts()
    gone = {**rows[0], "target_id": f"{rows[0]['target_id']}X"}
    changes = [naming_all(spec, row) for row in (rows[0], gone)]
    assert held.target.present(changes).keys() == {changes[0].address}
