"""The plan as one HTML file that opens from disk: no request leaves it, no shop text runs in it."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from reconcile.errors import PlanError
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.report import embedded
from reconcile.report.brief import change_brief
from reconcile.report.data import COLUMNS, incomplete_snapshots, report_data
from reconcile.report.evidence import Evidence, read_evidence
from reconcile.report.fate import fates, steps, waived
from reconcile.report.private import masked_certificate, masked_change, masked_plan
from reconcile.report.review import can_be_waived, review
from reconcile.report.survey import survey
from reconcile.report.text import visible
from reconcile.report.words import VERBS, minute, number, plural

PAGE = "index.html"
SCRIPTS: Final = (
    "model",
    "selection",
    "decisions",
    "approval_text",
    "memory",
    "text_diff",
    "pictures",
    "values",
    "conflicts",
    "detail",
    "search",
    "groups",
    "list",
    "rows",
    "filters",
    "bulk",
    "charts",
    "recap",
    "approval",
    "keys",
    "start",
)
"""The parts of the page's script, in the order they are joined."""

STYLES: Final = ("report.css", "list.css", "review.css", "print.css")
KEYS: Final = (
    ("/", "search"),
    ("j k", "next and previous change"),
    ("Enter o", "open or close it"),
    ("x", "exclude or include it, or its group"),
    ("X", "exclude or include all that are listed"),
    ("s t u", "a conflict: take source, take target, undecided"),
    ("c", "fold its group"),
    ("g c", "go to the changes; g d dangers, g l limits, g m diagnostics, g a approval, g g top"),
    ("Esc", "clear the filters"),
    ("?", "these keys"),
)
"""What keys.js does, as the page tells it: keys, and what they are for."""

NO_PICTURES: Final[Mapping[str, str]] = MappingProxyType({})


def write_html(
    plan_folder: Path,
    reports_root: Path,
    *,
    mask: bool = True,
    thumbnails: Mapping[str, str] = NO_PICTURES,
) -> Path:
    """Write `<reports_root>/<plan id>/index.html` and return its path. Raises PlanError."""
    page = reports_root / plan_folder.resolve().name / PAGE
    return write_page(plan_folder, page, mask=mask, thumbnails=thumbnails)


def write_page(
    plan_folder: Path,
    page: Path,
    *,
    mask: bool = True,
    thumbnails: Mapping[str, str] = NO_PICTURES,
) -> Path:
    """Write the report of a plan to a file of any name and return it.

    Approval, journal and certificate are shown where they lie in the plan's folder. The page is
    readable by its owner only, and replaced as a whole; `mask` hides what tells something about a
    person. `thumbnails` maps the URLs of images to `data:` URIs of small ones (JPEG, PNG or WebP;
    others are left out). Raises PlanError.
    """
    plan = file.read(plan_folder)
    evidence = read_evidence(plan_folder, plan.changes)
    chunks = html(plan, evidence, mask=mask, thumbnails=thumbnails)
    partial = page.with_name(f".{page.name}.partial")
    try:
        page.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(partial, chunks)
        return partial.replace(page)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise PlanError(f"Cannot write the report {page}: {error}.") from error


def _write_private(path: Path, chunks: Iterable[str]) -> None:
    """`backslashreplace` turns a lone surrogate into its JSON escape."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as page:
        page.writelines(chunks)


def html(
    plan: Plan,
    evidence: Evidence,
    *,
    mask: bool = True,
    thumbnails: Mapping[str, str] = NO_PICTURES,
) -> Iterator[str]:
    """The page in pieces, so that no plan is too large."""
    report = report_data(masked_plan(plan) if mask else plan, waived(plan, evidence))
    shown = masked_change if mask else lambda change: change
    found, fate_of = survey(plan.changes), fates(plan, evidence)
    about = found.about(plan.diagnostics)
    known = embedded.names(report, found, about)
    rows = embedded.Rows(plan.digest, known, found, fate_of, shown)
    style, script = "".join(map(_resource, STYLES)), _script()
    return (
        _environment()
        .get_template("index.html.j2")
        .generate(
            report=report,
            columns=COLUMNS,
            incomplete=incomplete_snapshots(plan.header),
            steps=steps(plan, evidence, fate_of),
            problems=evidence.problems,
            certificate=masked_certificate(evidence.certificate) if mask else evidence.certificate,
            style=style,
            style_hash=_csp_hash(style),
            script=script,
            script_hash=_csp_hash(script),
            about=about,
            keys=KEYS,
            conflicts=found.conflicts,
            names=embedded.script_json(known.as_json()),
            review=embedded.script_json(review(plan, evidence)),
            rows=embedded.array(rows.of(plan.changes)),
            pictures=embedded.array(embedded.picture_lines(thumbnails)),
            details=embedded.array(embedded.details(plan, evidence, shown)),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reconcile.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": lambda text: visible(str(text)),
        "number": number,
        "plural": plural,
        "moment": minute,
        "brief": change_brief,
        "verb": VERBS.__getitem__,
        "can_be_waived": can_be_waived,
    }
    return environment


def _resource(name: str) -> str:
    return (files("reconcile.report") / "templates" / name).read_text(encoding="utf-8")


def _script() -> str:
    parts = "\n".join(_resource(f"script/{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _csp_hash(text: str) -> str:
    """What a Content-Security-Policy calls an inline block it allows."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
