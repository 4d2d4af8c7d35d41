"""A plan on disk: `plan.json`, `changes.jsonl`, `diagnostics.jsonl`. One canonical line a record.

The same inputs give the same bytes of changes and diagnostics. The digest that an approval names
covers all three files, so one changed byte makes the approval void.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from reconcile.canonical import digest, file_digest, moment_text, to_json
from reconcile.errors import PlanError
from reconcile.model import Address, Change, Diagnostic, Json, Severity
from reconcile.plan.document import (
    FORMAT_VERSION,
    Limit,
    Plan,
    PlanHeader,
    SnapshotFacts,
    Tally,
)
from reconcile.plan.lines import StoredChanges, change_to_json, edited
from reconcile.private_file import open_private, write_private
from reconcile.unused import unused

HEADER, CHANGES, DIAGNOSTICS = "plan.json", "changes.jsonl", "diagnostics.jsonl"
SEAL = "seal"


def diagnostic_to_json(diagnostic: Diagnostic) -> dict[str, Json]:
    line = {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "address": str(diagnostic.address) if diagnostic.address else None,
        "remedy": diagnostic.remedy or None,
    }
    return {name: value for name, value in line.items() if value is not None}


def diagnostic_from_json(line: Mapping[str, Json]) -> Diagnostic:
    address = line.get("address")
    return Diagnostic(
        severity=Severity(line["severity"]),
        code=line["code"],
        message=line["message"],
        address=Address.parse(address) if address else None,
        remedy=line.get("remedy", ""),
    )


def _lines(records: Iterable[Mapping[str, Json]]) -> Iterator[bytes]:
    for record in records:
        yield to_json(record).encode() + b"\n"


def _write_lines(path: Path, records: Iterable[Mapping[str, Json]]) -> str:
    with open_private(path) as file:
        return digest(_written(file.write, _lines(records)))


def _written(write: Any, chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        write(chunk)
        yield chunk


def write(
    root: Path,
    created_at: datetime,
    changes: Iterable[Change],
    diagnostics: Callable[[], Iterable[Diagnostic]],
    header: Callable[[], PlanHeader],
) -> Path:
    """Write a plan and return its folder `<root>/<utc>-<digest8>/`.

    Changes are written as they come, so any number of them fits; diagnostics and header, which
    are only known once the last change has passed, are asked for afterwards. The header's id and
    digests are filled in here. Nothing is left behind when the disk refuses. Raises PlanError.
    """
    stamp = created_at.strftime("%Y%m%dT%H%M%SZ")
    partial = root / f".{stamp}.partial"
    try:
        partial.mkdir(parents=True, exist_ok=True, mode=0o700)
        changes_digest = _write_lines(partial / CHANGES, map(change_to_json, changes))
        found = map(diagnostic_to_json, diagnostics())
        diagnostics_digest = _write_lines(partial / DIAGNOSTICS, found)
        whole = replace(
            header(),
            id=unused(root / f"{stamp}-{changes_digest.removeprefix('sha256:')[:8]}").name,
            changes_digest=changes_digest,
            diagnostics_digest=diagnostics_digest,
        )
        line = header_to_json(whole)
        sealed = {**line, SEAL: _seal(line)}
        write_private(partial / HEADER, json.dumps(sealed, indent=2) + "\n")
        return partial.rename(root / whole.id)
    except OSError as error:
        raise PlanError(
            f"Cannot write the plan below {root}: {error}.", remedy="Free space or move `plans`."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _seal(line: Mapping[str, Json]) -> str:
    """Over the header's own values, so that an edited limit is noticed before any approval."""
    return digest([to_json({name: line[name] for name in line if name != SEAL}).encode()])


def header_to_json(header: PlanHeader) -> dict[str, Json]:
    def plain(value: Json) -> Json:
        if isinstance(value, datetime):
            return moment_text(value)
        if isinstance(value, dict):
            return {name: plain(part) for name, part in value.items()}
        return [plain(part) for part in value] if isinstance(value, list | tuple) else value

    result: dict[str, Json] = plain(asdict(header))
    for limit, values in zip(header.limits, result["limits"], strict=True):
        values["exceeded"] = limit.exceeded
    return result


def _snapshot_facts(line: Mapping[str, Json]) -> SnapshotFacts:
    return SnapshotFacts(**{**line, "taken_at": datetime.fromisoformat(line["taken_at"])})


def header_from_json(line: Mapping[str, Json]) -> PlanHeader:
    limits = [{name: part[name] for name in part if name != "exceeded"} for part in line["limits"]]
    return PlanHeader(
        **{
            **line,
            "created_at": datetime.fromisoformat(line["created_at"]),
            "source": _snapshot_facts(line["source"]),
            "target": _snapshot_facts(line["target"]),
            "tallies": tuple(Tally(**tally) for tally in line["tallies"]),
            "limits": tuple(Limit(**limit) for limit in limits),
        }
    )


def read_header(folder: Path) -> PlanHeader:
    """Raises PlanError when the folder holds no plan this version can read."""
    try:
        line = json.loads((folder / HEADER).read_text())
        if line.get("format_version") != FORMAT_VERSION:
            raise PlanError(
                f"{folder} has format {line.get('format_version')}, not {FORMAT_VERSION}.",
                remedy="Make a new plan with `reconcile plan`.",
            )
        if line.pop(SEAL, "") != _seal(line):
            raise edited(folder / HEADER)
        return header_from_json(line)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PlanError(
            f"{folder} is not a plan: {error}.", remedy="Make a new plan with `reconcile plan`."
        ) from error


def plan_digest(folder: Path) -> str:
    """The digest an approval names. Raises PlanError when a file is missing."""
    try:
        return file_digest(*(folder / name for name in (HEADER, CHANGES, DIAGNOSTICS)))
    except OSError as error:
        raise PlanError(f"{folder} is not a whole plan: {error}.") from error


def _read_lines(path: Path) -> Iterator[dict[str, Json]]:
    """The JSON objects of a file of lines. Raises PlanError naming file and line."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise PlanError(str(error), where=f"{path}:{number}") from error


def read(folder: Path) -> Plan:
    """Read a plan and check that its parts belong together. Raises PlanError."""
    header = read_header(folder)
    for name, expected in (
        (CHANGES, header.changes_digest),
        (DIAGNOSTICS, header.diagnostics_digest),
    ):
        if not (folder / name).is_file() or file_digest(folder / name) != expected:
            raise edited(folder / name)
    return Plan(
        header=header,
        changes=StoredChanges(folder / CHANGES, header.changes_digest),
        diagnostics=tuple(diagnostic_from_json(line) for line in _read_lines(folder / DIAGNOSTICS)),
        digest=plan_digest(folder),
    )
