"""`reconcile transforms`: what mappings may do to a value on its way."""

from __future__ import annotations

import click
from rich.table import Table

from reconcile.cli.context import Context, pass_context
from reconcile.mapping.transforms import load_transforms


@click.command(short_help="List the transforms mappings can use.")
@pass_context
def transforms(context: Context) -> None:
    """List the transforms mappings can use, the workspace's own among them.

    \b
    Example:
      reconcile transforms
    """
    table = Table(box=None, pad_edge=False)
    for heading in ("transform", "takes", "does"):
        table.add_column(heading)
    for known in load_transforms(context.config.transforms).by_name.values():
        table.add_row(known.name, known.argument.words, known.doc)
    context.out.print(table, markup=False)
