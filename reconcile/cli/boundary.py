"""What every command has in common when it ends: exit codes and errors in words.

    0  done, or nothing to do          2    there are differences
    1  failed, whatever the reason     130  stopped by Ctrl-C

A command returns its exit code, or nothing for 0.
"""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import click

from reconcile.cli.context import Context
from reconcile.cli.lazy import LazyGroup
from reconcile.errors import ReconcileError

SAME, FAILED, DIFFERENT, STOPPED = 0, 1, 2, 130


class Program(LazyGroup):
    """The outermost command."""

    def main(self, *args: Any, standalone_mode: bool = True, **settings: Any) -> Any:
        if standalone_mode:
            _printable_everywhere()
        context = Context()
        run: Callable[..., Any] = super().main
        run = partial(run, *args, standalone_mode=False, **{"obj": context, **settings})
        return _ended(context, run) if standalone_mode else run()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The context knows which command runs, also once it has failed."""
        found = super().resolve_command(ctx, args)
        if context := ctx.find_object(Context):
            context.command = found[0] or ""
        return found


def _printable_everywhere() -> None:
    """Where the output's encoding has no `→`, it is written as an escape; that is no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _ended(context: Context, run: Callable[[], Any]) -> NoReturn:
    """Run and leave the process with the right exit code."""
    try:
        code = run()
    except click.Abort:
        context.note("Stopped.")
        sys.exit(STOPPED)
    except click.ClickException as error:
        error.show()
        sys.exit(FAILED)
    except (ReconcileError, OSError) as error:
        _tell(context, error)
        code = FAILED
    _announce_failure(context)
    sys.exit(code if isinstance(code, int) else SAME)


def _announce_failure(context: Context) -> None:
    """Here, once for all commands: errors that were told on the terminal go to `notify` too."""
    if context.errors:
        from reconcile.cli.announcing import announce_failure

        announce_failure(context)


def _tell(context: Context, error: ReconcileError | OSError) -> None:
    if context.debug:
        traceback.print_exception(error)
    context.fail(error if isinstance(error, ReconcileError) else _of_system(error))


def _of_system(error: OSError) -> ReconcileError:
    """A full disk, a file one may not write: the operating system's words, and the file's name."""
    return ReconcileError(f"{error.strerror or error}.", where=str(error.filename or ""))
