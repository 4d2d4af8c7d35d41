"""A Medusa shop as the stages know it: to be read, and to be written phase by phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconcile.model import Address, Change, Finding
from reconcile.settings import MedusaSettings
from reconcile.systems import Phase, Progress, TableSink
from reconcile.targets.medusa.auth import open_session
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.lookup import lookup
from reconcile.targets.medusa.phases import all_phases
from reconcile.targets.medusa.probe import probe
from reconcile.targets.medusa.pull import pull_all


class Medusa:
    """One shop, from opening to `close`. Satisfies `Reader` and `Target` (systems.py)."""

    name = "medusa"

    def __init__(self, settings: MedusaSettings) -> None:
        self.url = settings.url
        self._settings = settings
        self._session = open_session(settings)
        self._client = MedusaClient(self._session)
        self.phases: Sequence[Phase] = all_phases(self._client)

    def probe(self) -> Iterator[Finding]:
        yield from probe(self._client, self._settings)

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        """Write every table. Medusa tells nobody its version, so there is none to return."""
        pull_all(self._client, sink, progress, self._settings.concurrency)
        return {}

    def lookup(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        return lookup(self._client, changes)

    def close(self) -> None:
        self._session.close()
