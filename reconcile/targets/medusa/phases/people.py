"""What the phases of customers and orders share: the companion, settings, metadata, refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reconcile.errors import HashesError, RequestRefused
from reconcile.masking import masked
from reconcile.model import Action, Change, Json
from reconcile.sealed_hashes import Opener, opener
from reconcile.settings import OrdersMode, PeopleSettings
from reconcile.systems import Unit
from reconcile.targets.medusa.addresses import bare
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.body import metadata
from reconcile.targets.medusa.phases.phase import ONE, WritePhase
from reconcile.targets.medusa.protocol import Companion, absent

CARRIED, RESET = "carried:", "reset"
"""How the login of a customer begins that keeps its password; that of one that gets a new one."""
ONLY_COMPANION = frozenset({"has_account", "created_at", "login"})
"""Fields of customers that the Admin API cannot write."""
SALES = frozenset({"order", "invoice", "shipment", "credit_memo"})
AGAIN = "Take a new snapshot and plan again."


@dataclass(frozen=True)
class People:
    """One shop, as the phases of customers and orders know it."""

    client: MedusaClient
    companion: Companion
    settings: PeopleSettings
    begun: dict[str, str] = field(default_factory=dict)
    """Drafts that a look-up found without their e-mail, which comes second: mark -> id."""

    @cached_property
    def opened(self) -> Opener:
        """What opens the password hashes. Raises HashesError."""
        if self.settings.hashes is None:
            raise HashesError(
                "There is no file with sealed password hashes.",
                remedy="Name it in reconcile.yml as `customers.hashes`.",
            )
        return opener(self.settings.hashes, self.settings.hash_key)

    def hash_of(self, change: Change, seal: str) -> str:
        """The password hash a change was planned with. Raises HashesError."""
        return self.opened(bare(change.source_id or ""), seal)

    def when(
        self, *, companion: bool, picks: Callable[[Sequence[Change]], list[Unit]]
    ) -> Callable[[Sequence[Change]], list[Unit]]:
        """Picks units only in a shop with, or without, a companion. It is asked for only when
        there is something to pick."""

        def picked(changes: Sequence[Change]) -> list[Unit]:
            units = picks(changes)
            return units if units and (self.companion.facts() is not None) is companion else []

        return picked


def guard_phase(people: People) -> WritePhase:
    """A phase that writes nothing: it ends a run that would have to end later, before anything is
    sent. Raises HashesError without the key of the hashes, RequestRefused without a companion."""

    def look(changes: Sequence[Change]) -> list[Unit]:
        if any(_carries(change) for change in changes):
            _ = people.opened
        if any(_needs_companion(change, people.settings.orders) for change in changes):
            _require(people.companion)
        return []

    return WritePhase("look for the companion", ONE, look, _nothing, _sent_nothing)


def _carries(change: Change) -> bool:
    """Whether it brings a password along. Only then are its values looked at."""
    login = change.address.entity == "customer" and "login" in change.paths
    return login and str(change.after["login"]).startswith(CARRIED)


def _needs_companion(change: Change, mode: OrdersMode) -> bool:
    entity = change.address.entity
    if entity == "customer":
        return not ONLY_COMPANION.isdisjoint(change.paths)
    return entity in SALES and mode is OrdersMode.COMPANION


def _require(companion: Companion) -> None:
    if companion.facts() is None:
        raise absent()


def _nothing(_unit: Unit, _resolve: Any) -> Json:
    return None


def _sent_nothing(_units: Sequence[Unit], _payloads: Sequence[Json]) -> dict[Any, str]:
    return {}


def merged_metadata(change: Change) -> dict[str, Json]:
    """The metadata a change writes, for the companion: null removes a key."""
    return {key: None if value == "" else value for key, value in metadata(change).items()}


def creates(change: Change) -> bool:
    return change.action is Action.CREATE


def refuse_failed(
    noun: str, units: Sequence[Unit], errors: Mapping[str, Mapping[str, Any]]
) -> None:
    """Raise RequestRefused when the companion could not write some of the records.

    `errors`: what the companion said, by the key of the unit's record. With several records in the
    request the applier sends them again in halves, which changes nothing in those written. The
    fault has the status of the answer, for nothing is in doubt: a record that was refused may be
    there in part, and must not be taken for done.
    """
    if not errors:
        return
    key, error = next(iter(errors.items()))
    words = _words(noun, key, str(error.get("code")), str(error.get("message")))
    if len(units) > 1:
        words = f"{len(errors)} of {len(units)} {noun}s were refused, first: {words}"
    raise RequestRefused(words, status=200, remedy=AGAIN)


def _words(noun: str, key: str, code: str, message: str) -> str:
    """Nobody's e-mail is in the reason of a refusal: it goes into the journal."""
    known = {
        "touched": f"the {noun} was changed in Medusa since this tool wrote it, and is left alone",
        "foreign": f"Medusa has such a {noun} that this tool did not make",
    }
    who = f"{noun} {key}" if noun == "order" else noun
    return f"{who}: {known.get(code) or masked(message)} ({code})"
