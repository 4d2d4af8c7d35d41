"""Why a record stands as it does, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reconcile.inspect.document import Match, State
from reconcile.inspect.watcher import Watcher
from reconcile.matching import By
from reconcile.model import Diagnostic, Severity

_BY: Final = {
    By.MARK: "The record in the target carries the id of the source's record.",
    By.KEY: "Both have the same key; the record in the target carries no mark of another one.",
    By.MEMBERS: "What lives in both has the same keys.",
}
_PAIR_APART: Final = ("unmanaged_match", "lives_elsewhere", "changed_on_target")
"""Diagnostics of pairs that are left alone."""


def match(seen: Watcher, diagnostics: Sequence[Diagnostic], source_has_rows: bool) -> Match:
    """How the pair was found, or why there is none."""
    by = seen.by
    words = _BY[By(by)] if by else ""
    said = _first(diagnostics, _PAIR_APART) if by else _skipped(diagnostics)
    if by and said:
        return Match(by, said.code, f"{words} {said.message}", said.remedy)
    if by:
        alone = "" if seen.existing else " It is not managed here and left alone."
        return Match(by, "" if seen.existing else "unmanaged", words + alone)
    if said and not seen.is_new:
        return Match(None, said.code, said.message, said.remedy)
    return _alone(seen, source_has_rows)


def _alone(seen: Watcher, source_has_rows: bool) -> Match:
    if seen.is_new:
        return Match(None, "not_in_target", "The target has no record with its mark or its key.")
    if seen.left_out:
        return Match(None, "left_out", "The filters of the plan leave it out.")
    if seen.is_missing:
        words = "The target's record is managed here, and its source is gone."
        return Match(None, "missing_in_source", words)
    if seen.is_unmanaged:
        words = "Only the target has it, and it was not made by this tool: it is never changed."
        return Match(None, "unmanaged", words)
    if source_has_rows:
        words = "The source has rows of it, but no record of this entity is made of them."
        remedy = "See the diagnostics of the plan and the options of its mapping."
        return Match(None, "not_carried", words, remedy)
    return Match(None, "not_carried", "It is not carried.")


def _skipped(diagnostics: Sequence[Diagnostic]) -> Diagnostic | None:
    return next((each for each in diagnostics if each.severity is Severity.SKIPPED), None)


def _first(diagnostics: Sequence[Diagnostic], codes: Sequence[str]) -> Diagnostic | None:
    return next((each for each in diagnostics if each.code in codes), None)


def state(seen: Watcher, *, changes: bool, fixed: bool) -> State:
    """How the record stands. `changes`: a plan would change it; `fixed`: it differs where nothing
    is ever corrected."""
    if seen.is_new:
        return State.NEW
    if seen.is_missing:
        return State.GONE
    if seen.existing is not None:
        differs = changes or fixed or seen.verdict is not None
        return State.DIFFERS if differs else State.SAME
    if seen.is_unmanaged or seen.by:
        return State.LEFT_ALONE
    return State.NOT_CARRIED
