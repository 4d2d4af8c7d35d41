"""One quarantined record as a JSON document.

The first line of the text holds all that a list shows; `source` and `mapped`, which are large,
follow on lines of their own. Together they are one JSON object:

    {"address":"product:24-MB01","attempts":1,...,"stage":"plan",
    "source":{"products":[{...}]},
    "mapped":null}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconcile.canonical import moment_text, to_json
from reconcile.model import Address, Json


class Stage(StrEnum):
    """Where a record failed."""

    PLAN = "plan"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a quarantined record, but for the record itself.

    `attempts` counts the plans, or runs of `apply`, in which it failed; `plan` and `run` name the
    last of them. `run` is "" for a record that no run was asked to write.
    """

    address: Address
    code: str
    stage: Stage
    error: str
    remedy: str
    plan: str
    run: str
    attempts: int
    first_at: datetime
    last_at: datetime
    source_id: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """Addresses that changes of this record may have: its key may be corrected meanwhile."""
        return names_of(self.address, self.source_id)


@dataclass(frozen=True, slots=True)
class Document:
    """An entry with its records.

    `source` are the rows of the source's snapshot, by table, without columns that have no value;
    None where no snapshot tells. `mapped` is what was to be written; None where nothing was.
    """

    entry: Entry
    source: Json = None
    mapped: Mapping[str, Json] | None = None


def names_of(address: Address, source_id: str | None) -> frozenset[str]:
    """A record by its key and by its source id, each as the text of an address."""
    by_id = [f"{address.entity}:{source_id}"] if source_id else []
    return frozenset([str(address), *by_id])


def entry_to_json(entry: Entry) -> dict[str, Json]:
    return {
        "address": str(entry.address),
        "entity": entry.address.entity,
        "key": entry.address.key,
        "source_id": entry.source_id,
        "code": entry.code,
        "stage": entry.stage.value,
        "error": entry.error,
        "remedy": entry.remedy,
        "plan": entry.plan,
        "run": entry.run,
        "attempts": entry.attempts,
        "first_at": moment_text(entry.first_at),
        "last_at": moment_text(entry.last_at),
    }


def entry_from_json(line: Mapping[str, Json]) -> Entry:
    """Raises ValueError, KeyError or TypeError for anything else."""
    return Entry(
        address=Address(line["entity"], line["key"]),
        code=line["code"],
        stage=Stage(line["stage"]),
        error=line["error"],
        remedy=line["remedy"],
        plan=line["plan"],
        run=line["run"],
        attempts=int(line["attempts"]),
        first_at=datetime.fromisoformat(line["first_at"]),
        last_at=datetime.fromisoformat(line["last_at"]),
        source_id=line["source_id"],
    )


def document_to_json(document: Document) -> dict[str, Json]:
    mapped = None if document.mapped is None else dict(document.mapped)
    return {**entry_to_json(document.entry), "source": document.source, "mapped": mapped}


def text_of(document: Document) -> str:
    """The document as it stands in its file."""
    head = to_json(entry_to_json(document.entry)).removesuffix("}")
    source, mapped = to_json(document.source), to_json(document.mapped)
    return f'{head},\n"source":{source},\n"mapped":{mapped}}}\n'


def entry_of(first_line: bytes) -> Entry:
    """The entry by the first line of a file. Raises ValueError, KeyError or TypeError."""
    return entry_from_json(json.loads(first_line.removesuffix(b",\n") + b"}"))


def document_of(text: str) -> Document:
    """The document in a file, however it is laid out. Raises ValueError, KeyError or TypeError."""
    whole = json.loads(text)
    return Document(entry_from_json(whole), whole["source"], whole["mapped"])
