"""`reconcile drift`: how far the two shops have moved apart."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from reconcile.cli.boundary import DIFFERENT, SAME
from reconcile.cli.context import SOURCE, TARGET, Context, pass_context
from reconcile.cli.history import refresh_index
from reconcile.cli.plan import inputs_of
from reconcile.cli.printable import printable
from reconcile.cli.snapshot import take_new
from reconcile.drift import files
from reconcile.drift.comparison import Request
from reconcile.drift.run import Finished, Places, run
from reconcile.errors import SnapshotError
from reconcile.notify.message import Message, Row, State
from reconcile.plan.narrow import NAMES, Narrowing
from reconcile.report.drift_terminal import conclusion, over, print_drift
from reconcile.report.words import plural
from reconcile.snapshot import Snapshot, check_files, load
from reconcile.sources import SOURCES

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_SEEDS = 2**32


def _share(_: click.Context, __: click.Parameter, text: str | None) -> Decimal | None:
    """`0.5` or `0.5%`."""
    if text is None:
        return None
    try:
        share = Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation:
        share = Decimal(-1)
    if not share.is_finite() or not 0 <= share <= 100:
        raise click.BadParameter(f"'{text}' is no share from 0 to 100, such as 0.5%.")
    return share


@click.command(short_help="How far the two shops have moved apart.")
@click.option("--max", "most", callback=_share, metavar="PERCENT", help="What may differ.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="These entities alone.")
@click.option("--magento", type=_FOLDER, help="A snapshot folder [default: take one now].")
@click.option("--medusa", type=_FOLDER, help="A snapshot folder [default: take one now].")
@click.option(
    "--sample", type=click.IntRange(min=1), help="Check N records of each value by value."
)
@click.option("--seed", type=click.IntRange(min=0), help="Which N [default: others each time].")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json.")
@pass_context
def drift(
    context: Context,
    *,
    most: Decimal | None,
    only: tuple[str, ...],
    magento: Path | None,
    medusa: Path | None,
    sample: int | None,
    seed: int | None,
    as_json: bool,
) -> int:
    """Read both shops, compare them, and say how far they have moved apart.

    Nothing is written to any shop, and no plan is made. What differs is written into
    reports/drift: a page for the browser, and CSV files that a spreadsheet can open safely.
    Differences that only Medusa's side made count as well, with who changed what as far as it is
    known what was last applied.

    With --max, up to that share of each entity's records may differ. With --sample, N records of
    each entity are drawn and compared once more by other means, value by value.

    \b
    Exit codes: 0 the same (or within --max), 2 they differ, 1 failed.

    \b
    Examples:
      reconcile drift
      reconcile drift --max 0.5%
      reconcile drift --only product --only variant --json
      reconcile drift --sample 200 --seed 7
      reconcile drift --magento .reconcile/snapshots/magento/20261121T020000Z
    """
    source, target = _snapshots(context, magento, medusa)
    _warn_of(context, source)
    config = context.config
    system = SOURCES[source.system]
    request = Request(
        inputs_of(context, source, target, Narrowing()),
        only,
        sample or 0,
        secrets.randbelow(_SEEDS) if seed is None else seed,
        system.origins,
        system.paths,
        config.redirects,
    )
    places = Places(config.reports, config.work, config.history, context.shared_state())
    done = run(
        request,
        places,
        context.began,
        lambda: datetime.now(UTC),
        most=most,
        mask=config.masked_reports,
    )
    refresh_index(context)
    context.announce(message_of(done))
    _print(context, done, as_json)  # last: whoever reads it may stop reading
    return SAME if done.summary.tolerated else DIFFERENT


def _snapshots(
    context: Context, magento: Path | None, medusa: Path | None
) -> tuple[Snapshot, Snapshot]:
    """Those given, and new ones of the shops of which none is."""
    given = {SOURCE: magento, TARGET: medusa}
    lacking = [system for system, folder in given.items() if folder is None]
    only = lacking[0] if len(lacking) == 1 else None
    taken = {each.system: each for each in take_new(context, only)} if lacking else {}
    found = {name: load(folder) if folder else taken[name] for name, folder in given.items()}
    for name, each in found.items():
        if each.system != name:
            raise SnapshotError(
                f"{each.folder} is a snapshot of {each.system}, not of {name}.",
                remedy="Give the folders the other way round.",
            )
        check_files(each)
    return found[SOURCE], found[TARGET]


def _warn_of(context: Context, source: Snapshot) -> None:
    for table, facts in sorted(source.tables.items()):
        if not facts.complete:
            context.warn(
                f"The table '{table}' of {source.system} is not complete: "
                f"{printable(facts.incomplete)}. Records of Medusa whose source was not read are "
                "not called gone."
            )


def _print(context: Context, done: Finished, as_json: bool) -> None:
    if as_json:
        shown = done.summary.masked() if context.config.masked_reports else done.summary
        click.echo(files.text_of(shown), nl=False)
        for line in over(done.summary):
            context.warn(line)
    else:
        print_drift(context.out, done.summary, done.folder, done.found)


def message_of(done: Finished) -> Message:
    """Differences within what was allowed are none to be told of."""
    summary = done.summary
    names = ("different", "missing_in_medusa", "medusa_only")
    rows = (
        Row(plural(each.entity), {name: count for name in names if (count := getattr(each, name))})
        for each in summary.entities
    )
    return Message(
        command="drift",
        state=State.SAME if summary.tolerated else State.DRIFT,
        headline=conclusion(summary),
        started=datetime.fromisoformat(summary.started_at),
        ended=datetime.now(UTC),
        counts=tuple(row for row in rows if row.numbers),
        dangers=tuple(f"{line}." for line in over(summary)),
        shops=(summary.source.url, summary.target.url),
        run=summary.id,
    )
