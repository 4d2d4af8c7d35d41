"""What one pass over the changes learns for the review page, before any row is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconcile.model import Change, Diagnostic
from reconcile.report.causes import CauseCounter, Causes
from reconcile.report.places import Places

_CATEGORIES = "categories"


@dataclass(frozen=True, slots=True)
class Survey:
    """`categories` are the keys that products name, before or after; by key, its place."""

    places: Places
    causes: Causes
    categories: Mapping[str, int]
    conflicts: int

    def needed(self, change: Change) -> list[int]:
        """The places of the changes that must create what this one refers to."""
        pending = (address for address, target_id in change.refs.items() if target_id is None)
        places = (self.places.of(address) for address in pending)
        return [place for place in places if place is not None]

    def home(self, change: Change) -> int | None:
        """The place of the product that a variant belongs to, where the plan changes it."""
        if change.address.entity != "variant":
            return None
        products = (address for address in change.refs if address.startswith("product:"))
        places = (self.places.of(address) for address in products)
        return next((place for place in places if place is not None), None)

    def categories_of(self, change: Change) -> list[int]:
        return sorted({self.categories[name] for name in _categories(change)})

    def about(self, diagnostics: Iterable[Diagnostic]) -> dict[str, list[int]]:
        """Diagnostic code -> the places of the changes it is about, in order."""
        found: dict[str, set[int]] = {}
        for each in diagnostics:
            place = self.places.of(str(each.address)) if each.address else None
            if place is not None:
                found.setdefault(each.code, set()).add(place)
        return {code: sorted(places) for code, places in found.items()}


def survey(changes: Iterable[Change]) -> Survey:
    """Go through the changes once."""
    places, causes, names, conflicts = Places(), CauseCounter(), set[str](), 0
    for change in changes:
        places.add(str(change.address))
        causes.see(change)
        names.update(_categories(change))
        conflicts += bool(change.conflicts)
    places.settle()
    categories = {name: place for place, name in enumerate(sorted(names))}
    return Survey(places, causes.causes(), categories, conflicts)


def _categories(change: Change) -> Iterator[str]:
    if change.address.entity != "product" or _CATEGORIES not in change.paths:
        return
    for part in change.fields:
        if part.path == _CATEGORIES:
            for side in (part.before, part.after):
                yield from (name for name in side or () if isinstance(name, str))
