"""`reconcile docs`: the manual, as it lies in the package."""

from __future__ import annotations

from importlib.resources import files

import click

from reconcile.cli.context import Context, pass_context

FIRST = "index"


def pages() -> list[str]:
    """The names of all pages, the table of contents first."""
    found = (each.name for each in files("reconcile.docs").iterdir())
    names = {name.removesuffix(".md") for name in found if name.endswith(".md")}
    return [FIRST, *sorted(names - {FIRST})]


def page(name: str) -> str:
    """The text of a page: Markdown."""
    return files("reconcile.docs").joinpath(f"{name}.md").read_text(encoding="utf-8")


@click.command(short_help="Read the manual.")
@click.argument("name", metavar="[PAGE]", type=click.Choice(pages()), default=FIRST)
@pass_context
def docs(context: Context, name: str) -> None:
    """Read the manual, page by page; without PAGE its table of contents.

    On a terminal it is set and paged; elsewhere it is Markdown.

    \b
    Examples:
      reconcile docs
      reconcile docs walkthrough
      reconcile docs settings > settings.md
    """
    if not context.out.is_terminal:
        click.echo(page(name), nl=False)
        return
    from rich.markdown import Markdown

    from reconcile.cli.paging import paged

    text = Markdown(page(name), hyperlinks=False)
    paged(context.out, [lambda: context.out.print(text)])
