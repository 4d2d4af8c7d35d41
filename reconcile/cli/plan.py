"""`reconcile plan`: compare two snapshots and write down what would have to change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from reconcile.cli.boundary import DIFFERENT, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.messages import of_plan
from reconcile.cli.quarantined import after_plan
from reconcile.errors import PlanError
from reconcile.mapping.document import mapping_digest
from reconcile.plan import build, file
from reconcile.plan.filters import OrderFilters
from reconcile.plan.narrow import NAMES, Narrowing
from reconcile.report.data import ReportData, report_data
from reconcile.report.plan_md import report_markdown
from reconcile.report.private import masked_plan
from reconcile.report.terminal import print_report
from reconcile.snapshot import Snapshot, check_files, load, newest
from reconcile.sources import SOURCES
from reconcile.targets import CURRENCIES, DEFAULTS, EXISTING, LACKING, MAIN

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(short_help="Compare two snapshots and write a plan.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="These entities alone.")
@click.option("--key", "keys", multiple=True, help="Records whose key fits, e.g. `24-*`.")
@click.option("--pilot", type=click.IntRange(min=1), help="N products, N orders, their needs.")
@click.option("--from-date", metavar="DAY", help="Orders made on this UTC day or later.")
@click.option("--to-date", metavar="DAY", help="Orders made on this UTC day or earlier.")
@click.option("--status", "statuses", multiple=True, help="Orders of this status of Magento's.")
@click.option("--store", "stores", multiple=True, help="Orders of this store view, by its code.")
@click.option("--magento", type=_FOLDER, help="A snapshot folder [default: the newest].")
@click.option("--medusa", type=_FOLDER, help="A snapshot folder [default: the newest].")
@click.option("--json", "as_json", is_flag=True, help="Print the plan's header as JSON.")
@pass_context
def plan(
    context: Context,
    *,
    only: tuple[str, ...],
    keys: tuple[str, ...],
    pilot: int | None,
    from_date: str | None,
    to_date: str | None,
    statuses: tuple[str, ...],
    stores: tuple[str, ...],
    magento: Path | None,
    medusa: Path | None,
    as_json: bool,
) -> int:
    """Compare the newest snapshots and write what would have to change.

    Nothing is written to any shop. The plan is a folder for people and machines to read; it takes
    effect only after `reconcile approve` and `reconcile apply`. Whatever a chosen record needs
    comes along, such as its categories.

    Orders that days, statuses or store views leave out are not missed, nor are their invoices,
    shipments and credit memos. Days are written 2026-01-31.

    \b
    Exit codes: 0 nothing to do, 2 there are changes, 1 failed.

    \b
    Examples:
      reconcile plan
      reconcile plan --pilot 20
      reconcile plan --only inventory_level --key '24-*'
      reconcile plan --from-date 2026-01-01 --status complete --status closed
      reconcile plan --magento .reconcile/snapshots/magento/20261121T020000Z
    """
    narrowing = Narrowing(only=only, keys=keys, pilot=pilot or 0)
    filters = OrderFilters(
        _day("--from-date", from_date), _day("--to-date", to_date), statuses, stores
    )
    root = context.config.snapshots
    source, target = _chosen(magento, root, "magento"), _chosen(medusa, root, "medusa")
    filters.check(SOURCES[source.system].order_words(source))
    inputs = inputs_of(context, source, target, narrowing, filters)
    folder = build.build(inputs, context.config.plans, datetime.now(UTC))
    report = _presented(context, folder, as_json)
    after_plan(context, folder, source)
    context.announce(of_plan(context.began, report))
    return _ended(report)


def present(context: Context, folder: Path, as_json: bool) -> int:
    """Write plan.md of a plan just made, and say what it holds; the exit code of the command."""
    return _ended(_presented(context, folder, as_json))


def _ended(report: ReportData) -> int:
    return DIFFERENT if report.groups else SAME


def _presented(context: Context, folder: Path, as_json: bool) -> ReportData:
    report = report_data(masked_plan(file.read(folder)))
    (folder / "plan.md").write_text(report_markdown(report), encoding="utf-8")
    if as_json:
        click.echo((folder / file.HEADER).read_text(), nl=False)
    else:
        print_report(context.out, report)
        context.out.print(str(folder), markup=False, soft_wrap=True)
    return report


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise PlanError(
            f"'{text}' is no day ({option}).", remedy="Write it as year, month, day: 2026-01-31."
        ) from None


def inputs_of(
    context: Context,
    source: Snapshot,
    target: Snapshot,
    narrowing: Narrowing,
    filters: OrderFilters | None = None,
) -> build.Inputs:
    """What a plan of these snapshots depends on, by the settings."""
    transforms, mappings = context.mappings()
    return build.Inputs(
        source=source,
        target=target,
        mappings=mappings,
        mapping_digest=mapping_digest(mappings.values(), transforms),
        records=SOURCES[source.system].records,
        existing=EXISTING[target.system],
        defaults=DEFAULTS[target.system](target, context.config.medusa_choices),
        currencies=CURRENCIES[target.system](target),
        lacking=LACKING[target.system](target, context.config.people),
        limits=context.config.limits,
        narrowing=narrowing,
        filters=filters or OrderFilters(),
        options={"customer": {"login": context.config.people.passwords.value}},
        source_main=SOURCES[source.system].main,
        target_main=MAIN[target.system],
        base=context.last_applied(target.url),
        work=context.config.work,
    )


def _chosen(folder: Path | None, root: Path, system: str) -> Snapshot:
    snapshot = load(folder) if folder else newest(root, system)
    check_files(snapshot)
    return snapshot
