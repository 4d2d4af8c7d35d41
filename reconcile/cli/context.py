"""What every command needs: settings, consoles, progress, the two shops, a plan by its name."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconcile.errors import PlanError, ReconcileError

if TYPE_CHECKING:
    from rich.console import Console

    from reconcile.apply.lock import MachineLock
    from reconcile.apply.state_lock import StateLock
    from reconcile.base import Base
    from reconcile.config import Config
    from reconcile.journal import History
    from reconcile.mapping.document import EntityMapping
    from reconcile.mapping.transforms import Transforms
    from reconcile.notify.message import Message
    from reconcile.plan.document import Approval, Plan
    from reconcile.state import State
    from reconcile.systems import Progress, Reader, Target

SOURCE, TARGET = "magento", "medusa"
"""The systems of this tool, as `sources` and `targets` name them."""

PLAIN_WIDTH = 160
"""Columns of the output when nobody looks at it through a terminal."""


class Context:
    """Made once per call. Everything is read or opened when first asked for, and not before."""

    def __init__(self) -> None:
        self.named_workspace: Path | None = None
        self.debug = False
        self.quiet = False
        self.began = datetime.now(UTC)
        self.command = ""
        self.errors: list[ReconcileError] = []
        """What `fail` printed."""

    @cached_property
    def workspace(self) -> Path:
        """The folder with reconcile.yml. Raises SettingsError when there is none."""
        from reconcile.config import find_workspace

        return self.named_workspace or find_workspace(Path.cwd())

    @cached_property
    def config(self) -> Config:
        """The settings. Raises SettingsError with file, line and remedy."""
        from reconcile.config import load

        return load(self.workspace)

    @cached_property
    def out(self) -> Console:
        """Results go here."""
        return _console(stderr=False)

    @cached_property
    def err(self) -> Console:
        """Progress, notes and errors go here."""
        return _console(stderr=True)

    def note(self, text: str) -> None:
        """A line for people, beside the result. `--quiet` leaves it out."""
        if not self.quiet:
            self.err.print(text, markup=False, highlight=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """A line that `--quiet` does not leave out."""
        self.err.print(f"Warning: {text}", style="yellow", markup=False, highlight=False)

    def fail(self, error: ReconcileError) -> None:
        """Print an error as one block: what and where, then the remedy."""
        from reconcile.cli.printable import printable

        self.errors.append(error)
        place = f"{error.where}: " if error.where else ""
        message = printable(f"{place}{error.message}", lines=True)
        self.err.print("Error:", style="bold red", end=" ")
        self.err.print(message, markup=False, highlight=False, soft_wrap=True)
        if error.remedy:
            self.err.print("Remedy:", style="bold", end=" ")
            remedy = printable(error.remedy, lines=True)
            self.err.print(remedy, markup=False, highlight=False, soft_wrap=True)

    def announce(self, message: Message) -> None:
        """Tell whom the settings name (`notify`). What cannot be told is a warning."""
        from reconcile.cli.announcing import announce

        announce(self, message)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Bars on a terminal, plain lines elsewhere, nothing with `--quiet`."""
        from reconcile.progress import BarProgress, LineProgress, SilentProgress

        if self.quiet:
            yield SilentProgress()
        elif self.err.is_terminal:
            with BarProgress(self.err) as bars:
                yield bars
        else:
            yield LineProgress(sys.stderr)

    def open_source(self) -> Reader:
        """The shop that is read; the caller closes it. Raises SettingsError."""
        from reconcile.sources import SOURCES

        settings = self.config.magento
        self._warn_of(settings.url)
        return SOURCES[SOURCE].open(settings, self.config.people)

    def open_target(self, *, to_write: bool = False) -> Target:
        """The shop that is written; the caller closes it. Raises SettingsError.

        Only `to_write` is the key of the password hashes needed, if settings name one.
        """
        from reconcile.targets import open_target

        settings = self.config.medusa
        self._warn_of(settings.url)
        people = self.config.people_with_key if to_write else self.config.people
        return open_target(settings, TARGET, people)

    def machine_lock(self) -> MachineLock:
        """The locks of this machine."""
        from reconcile.apply.lock import MachineLock

        return MachineLock(self.config.locks, self.note)

    def state_lock(self) -> StateLock | None:
        """The locks of all machines, when the settings name a place. Raises SettingsError."""
        from reconcile.apply.state_lock import StateLock

        state = self._state()
        return StateLock(state, self.note) if state else None

    def last_applied(self, url: str) -> Base:
        """What was last applied to a shop: by whichever machine, with a `state` in the settings."""
        from reconcile import base, shared_base

        if state := self._state():
            shared_base.fetch(state, self.config.base, url)
        return base.load(self.config.base, url)

    def remember(self, plan: Plan, approval: Approval, history: History) -> None:
        """Keep what is applied of a plan by now as what was last applied."""
        from reconcile import remember, shared_base

        remember.remember(self.config.base, plan, approval, history)
        if state := self._state():
            shared_base.publish(state, self.config.base, plan.header.target.url)

    def shared_state(self) -> State | None:
        """Where machines share what they know, when the settings name a place.

        Raises SettingsError.
        """
        return self._state()

    def _state(self) -> State | None:
        from reconcile.state import State

        address = self.config.state
        return State(address) if address else None

    def _warn_of(self, address: str) -> None:
        from reconcile.config import sends_in_clear

        if sends_in_clear(address):
            self.warn(f"{address} is not https: credentials and data travel unencrypted.")

    def mappings(self) -> tuple[Transforms, dict[str, EntityMapping]]:
        """The transforms, and the mapping documents by entity. Raises MappingError with line."""
        from reconcile.mapping import document
        from reconcile.mapping.transforms import load_transforms
        from reconcile.sources import SOURCES

        transforms = load_transforms(self.config.transforms)
        choices = SOURCES[SOURCE].choices
        return transforms, document.load(self.config.mappings, transforms, choices)

    def resolve_plan(self, text: str) -> Path:
        """The folder of a plan given as a path, a name, the start of a name, or `latest`.

        The name of a run means the plan it applied. Raises PlanError when there is none, or more
        than one.
        """
        if (Path(text) / "plan.json").is_file():
            return Path(text)
        if RUN.fullmatch(text):
            return _plan_of_run(text, self.config.plans)
        names = sorted(file.parent.name for file in self.config.plans.glob("[!.]*/plan.json"))
        return self.config.plans / _chosen(text, names, self.config.plans)


pass_context = click.make_pass_decorator(Context)

RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
"""What names of runs look like; those of plans have two letters more."""


def _plan_of_run(run: str, plans: Path) -> Path:
    start = f'"run":"{run}"'.encode()
    for journal in sorted(plans.glob("*/journal.ndjson")):
        with journal.open("rb") as lines:
            if any(start in line for line in lines):
                return journal.parent
    raise PlanError(
        f"No journal below {plans} tells of a run {run}.",
        remedy="`reconcile apply --json` and the first line of a journal name the run.",
    )


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    return console


def _chosen(text: str, names: list[str], plans: Path) -> str:
    """Names begin with their UTC time, so the last one is the newest."""
    fitting = names[-1:] if text == "latest" else [name for name in names if name.startswith(text)]
    if len(fitting) == 1 or text in fitting:
        return text if text in fitting else fitting[0]
    if fitting:
        raise PlanError(
            f"'{text}' begins the names of {len(fitting)} plans: {', '.join(fitting[-5:])}.",
            remedy="Give more of the name.",
        )
    raise PlanError(
        f"There is no plan '{text}' in {plans}.",
        remedy=f"The newest is {names[-1]}." if names else "Make one with `reconcile plan`.",
    )
