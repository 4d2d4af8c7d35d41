"""Who is who on the target, as a plan and its journal tell it."""

from __future__ import annotations

from collections.abc import Iterable

from reconcile.journal import History
from reconcile.model import Change


def told(changes: Iterable[Change], history: History) -> dict[str, str]:
    """Address text -> target id, of every record of which one of them names the id."""
    ids: dict[str, str] = {}
    for change in changes:
        named = {**change.refs, str(change.address): change.target_id}
        ids.update({address: target_id for address, target_id in named.items() if target_id})
    found = ((address, outcome.target_id) for address, outcome in history.outcomes.items())
    return ids | {address: target_id for address, target_id in found if target_id}
