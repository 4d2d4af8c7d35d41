"""A group whose commands are imported when they are called, so that help appears at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from reconcile.nearest import nearest


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: its name, where it is (`package.module:attribute`), what it does."""

    name: str
    place: str
    summary: str

    def load(self) -> click.Command:
        module, _, attribute = self.place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


class LazyGroup(click.Group):
    """A group whose entries are listed in their own order, before commands added to it."""

    def __init__(self, *args: Any, entries: Sequence[Entry] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.entries = {entry.name: entry for entry in entries}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.entries, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        return entry.load() if entry else super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.summary) for entry in self.entries.values()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            ctx.fail(f"There is no command '{name}'.{nearest(name, known)}")
        return super().resolve_command(ctx, args)
