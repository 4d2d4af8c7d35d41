"""The plan as one HTML file that opens from disk: no request leaves it, no shop text runs in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from reconcile.errors import PlanError
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.report import embedded, html_file
from reconcile.report.brief import change_brief
from reconcile.report.data import COLUMNS, incomplete_snapshots, report_data
from reconcile.report.evidence import Evidence, read_evidence
from reconcile.report.fate import fates, steps, waived
from reconcile.report.html_file import PAGE, HtmlPage
from reconcile.report.private import masked_certificate, masked_change, masked_plan
from reconcile.report.review import can_be_waived, review
from reconcile.report.survey import survey
from reconcile.report.words import VERBS

_SCRIPTS: Final = (
    "page",
    "model",
    "selection",
    "decisions",
    "approval_text",
    "memory",
    "text_diff",
    "pictures",
    "values",
    "conflicts",
    "stock",
    "detail",
    "sieve",
    "search",
    "groups",
    "virtual",
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
_PLAN_PAGE: Final = HtmlPage(
    "index.html.j2",
    styles=("page", "plan", "list", "review", "print"),
    scripts=_SCRIPTS,
    filters={
        "brief": change_brief,
        "verb": VERBS.__getitem__,
        "can_be_waived": can_be_waived,
    },
)

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
    try:
        return html_file.write(page, chunks)
    except OSError as error:
        raise PlanError(f"Cannot write the report {page}: {error}.") from error


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
    return _PLAN_PAGE.html(
        report=report,
        columns=COLUMNS,
        incomplete=incomplete_snapshots(plan.header),
        steps=steps(plan, evidence, fate_of),
        problems=evidence.problems,
        certificate=masked_certificate(evidence.certificate) if mask else evidence.certificate,
        about=about,
        keys=KEYS,
        conflicts=found.conflicts,
        names=embedded.script_json(known.as_json()),
        review=embedded.script_json(review(plan, evidence)),
        rows=embedded.array(rows.of(plan.changes)),
        pictures=embedded.array(embedded.picture_lines(thumbnails)),
        details=embedded.array(embedded.details(plan, evidence, shown)),
    )
