"""The command line: `main` and the list of its commands, in the order in which they are used."""

from __future__ import annotations

from pathlib import Path

import click

from reconcile import __version__
from reconcile.cli.boundary import Program
from reconcile.cli.context import Context, pass_context
from reconcile.cli.lazy import Entry

COMMANDS = (
    Entry("demo", "reconcile.cli.demo:demo", "All of it, on a sample Magento and a real Medusa."),
    Entry("init", "reconcile.cli.init:init", "Write a workspace: settings, mappings, folders."),
    Entry("check", "reconcile.cli.check:check", "Are both shops and the mappings ready?"),
    Entry("snapshot", "reconcile.cli.snapshot:snapshot", "Read both shops into Parquet files."),
    Entry("plan", "reconcile.cli.plan:plan", "Compare two snapshots and write a plan."),
    Entry("show", "reconcile.cli.show:show", "Show a plan: summary, single changes, JSON or HTML."),
    Entry("approve", "reconcile.cli.approve:approve", "Allow exactly this plan to be applied."),
    Entry("apply", "reconcile.cli.apply:apply", "Execute an approved plan, and nothing else."),
    Entry("verify", "reconcile.cli.verify:verify", "Read back what was applied, and prove it."),
    Entry("drift", "reconcile.cli.drift:drift", "How far the two shops have moved apart."),
    Entry("history", "reconcile.cli.history:history", "How drift went over time."),
    Entry(
        "inspect", "reconcile.cli.inspect:inspect", "Explain one record: where each value is from."
    ),
    Entry(
        "companion",
        "reconcile.cli.companion:companion",
        "Put the companion into a Medusa project, or take it out.",
    ),
    Entry(
        "customers",
        "reconcile.cli.customers:customers",
        "Passwords of customers: seal them, or let people choose new ones.",
    ),
    Entry(
        "replan", "reconcile.cli.replan:replan", "A new plan from what another one could not write."
    ),
    Entry("undo", "reconcile.cli.undo:undo", "A plan that takes back what another one did."),
    Entry("audit", "reconcile.cli.audit:audit", "Check an applied plan's files, without any shop."),
    Entry(
        "quarantine",
        "reconcile.cli.quarantine:quarantine",
        "Records that could not be carried: look, retry, drop.",
    ),
    Entry("pack", "reconcile.cli.pack:pack", "A plan as one sealed file, to send it elsewhere."),
    Entry("unpack", "reconcile.cli.pack:unpack", "Open a sealed plan, if it is the one expected."),
    Entry("locks", "reconcile.cli.locks:locks", "List who is writing to a shop, or was."),
    Entry("unlock", "reconcile.cli.locks:unlock", "Clear a lock that was left behind."),
    Entry("snapshots", "reconcile.cli.snapshots:snapshots", "List the snapshots taken so far."),
    Entry(
        "transforms",
        "reconcile.cli.transforms:transforms",
        "List the transforms mappings can use.",
    ),
    Entry("docs", "reconcile.cli.docs:docs", "Read the manual."),
    Entry(
        "sandbox",
        "reconcile.cli.sandbox:sandbox",
        "Run a real Medusa and a sample Magento on this machine.",
    ),
)


@click.group(
    cls=Program, entries=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--workspace",
    "-w",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="RECONCILE_WORKSPACE",
    show_envvar=True,
    help="Folder with reconcile.yml [default: this one or the nearest above].",
)
@click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no notes.")
@click.version_option(__version__, message="reconcile %(version)s")
@pass_context
def main(context: Context, workspace: Path | None, *, debug: bool, quiet: bool) -> None:
    """Move a Magento 2 shop to Medusa v2 by comparing first.

    \b
    reconcile demo                         all of it on a sample shop
    reconcile init, then check             set up a workspace
    reconcile snapshot, plan, show         look at what would change
    reconcile approve, apply, verify       change exactly that, and prove it

    Exit codes: 0 done or nothing to do, 2 there are differences, 1 failed, 130 stopped by Ctrl-C.
    """
    context.named_workspace, context.debug, context.quiet = workspace, debug, quiet


__all__ = ["main"]
