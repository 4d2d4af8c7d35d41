"""What is longer than the screen goes through a pager, the one that PAGER names or `less`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from itertools import chain

import click
from rich.cells import cell_len
from rich.console import Console

Piece = Callable[[], None]
"""Prints one part of a result to the console."""


def paged(console: Console, pieces: Iterable[Piece], *, wanted: bool = True) -> None:
    """Print pieces one after the other, by a pager where people look on and it is too much for
    the screen. Each is made when it is needed; whoever leaves the pager early misses nothing."""
    if not (wanted and _is_looked_at(console)):
        for piece in pieces:
            piece()
        return
    texts = (_rendered(console, piece) for piece in pieces)
    begun: list[str] = []
    free = console.height - 1  # the prompt comes below
    for text in texts:
        begun.append(text)
        free -= _rows(text, console.width)
        if free < 0:
            click.echo_via_pager(chain(begun, texts))
            return
    for text in begun:
        click.echo(text, nl=False)


def _is_looked_at(console: Console) -> bool:
    """A console may also be told to write as if to a terminal."""
    return console.is_terminal and console.file.isatty() and sys.stdin.isatty()


def _rendered(console: Console, piece: Piece) -> str:
    with console.capture() as captured:
        piece()
    return captured.get()


def _rows(text: str, width: int) -> int:
    """Rows of the screen that a text takes, with its long lines wrapped."""
    return sum(
        max(1, -(-cell_len(line) // max(width, 1))) for line in click.unstyle(text).splitlines()
    )
