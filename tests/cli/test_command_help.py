"""Every command explains itself, with an example that names it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from reconcile.cli import COMMANDS, main
from reconcile.cli.lazy import Entry


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _commands(f"{path} {name}", below)


EVERY = dict(_commands("reconcile", main))


@pytest.mark.parametrize("path", EVERY)
def test_help_has_an_example(path: str) -> None:
    command = EVERY[path]
    text = command.get_help(click.Context(command, info_name=path))
    example = re.compile(rf"^ +{path}( |$)", re.MULTILINE)
    assert example.search(text), f"no line of the help begins with `{path}`:\n{text}"


@pytest.mark.parametrize("path", EVERY)
def test_every_option_is_explained(path: str) -> None:
    options = [each for each in EVERY[path].params if isinstance(each, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_the_list_says_what_the_command_says(entry: Entry) -> None:
    assert entry.load().get_short_help_str(200) == entry.summary
