"""`reconcile customers`: passwords of the former shop's customers."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from reconcile.cli.boundary import DIFFERENT, FAILED, SAME, STOPPED
from reconcile.cli.context import Context, pass_context
from reconcile.cli.interrupt import graceful
from reconcile.cli.printable import printable
from reconcile.errors import PlanError, SettingsError
from reconcile.journal import JOURNAL
from reconcile.journal import read as read_journal
from reconcile.model import Json
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.report.words import counted
from reconcile.reset_mails import (
    INTERRUPTED,
    RECORD,
    Progress,
    Recipient,
    Record,
    Sent,
    progress,
    recipients,
    send,
    still_open,
)
from reconcile.sealed_hashes import Written, new_key, write
from reconcile.sources.magento_rest.password_hashes import Export, Unfit, read_export
from reconcile.targets.medusa.auth import open_session
from reconcile.targets.medusa.reset_password import ask_for_new_password

SHOWN_ROWS = 20
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(short_help="Passwords of customers: seal them, or let people choose new ones.")
def customers() -> None:
    """Passwords of customers: seal them, or let people choose new ones.

    Magento tells nobody its customers' password hashes, so they come as a file that the shop's
    database gives:

    \b
      SELECT entity_id AS customer_id, email, password_hash FROM customer_entity

    `seal-hashes` turns it into a file that can lie beside plans. With `passwords: carry` and the
    companion in Medusa, everyone logs in with the password they had. Customers whose hash is not
    known have to choose a new one, which `send-reset` can ask them to.

    \b
    Examples:
      reconcile customers new-key
      reconcile customers seal-hashes customer_hashes.csv
      reconcile customers send-reset --plan latest
    """


@customers.command("new-key", short_help="Print a new key for sealed hashes.")
@pass_context
def new_key_command(context: Context) -> None:
    """Print a new key for sealed hashes.

    It belongs into the environment as RECONCILE_HASH_KEY, on the machine that seals and on the one
    that applies; `reconcile.yml` names it as `customers.hash_key`.

    \b
    Example:
      reconcile customers new-key
    """
    click.echo(new_key())
    context.note("Keep it as RECONCILE_HASH_KEY. Without it, the hashes sealed with it are lost.")


@customers.command("seal-hashes", short_help="Encrypt a file of password hashes.")
@click.argument("export", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_JSON
@pass_context
def seal_hashes(context: Context, *, export: Path, as_json: bool) -> int:
    """Encrypt the password hashes in EXPORT, a CSV file with customer_id, email, password_hash.

    The sealed file is the one `customers.hashes` names; it is replaced. Hashes that it already
    holds keep their seal, so plans made with them stay good. No hash is ever printed.

    \b
    Exit codes: 0 all are sealed, 2 some rows have no hash that can be carried, 1 failed.

    \b
    Examples:
      reconcile customers seal-hashes customer_hashes.csv
      reconcile customers seal-hashes customer_hashes.csv --json
    """
    people = context.config.people_with_key
    if people.hashes is None:
        raise SettingsError(
            "`customers.hashes` names no file.",
            remedy="Set it in reconcile.yml, for example to .reconcile/customer_hashes.sealed.",
        )
    found = read_export(export)
    unfit = [(each.customer_id, each.reason) for each in found.unfit]
    written = write(people.hashes, found.hashes.items(), people.hash_key, unfit)
    if as_json:
        click.echo(json.dumps(_sealing(people.hashes, found, written), indent=2))
    else:
        _print_sealing(context, people.hashes, found, written)
    if written.other_key:
        context.warn("The file before was sealed with another key: plans made with it are void.")
    context.warn(f"Now delete {export}, and every copy of it: it holds the hashes in clear.")
    return DIFFERENT if found.unfit else SAME


def _sealing(path: Path, found: Export, written: Written) -> dict[str, Json]:
    return {
        "path": str(path),
        "sealed": written.hashes,
        "kept": written.kept,
        "not_sealed": [asdict(each) for each in found.unfit],
    }


def _print_sealing(context: Context, path: Path, found: Export, written: Written) -> None:
    for line in _unfit_lines(found.unfit):
        click.echo(line)
    known = f", {written.kept:,} of them as before" if written.kept else ""
    click.echo(f"Sealed {written.hashes:,} password hashes{known}: {path}")
    if found.unfit:
        context.note("Customers without a sealed hash have to choose a new password.")


def _unfit_lines(unfit: Sequence[Unfit]) -> list[str]:
    shown = [
        f"line {each.line}, customer {each.customer_id}: {each.reason}"
        for each in unfit[:SHOWN_ROWS]
    ]
    more = len(unfit) - SHOWN_ROWS
    return [*shown, f"{more:,} more rows (--json names them)"] if more > 0 else shown


@customers.command("send-reset", short_help="Let customers choose a new password, by mail.")
@click.option("--plan", required=True, help="The plan that made their accounts.")
@click.option("--send", "count", type=click.IntRange(min=1), help="Send; COUNT as it was printed.")
@click.option("--by", default="", help="Who allows it.")
@click.option(
    "--per-minute",
    type=click.IntRange(min=1, max=6000),
    default=60,
    show_default=True,
    help="Mails per minute at most.",
)
@click.option("--again", is_flag=True, help="Also those who are asked already.")
@_JSON
@pass_context
def send_reset(
    context: Context,
    *,
    plan: str,
    count: int | None,
    by: str,
    per_minute: int,
    again: bool,
    as_json: bool,
) -> int:
    """Let the customers choose a new password whose accounts the plan made without one.

    Without --send it says how many mails would go out, sends nothing, and ends with 2. With --send
    and the number it said, it does for each customer what the shop's "forgotten password" does;
    the shop's subscriber of `auth.password_reset` sends the mails. Their links are good for 15
    minutes; later, customers ask in the shop itself. Nobody gets two mails unless --again says so:
    the plan's folder keeps who was asked, and running this again goes on with the rest.

    \b
    Exit codes: 0 all are asked, 2 some are not yet, 1 failed, 130 stopped by Ctrl-C.

    \b
    Examples:
      reconcile customers send-reset --plan latest
      reconcile customers send-reset --plan latest --send 1250 --by "Ana" --per-minute 30
    """
    folder = context.resolve_plan(plan)
    whole = file.read(folder)
    found = recipients(whole, read_journal(folder / JOURNAL, whole.changes))
    if count is None:
        return _announce(context, found, folder / RECORD, again=again, as_json=as_json)
    if not by.strip():
        raise PlanError("Nobody is named who allows this.", remedy="Add --by NAME.")
    _same_shop(context, whole)
    order = Order(count, by.strip(), per_minute, again)
    sent = _sent(context, found, folder / RECORD, order)
    click.echo(json.dumps(asdict(sent), indent=2) if as_json else _summary(sent))
    if sent.stopped == INTERRUPTED:
        return STOPPED
    return FAILED if sent.stopped or sent.failed or sent.doubtful else SAME


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody allows: `count` mails, so many per minute, `again` also to who got one."""

    count: int
    by: str
    per_minute: int
    again: bool


