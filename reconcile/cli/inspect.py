"""`reconcile inspect`: one record explained, without any shop."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from reconcile.cli.boundary import DIFFERENT, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.plan import inputs_of
from reconcile.errors import PlanError
from reconcile.inspect import find
from reconcile.inspect.document import Inspection, to_json_document
from reconcile.inspect.gather import Around, explain
from reconcile.inspect.raw import shortened
from reconcile.inspect.relatives import Asked
from reconcile.inspect.snapshots import Shops, shops
from reconcile.mapping.document import EntityMapping
from reconcile.masking import masked
from reconcile.model import Address
from reconcile.personal_keys import shown
from reconcile.plan.narrow import NAMES, Narrowing
from reconcile.report.inspect_private import masked_inspection
from reconcile.report.inspect_terminal import print_inspection
from reconcile.snapshot import Snapshot, check_files, load, newest
from reconcile.sources import SOURCES
from reconcile.targets import ADMIN_LINKS

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("inspect", short_help="Explain one record: where each value is from.")
@click.argument("words", nargs=-1, required=True, metavar="[ENTITY] WHAT")
@click.option("--field", default="", metavar="PATTERN", help="Only these fields.")
@click.option("--raw", is_flag=True, help="The whole source record.")
@click.option("--full", is_flag=True, help="Personal data as it is.")
@click.option("--plan", "plan_name", default="", help="The plan to look into [default: latest].")
@click.option("--magento", type=_FOLDER, help="A snapshot folder [default: the newest].")
@click.option("--medusa", type=_FOLDER, help="A snapshot folder [default: the newest].")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def inspect(
    context: Context,
    *,
    words: tuple[str, ...],
    field: str,
    raw: bool,
    full: bool,
    plan_name: str,
    magento: Path | None,
    medusa: Path | None,
    as_json: bool,
) -> int:
    """Explain one record, from the newest snapshots and without any shop: who it is in both, how
    the two were matched, where the value of each field comes from, and what a plan would do.

    WHAT is a SKU, a handle, an e-mail, an order number, an id of either shop, or an address such as
    variant:24-MB01. ENTITY says which kind is meant where several fit. Personal data is masked, but
    with --full.

    \b
    Exit codes: 0 the same in both shops, 2 it differs or a change is planned, 1 not found, failed.

    \b
    Examples:
      reconcile inspect MJ04
      reconcile inspect product 14 --field 'metadata.*'
      reconcile inspect order 000000042 --raw
      reconcile inspect cus_01JD2Y --full
      reconcile inspect variant:24-MB01 --json
    """
    entity, what = _parted(words)
    both = _shops(context, magento, medusa)
    fitting = find.find(both, what, entity)
    found = _explained(context, both, fitting, _plan(context, plan_name))
    if found is None:
        raise _not_found(both, what, entity)
    _say(context, both, found, field, raw=raw, full=full, as_json=as_json)
    return SAME if found.is_same else DIFFERENT


def _parted(words: Sequence[str]) -> tuple[str, str]:
    """An entity, if one is named, and what is looked for."""
    if len(words) == 1:
        return "", words[0]
    if len(words) == 2 and words[0] in NAMES:
        return words[0], words[1]
    known = ", ".join(NAMES)
    raise PlanError(
        f"`{' '.join(words)}` is not an entity and one record.",
        remedy=f"Quote names with blanks in them. Entities are: {known}.",
    )


def _shops(context: Context, magento: Path | None, medusa: Path | None) -> Shops:
    root = context.config.snapshots
    source, target = _snapshot(magento, root, "magento"), _snapshot(medusa, root, "medusa")
    kind = SOURCES[source.system]
    return shops(inputs_of(context, source, target, Narrowing()), kind.origins, kind.parts)


def _snapshot(folder: Path | None, root: Path, system: str) -> Snapshot:
    snapshot = load(folder) if folder else newest(root, system)
    check_files(snapshot)
    return snapshot


def _plan(context: Context, name: str) -> Path | None:
    """The plan asked for; without a word the newest, if there is any."""
    if name:
        return context.resolve_plan(name)
    folders = sorted(path.parent for path in context.config.plans.glob("[!.]*/plan.json"))
    return folders[-1] if folders else None


def _explained(
    context: Context, both: Shops, fitting: Sequence[Asked], plan: Path | None
) -> Inspection | None:
    """The first of those that fit, of which the snapshots know anything; the others are named."""
    around = _around(context, both, plan)
    for place, asked in enumerate(fitting):
        found = explain(both, asked, around, datetime.now(UTC))
        if found is not None:
            return replace(found, others=tuple(_named(each) for each in fitting[place + 1 :]))
    return None


def _around(context: Context, both: Shops, plan: Path | None) -> Around:
    source, target = both.inputs.source, both.inputs.target
    kind = SOURCES[source.system]
    admin = context.config.magento_admin or f"{source.url}{kind.admin}"
    return Around(
        context.config.plans,
        context.config.quarantine,
        plan,
        partial(kind.admin_link, admin),
        partial(ADMIN_LINKS[target.system], target.url),
    )


def _named(asked: Asked) -> Address:
    return Address(asked.entity, asked.key or asked.source_id or asked.target_id or "")


def _not_found(both: Shops, what: str, entity: str) -> PlanError:
    alike = [shown(address) for address in find.look_alikes(both, what, entity)]
    where = f"{entity} " if entity else ""
    return PlanError(
        f"Neither shop's snapshot has a record called {where}'{masked(what)}'.",
        remedy=f"Near to it: {', '.join(alike)}."
        if alike
        else "Give a SKU, handle, e-mail, order number, an id of either shop, or entity:key.",
    )


def _say(
    context: Context,
    both: Shops,
    found: Inspection,
    field: str,
    *,
    raw: bool,
    full: bool,
    as_json: bool,
) -> None:
    told = found if full else masked_inspection(found)
    if full:
        context.note("Personal data is shown as it is; nothing of it is logged.")
    if field:
        told = told.narrowed(field)
    mapping = both.inputs.mappings.get(found.address.entity)
    origins = both.origins.get(found.address.entity, ())
    if not raw:
        told = shortened(told, _read(both, mapping), origins)
    if as_json:
        click.echo(json.dumps(to_json_document(told), indent=2))
    else:
        print_inspection(context.out, told)


def _read(both: Shops, mapping: EntityMapping | None) -> set[str]:
    """The source's columns that the rules of a mapping come from."""
    paths = mapping.paths if mapping else set()
    made_of = SOURCES[both.inputs.source.system].made_of
    return paths.union(*(made_of.get(path, ()) for path in paths))
