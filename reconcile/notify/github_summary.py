"""A message as Markdown, at the end of the summary GitHub shows of a job's step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reconcile.notify.message import Message
from reconcile.notify.tries import NotSent
from reconcile.notify.words import facts, row_name, row_numbers, title
from reconcile.report.text import markdown

LARGEST = 1024 * 1024
"""Bytes of a step's summary; GitHub shows none that is larger."""
_BLOCK = re.compile(r"^(\d+(?=[.)])|(?=[-+#=]))")
_NOT_IN_A_LINK = {"<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C"}


def append(message: Message, file: Path) -> None:
    """Raises NotSent when there is no room left, or the file cannot be written."""
    text = ("\n".join(_page(message)) + "\n").encode()
    try:
        held = file.stat().st_size if file.exists() else 0
        if held + len(text) > LARGEST:
            raise NotSent("the summary of this step has no room left (1 MiB)")
        with file.open("ab") as summary:
            summary.write(text)
    except OSError as error:
        raise NotSent(f"the summary cannot be written ({type(error).__name__})") from None


def _page(message: Message) -> Iterator[str]:
    yield f"### {_prose(title(message))}\n"
    yield f"{_prose(message.headline)}\n"
    if message.counts:
        yield "| | |"
        yield "|---|---|"
        yield from (f"| {_prose(row_name(r))} | {_prose(row_numbers(r))} |" for r in message.counts)
        yield ""
    if message.dangers:
        yield from (f"- {_prose(sentence)}" for sentence in message.dangers)
        yield ""
    yield f"{_prose(' · '.join(facts(message)))}\n"
    if message.link:
        address = "".join(_NOT_IN_A_LINK.get(char, char) for char in message.link)
        yield f"[Open](<{address}>)\n"


def _prose(text: str) -> str:
    """Text that shows as itself, and begins no heading, list or rule."""
    return _BLOCK.sub(r"\1\\", markdown(text))
