"""A shop that answers as it is told, and the phases of customers and orders on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from medusa_fakes import FakeSession

from reconcile.errors import RequestRefused
from reconcile.http import Session
from reconcile.model import Change, Json
from reconcile.settings import OrdersMode, PeopleSettings, Secret
from reconcile.systems import Phase, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases import all_phases
from reconcile.targets.medusa.phases.people import People
from reconcile.targets.medusa.protocol import Companion

SAID = {"version": "1.0.0", "protocol": 1, "medusa": "2.21.2", "passwords": True, "numbers": True}
Answer = Callable[[str, str, Any, Json], Json]


class Shop:
    """`answer` is asked for everything but the handshake."""

    def __init__(
        self,
        answer: Answer,
        *,
        companion: bool = True,
        mode: OrdersMode = OrdersMode.COMPANION,
        hashes: Path | None = None,
        key: str = "",
    ) -> None:
        self._answer, self._companion = answer, companion
        self.session = FakeSession(self._answers)
        session = cast("Session", self.session)
        settings = PeopleSettings(mode, hashes=hashes, hash_key=Secret(key))
        self.people = People(MedusaClient(session), Companion(session), settings)
        self.phases: Sequence[Phase] = all_phases(self.people)

    def _answers(self, method: str, path: str, query: Any, body: Json) -> Json:
        if path != "/admin/reconcile":
            return self._answer(method, path, query, body)
        if not self._companion:
            raise RequestRefused("none", status=404)
        return {"companion": SAID}

    @property
    def written(self) -> list[tuple[str, str, Json]]:
        """(method, path, body) of every request but GETs."""
        requests = ((method, path, body) for method, path, _, body in self.session.requests)
        return [each for each in requests if each[0] != "GET"]

    def units(self, *changes: Change) -> list[tuple[Phase, list[Unit]]]:
        """Which phase takes which units, when none of the changes is ever settled."""
        picked = [(phase, phase.units(list(changes))) for phase in self.phases]
        return [(phase, units) for phase, units in picked if units]

    def bodies(self, *changes: Change, ids: Mapping[str, str] | None = None) -> list[Json]:
        """What the first phase that takes them would send."""
        phase, units = self.units(*changes)[0]
        known = {**(ids or {}), **phase.prepare(units, dict(ids or {}).__getitem__)}
        return [phase.payload(unit, known.__getitem__) for unit in units]

    def send(self, *changes: Change, ids: Mapping[str, str] | None = None) -> dict[str, str]:
        """Send them all in one request of the first phase that takes them."""
        phase, units = self.units(*changes)[0]
        known = {**(ids or {}), **phase.prepare(units, dict(ids or {}).__getitem__)}
        payloads = [phase.payload(unit, known.__getitem__) for unit in units]
        return {str(address): id_ for address, id_ in phase.send(units, payloads).items()}
