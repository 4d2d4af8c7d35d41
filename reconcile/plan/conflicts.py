"""What a reviewer is told of fields that the target changed since they were last applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconcile.base import Base, Known
from reconcile.entities.spec import EntitySpec
from reconcile.model import Address, Diagnostic, FieldChange, Json, Severity
from reconcile.three_way import Verdict

LONG = 60
"""Characters of a value that a sentence shows."""


def of(spec: EntitySpec, key: str, verdict: Verdict) -> Iterator[Diagnostic]:
    """Of one pair: what is kept, and what somebody has to decide."""
    address = Address(spec.name, key)
    if verdict.kept:
        yield Diagnostic(
            Severity.INFO,
            "kept_on_target",
            f"The {spec.called(key)} was changed on the target, and it stays so: "
            f"{_words(spec, verdict.kept)}.",
            address=address,
            remedy="To have the source's values again, set them on the target by hand.",
        )
    if verdict.undecided:
        yield Diagnostic(
            Severity.WARNING,
            "conflict",
            f"The {spec.called(key)} was changed on both sides since it was last applied: "
            f"{_words(spec, verdict.undecided)}.",
            address=address,
            remedy="Decide with `reconcile approve --take source|target --key PATTERN`; undecided, "
            "the target stays as it is.",
        )


def removed(spec: EntitySpec, keys: Iterable[str]) -> Iterator[Diagnostic]:
    """Records that were created here, and are gone from the target since."""
    for key in sorted(keys):
        yield Diagnostic(
            Severity.WARNING,
            "removed_on_target",
            f"The {spec.called(key)} was created here before and is gone from the target since; "
            "it would be created once more.",
            address=Address(spec.name, key),
            remedy="Exclude it when approving, or remove it from the source, to let it stay away.",
        )


def _words(spec: EntitySpec, fields: Sequence[FieldChange]) -> str:
    return "; ".join(_field(spec, part) for part in fields)


def _field(spec: EntitySpec, part: FieldChange) -> str:
    """A field with its values, unless they are nested or say something about a person."""
    known = spec.field(part.path)
    if known is None or known.personal or not (_flat(part.before) and _flat(part.after)):
        return part.path
    return f"{part.path} is {_shown(part.before)}, the source says {_shown(part.after)}"


def _flat(value: Json) -> bool:
    return not isinstance(value, dict | list)


def _shown(value: Json) -> str:
    if value is None:
        return "nothing"
    text = str(value)
    return f"'{text}'" if len(text) <= LONG else f"'{text[: LONG - 1]}…'"


def without_base(base: Base, url: str) -> Iterator[Diagnostic]:
    """A base that is another shop's is not used."""
    if base.known is Known.FOREIGN:
        yield Diagnostic(
            Severity.WARNING,
            "foreign_base",
            f"What was last applied is known of {base.url} alone, not of {url}: every difference "
            "is taken for a change of the source.",
            remedy="Use a workspace (or a `state`) of its own for each target.",
        )