def _announce(
    context: Context, found: Sequence[Recipient], record: Path, *, again: bool, as_json: bool
) -> int:
    known = progress(record)
    waiting = still_open(found, known, again=again)
    said = {
        "to_send": len(waiting),
        "domains": len({each.domain for each in waiting}),
        "asked": sum(state is Progress.ASKED for state in known.values()),
        "doubtful": sum(state is Progress.DOUBTFUL for state in known.values()),
    }
    if as_json:
        click.echo(json.dumps(said, indent=2))
        return DIFFERENT if waiting else SAME
    mails = counted(said["to_send"], "mail", "mails")
    domains = counted(said["domains"], "domain", "domains")
    click.echo(f"{mails} to {domains} would go out; {said['asked']:,} customers are asked already.")
    if not found:
        context.note("This plan made no account that waits for a password, or is not applied yet.")
    if said["doubtful"]:
        context.note(f"{said['doubtful']:,} may have got one: the shop's answer never came.")
    if waiting:
        repeated = " --again" if again else ""
        context.note(f"Nothing was sent. `--send {len(waiting)} --by NAME{repeated}` sends them.")
    return DIFFERENT if waiting else SAME


def _same_shop(context: Context, plan: Plan) -> None:
    planned, named = plan.header.target.url.rstrip("/"), context.config.medusa.url.rstrip("/")
    if planned != named:
        raise PlanError(
            f"Plan {plan.header.id} was made for {planned}, the settings name {named}.",
            remedy="Use the settings of the shop that the plan was applied to.",
        )


def _sent(context: Context, found: Sequence[Recipient], path: Path, order: Order) -> Sent:
    """Raises PlanError when another number of mails is open than was allowed."""
    halt = threading.Event()
    session = open_session(context.config.medusa)
    with (
        closing(session),
        Record(path) as record,
        graceful(halt, lambda: context.note("Stopping after the request under way.")),
    ):
        waiting = still_open(found, record.progress, again=order.again)
        if len(waiting) != order.count:
            raise PlanError(
                f"{order.count:,} mails are allowed, {len(waiting):,} would go out.",
                remedy="Nothing was sent. Look again without --send, and allow that number.",
            )
        record.approve(order.by, order.count)
        return send(
            waiting,
            record,
            lambda email: ask_for_new_password(session, email),
            order.per_minute,
            halt.wait,
        )


def _summary(sent: Sent) -> str:
    parts = [f"Asked the shop for {sent.asked:,} mails"]
    if sent.failed:
        parts.append(f"{sent.failed:,} requests failed and can be sent again")
    if sent.doubtful:
        parts.append(f"{sent.doubtful:,} got no answer and are not sent again")
    if sent.stopped:
        parts.append(f"stopped early: {sent.stopped}")
    return printable("; ".join(parts)) + "."
