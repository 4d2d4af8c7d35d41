"""`reconcile plan`: compare two snapshots and write down what would have to change."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from reconcile.cli.boundary import DIFFERENT, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.mapping.document import mapping_digest
from reconcile.plan import build, file
from reconcile.plan.narrow import NAMES, Narrowing
from reconcile.report.plan_md import plan_markdown
from reconcile.report.terminal import print_summary
from reconcile.snapshot import Snapshot, check_files, load, newest
from reconcile.sources import SOURCES
from reconcile.targets import CURRENCIES, DEFAULTS, EXISTING

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(short_help="Compare two snapshots and write a plan.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="These entities alone.")
@click.option("--key", "keys", multiple=True, help="Records whose key fits, e.g. `24-*`.")
@click.option("--pilot", type=click.IntRange(min=1), help="N products and all they need.")
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
    magento: Path | None,
    medusa: Path | None,
    as_json: bool,
) -> int:
    """Compare the newest snapshots and write what would have to change.

    Nothing is written to any shop. The plan is a folder for people and machines to read; it takes
    effect only after `reconcile approve` and `reconcile apply`. Whatever a chosen record needs
    comes along, such as its categories.

    \b
    Exit codes: 0 nothing to do, 2 there are changes, 1 failed.

    \b
    Examples:
      reconcile plan
      reconcile plan --pilot 20
      reconcile plan --only inventory_level --key '24-*'
      reconcile plan --magento .reconcile/snapshots/magento/20261121T020000Z
    """
    narrowing = Narrowing(only=only, keys=keys, pilot=pilot or 0)
    root = context.config.snapshots
    source, target = _chosen(magento, root, "magento"), _chosen(medusa, root, "medusa")
    inputs = _inputs(context, source, target, narrowing)
    folder = build.build(inputs, context.config.plans, datetime.now(UTC))
    made = file.read(folder)
    (folder / "plan.md").write_text(plan_markdown(made), encoding="utf-8")
    if as_json:
        click.echo((folder / file.HEADER).read_text(), nl=False)
    else:
        print_summary(context.out, made)
        context.out.print(str(folder), markup=False, soft_wrap=True)
    return DIFFERENT if made.changes else SAME


def _inputs(
    context: Context, source: Snapshot, target: Snapshot, narrowing: Narrowing
) -> build.Inputs:
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
        limits=context.config.limits,
        narrowing=narrowing,
    )


def _chosen(folder: Path | None, root: Path, system: str) -> Snapshot:
    snapshot = load(folder) if folder else newest(root, system)
    check_files(snapshot)
    return snapshot
