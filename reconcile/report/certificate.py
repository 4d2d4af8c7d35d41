"""What verify.json proves, as a page shows it. Takes the file as it stands, a plain dict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconcile.canonical import to_json
from reconcile.model import Json
from reconcile.report.brief import NOTHING
from reconcile.report.text import one_line
from reconcile.report.words import counted, joined, number

LISTED = 100
_COUNTS = (
    "planned",
    "excluded",
    "applied",
    "equal",
    "differing",
    "failed",
    "skipped",
    "stale",
    "unknown",
)


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something that is not as planned: the record, the field ("" for all of it), and how."""

    record: str
    field: str
    planned: str
    found: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The proof, or what stands against it. `deviations` are at most LISTED of `total`."""

    proven: bool
    verdict: str
    counts: tuple[tuple[str, str], ...]
    deviations: tuple[Deviation, ...]
    total: int
    plan_digest: str
    verified_at: str


def certificate(document: Mapping[str, Json]) -> Certificate:
    """Read a certificate. Raises KeyError, TypeError or AttributeError when it is none."""
    deviations = tuple(_deviations(document))
    proven = document["proven"] is True
    return Certificate(
        proven=proven,
        verdict=_verdict(document, proven=proven),
        counts=tuple(
            (_title(name), number(document[name])) for name in _COUNTS if document.get(name)
        ),
        deviations=deviations[:LISTED],
        total=len(deviations),
        plan_digest=document["digests"]["plan"],
        verified_at=document["verified_at"],
    )


def _verdict(document: Mapping[str, Json], *, proven: bool) -> str:
    approved = document["planned"] - document["excluded"]
    applied, equal, others = document["applied"], document["equal"], len(document["unexpected"])
    if not proven:
        return (
            f"Not proven: of {counted(approved, 'approved change', 'approved changes')} "
            f"{number(applied)} are applied and {number(equal)} read back equal."
        )
    beside = f" {counted(others, 'other record', 'other records')} changed too." if others else ""
    numbers = (f"{number(approved)} approved", f"{number(applied)} applied")
    return f"Proven: {' = '.join(numbers)} = {number(equal)} read back equal.{beside}"


def _title(name: str) -> str:
    return {"equal": "read back equal", "differing": "read back different"}.get(name, name)


def _deviations(document: Mapping[str, Json]) -> Iterator[Deviation]:
    for each in document["differences"]:
        if each["field"]:
            planned, found = _value(each["planned"]), _value(each["found"])
            yield Deviation(each["address"], each["field"], planned, found)
        else:
            yield Deviation(each["address"], "", "as planned", each["flaw"])
    for each in document["unfinished"]:
        yield Deviation(each["address"], "", "applied", f"{each['status']} {each['error']}".strip())
    for each in document["unexpected"]:
        record = f"{each['entity']}:{each['key'] or each['target_id']}"
        yield Deviation(record, joined(each["fields"]), "untouched", each["surprise"])


def _value(value: Json) -> str:
    if value is None:
        return NOTHING
    return one_line(value if isinstance(value, str) else to_json(value), 200)
