"""A message as it may leave the machine: without personal data, secrets and control characters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reconcile.masking import masked
from reconcile.notify.message import Message, Row
from reconcile.report.text import one_line

LONGEST_TEXT = 500
"""Characters of a sentence."""
MOST_DANGERS = 20
MOST_ROWS = 40
_SHORTEST_SECRET = 4
_STARS = "***"


def safe(message: Message, secrets: Iterable[str] = ()) -> Message:
    """Every text masked, on one line and cut; what `secrets` hold is starred out.

    The link is not masked, as it comes from the settings; one that is no web address is left out.
    """
    hidden = sorted({each for each in secrets if len(each) >= _SHORTEST_SECRET}, key=len)[::-1]

    def clean(text: str) -> str:
        return one_line(masked(_without(text, hidden)), LONGEST_TEXT)

    return replace(
        message,
        headline=clean(message.headline),
        counts=tuple(Row(clean(row.name), row.numbers) for row in message.counts[:MOST_ROWS]),
        dangers=_first(tuple(clean(each) for each in message.dangers[:MOST_DANGERS]), message),
        shops=tuple(clean(each) for each in message.shops),
        link=message.link if _is_link(message.link) else "",
        run=clean(message.run),
    )


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://")) and text.isprintable()


def _without(text: str, hidden: Iterable[str]) -> str:
    for secret in hidden:
        text = text.replace(secret, _STARS)
    return text


def _first(dangers: tuple[str, ...], message: Message) -> tuple[str, ...]:
    more = len(message.dangers) - len(dangers)
    return (*dangers, f"And {more:,} more.") if more else dangers
