"""`plan.md`: the plan as a page of Markdown, for review in a pull request.

Same plan, same text. Text from shops is escaped; it can neither make links nor mention anyone. What
tells something about a person is masked.
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from reconcile.canonical import moment_text
from reconcile.plan.document import Plan
from reconcile.report.brief import change_brief
from reconcile.report.data import COLUMNS, ReportData, incomplete_snapshots, report_data
from reconcile.report.private import masked_plan
from reconcile.report.text import markdown, markdown_code, one_line
from reconcile.report.words import VERBS, number, plural


def plan_markdown(plan: Plan) -> str:
    """The text of `plan.md`. It holds the digest but is not covered by it."""
    return report_markdown(report_data(masked_plan(plan)))


def report_markdown(report: ReportData) -> str:
    """The same of what is summarised already, masked."""
    template = _environment().get_template("plan.md.j2")
    incomplete = incomplete_snapshots(report.header)
    return template.render(report=report, columns=COLUMNS, incomplete=incomplete)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reconcile.report"),
        autoescape=False,  # noqa: S701 - Markdown, not HTML: every value goes through md or code
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "md": lambda text: markdown(one_line(text, 240)),
        "code": lambda text: markdown_code(str(text)),
        "number": number,
        "plural": plural,
        "moment": moment_text,
        "brief": change_brief,
        "verb": VERBS.__getitem__,
    }
    return environment
