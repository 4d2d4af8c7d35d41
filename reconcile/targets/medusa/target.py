"""A Medusa shop as the stages know it: to be read, and to be written phase by phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconcile.model import Address, Change, Finding, Json
from reconcile.settings import MedusaSettings, PeopleSettings
from reconcile.systems import Patience, Phase, Progress, TableSink
from reconcile.targets.medusa.auth import open_session
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.list_readings import ListReadings
from reconcile.targets.medusa.lookup import lookup
from reconcile.targets.medusa.phases import all_phases
from reconcile.targets.medusa.phases.people import People
from reconcile.targets.medusa.present import present
from reconcile.targets.medusa.probe import probe
from reconcile.targets.medusa.protocol import Companion
from reconcile.targets.medusa.pull import pull_all
from reconcile.targets.medusa.pull_people import people_tasks
from reconcile.targets.medusa.taken import taken


class Medusa:
    """One shop, from opening to `close`. Satisfies `Reader` and `Target` (systems.py)."""

    name = "medusa"

    def __init__(self, settings: MedusaSettings, people: PeopleSettings | None = None) -> None:
        """`people` says how customers and orders are carried; it needs the key of the password
        hashes only where a plan is applied."""
        self.url = settings.url
        self._settings = settings
        self._session = open_session(settings)
        self._client = MedusaClient(self._session)
        self._companion = Companion(self._session)
        self._people = People(self._client, self._companion, people or PeopleSettings())
        self._lists = ListReadings(self._client)
        self.phases: Sequence[Phase] = all_phases(self._people)

    def probe(self) -> Iterator[Finding]:
        yield from probe(self._people, self._settings)

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        """Write every table; the companion is asked before anything is read.

        Medusa itself tells nobody its version, its companion does.
        """
        facts, mode = self._companion.facts(), self._people.settings.orders
        further = people_tasks(self._client, self._companion, mode, sink, progress)
        pull_all(self._client, sink, progress, self._settings.concurrency, further)
        return {"medusa": facts.medusa, "companion": facts.version} if facts else {}

    def lookup(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        return lookup(self._people, changes)

    def taken(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        return taken(self._people, self._lists, changes)

    def present(self, changes: Sequence[Change]) -> Mapping[Address, Mapping[str, Json]]:
        return present(self._people, self._lists, changes)

    def ask_before_retry(self, patience: Patience) -> None:
        self._session.ask_before_retry(patience)

    def close(self) -> None:
        self._session.close()
