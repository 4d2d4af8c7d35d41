"""`reconcile demo`: the whole story, on a sample Magento and a real Medusa."""

from __future__ import annotations

import time
from pathlib import Path

import click

from reconcile.cli.boundary import DIFFERENT, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.printable import printable
from reconcile.errors import ReconcileError
from reconcile.sandbox.prepare import Request
from reconcile.sandbox.selection import Wish
from reconcile.sandbox.state import SandboxState
from reconcile.sandbox.up import reset
from reconcile.thumbnails import can_draw

WHERE = Path(".reconcile/demo")

REPORT = ("show", "latest", "--html", *(("--thumbnails",) if can_draw() else ()))

STORY = (
    (("check",), SAME, "Are both shops ready?"),
    (("snapshot",), SAME, "Read both shops."),
    (("plan",), DIFFERENT, "Compare them and write a plan."),
    (("approve", "latest", "--by", "demo"), SAME, "Approve exactly this plan."),
    (("apply", "latest"), SAME, "Carry it out, and nothing else."),
    (("verify", "latest"), SAME, "Read everything back."),
    (REPORT, SAME, "Write the report."),
    (("drift",), SAME, "Read both once more: nothing has moved apart."),
)
"""Command, the exit code that is right for it, and why it is called."""


@click.command(short_help="All of it, on a sample Magento and a real Medusa.")
@click.option("--size", type=click.IntRange(min=1), default=200, show_default=True,
              help="Products of the sample shop.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another shop.")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Recorded Magento answers instead of a generated shop.")  # fmt: skip
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=WHERE,
              show_default=True, help="The workspace of the demo.")  # fmt: skip
@pass_context
def demo(context: Context, size: int, seed: int, data: Path | None, folder: Path) -> int:
    """Run the whole story on a sample Magento and a real Medusa; nothing to configure.

    The shops run on this machine and go on running afterwards, to look around in. The first run
    installs Medusa from npm, which takes about two minutes; it needs Node 20 or later.

    \b
    Examples:
      reconcile demo
      reconcile demo --size 2000 --seed 7
    """
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    _run(context, folder, ("init", str(folder)), SAME, "Write a workspace.")
    _headline(context, folder, ("sandbox", "reset"), "Start both shops; Medusa is empty.")
    wish = Wish(size=None if data else size, seed=None if data else seed, drift=None, data=data)
    shops = reset(folder, Request(wish))
    for arguments, expected, why in STORY:
        _run(context, folder, arguments, expected, why)
    _closing(context, folder, shops, time.monotonic() - began)
    return SAME


def _headline(context: Context, folder: Path, arguments: tuple[str, ...], why: str) -> None:
    context.out.print()
    context.out.print(why, style="bold", markup=False)
    command = " ".join(("reconcile", "-w", str(folder), *arguments))
    context.out.print(f"$ {printable(command)}", style="cyan", markup=False, soft_wrap=True)


def _run(
    context: Context, folder: Path, arguments: tuple[str, ...], expected: int, why: str
) -> None:
    """One command, as a user would type it."""
    from reconcile.cli import main

    _headline(context, folder, arguments, why)
    own = Context()
    own.debug, own.quiet = context.debug, context.quiet
    code = main.main(["-w", str(folder), *arguments], standalone_mode=False, obj=own)
    if (code or SAME) != expected:
        raise ReconcileError(
            f"`reconcile {' '.join(arguments)}` ended with {code}, {expected} was expected.",
            remedy=f"Look at the messages above and at the logs in {folder}/.reconcile.",
        )


def _closing(context: Context, folder: Path, shops: SandboxState, seconds: float) -> None:
    """Where to look, and what to try."""
    plans = sorted(path.parent.name for path in (folder / "plans").glob("*/approval.yml"))
    report = folder / "reports" / plans[-1] / "index.html"
    lines = (
        "",
        f"Done in {seconds:.0f} s.",
        f"  Medusa    {shops.medusa.url}/admin  (keys in {folder / '.env'})",
        f"  Magento   {shops.magento.url}/rest/V1",
        f"  Review    {report.resolve()}",
        f"  Overview  {(folder / 'reports' / 'index.html').resolve()}",
        "Try next:",
        f"  reconcile -w {folder} sandbox up --drift 12    # let the Magento shop change",
        f"  reconcile -w {folder} drift                    # and see how far they are apart",
        f"  reconcile -w {folder} plan && reconcile -w {folder} show latest --html",
        f"  reconcile -w {folder} sandbox down             # stop both shops",
    )
    for line in lines:
        context.out.print(line, markup=False, soft_wrap=True)
