"""A shop whose customers and orders are written and read back, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from medusa_writing import Held, Run, ids_of, read, settings_of, write

from reconcile.compare import equal
from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Change, Json
from reconcile.sandbox.state import MedusaShop
from reconcile.settings import PeopleSettings
from reconcile.targets.medusa import Medusa
from reconcile.targets.medusa.auth import open_session
from reconcile.targets.medusa.client import MedusaClient

METADATA = ("source_id", "kept", "changed", "gone", "added")


class PeopleShop:
    """`client` is for what only a person in the admin would do. Close it at the end."""

    def __init__(self, shop: MedusaShop, folder: Path, people: PeopleSettings) -> None:
        self.target = Medusa(settings_of(shop), people)
        self._session = open_session(settings_of(shop))
        self.client = MedusaClient(self._session)
        self._folder, self._readings = folder, 0
        self.held: dict[str, Held] = {}
        self.read()

    def close(self) -> None:
        self._session.close()
        self.target.close()

    def read(self) -> dict[str, Held]:
        self._readings += 1
        self.held = read(self.target, self._folder / str(self._readings), METADATA)
        return self.held

    def write(self, *changes: Change) -> Run:
        run = write(self.target, changes, ids_of(self.held))
        self.read()
        return run

    def id(self, address: str) -> str:
        return ids_of(self.held)[address]

    def record(self, address: str) -> Mapping[str, Any]:
        entity, _, key = address.partition(":")
        return self.held[entity][key]

    def differences(self, change: Change) -> dict[str, tuple[Json, Json]]:
        """The fields of a record that are not what a create wants: path -> (wanted, held).

        A field that the create does not name must have no value.
        """
        spec = ENTITY_BY_NAME[change.address.entity]
        record, wanted = self.record(str(change.address)), change.after
        found = {}
        for path in record.keys() - {"target_id", "key", "source_id", "managed", "untouchable"}:
            field = spec.field(path)
            assert field is not None
            after = change.source_id if path == "metadata.source_id" else wanted.get(path)
            if not equal(field, after, record[path] or None if after is None else record[path]):
                found[path] = (after, record[path])
        return found


def changed(record: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: record[name] for name in names}
