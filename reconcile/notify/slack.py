"""A message as Slack blocks, for an incoming webhook.

Limits and escaping are those of Slack's Block Kit reference: 50 blocks, 150 characters of a header,
3,000 of a section, 2,000 of a field, 10 fields; `&`, `<` and `>` are written as entities. What may
hold text of a shop is `plain_text`, in which Slack makes no formats, links or mentions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from reconcile.model import Json
from reconcile.notify.message import Message, Row
from reconcile.notify.words import facts, row_name, row_numbers, title

MOST_BLOCKS = 50
LONGEST_HEADER, LONGEST_SECTION, LONGEST_FIELD = 150, 3000, 2000
MOST_FIELDS = 10
_MENTION = re.compile(r"@(?=\s*(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_ZERO_WIDTH_SPACE = "\u200b"
_NOT_IN_A_LINK = {"|": "%7C", "<": "%3C", ">": "%3E", " ": "%20"}


def payload(message: Message) -> bytes:
    """The body to post."""
    body = {
        "text": escaped(f"{title(message)}. {message.headline}", LONGEST_SECTION),
        "blocks": list(_blocks(message))[:MOST_BLOCKS],
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def escaped(text: str, longest: int) -> str:
    """Text that is nothing but text, at most `longest` characters once it is escaped."""
    quiet = _MENTION.sub(f"@{_ZERO_WIDTH_SPACE}", text)
    pieces, length = list[str](), 0
    for char in quiet:
        piece = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(char, char)
        if length + len(piece) > longest - 1:
            return "".join(pieces) + "…"
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces)


def _blocks(message: Message) -> Iterator[Json]:
    yield {"type": "header", "text": _plain(title(message), LONGEST_HEADER)}
    yield _section(message.headline)
    for start in range(0, len(message.counts), MOST_FIELDS):
        rows = message.counts[start : start + MOST_FIELDS]
        yield {"type": "section", "fields": [_field(row) for row in rows]}
    if message.dangers:
        yield from _list(message.dangers)
    yield {"type": "context", "elements": list(_context(message))}


def _list(sentences: Sequence[str]) -> Iterator[Json]:
    """As many sections as it takes; none ends in the middle of a sentence."""
    held, length = list[str](), 0
    for line in (f"• {sentence}" for sentence in sentences):
        size = len(escaped(line, LONGEST_SECTION)) + 1
        if held and length + size >= LONGEST_SECTION:
            yield _section("\n".join(held))
            held, length = [], 0
        held.append(line)
        length += size
    yield _section("\n".join(held))


def _section(text: str) -> Json:
    return {"type": "section", "text": _plain(text, LONGEST_SECTION)}


def _field(row: Row) -> Json:
    return _plain(f"{row_name(row)}\n{row_numbers(row)}", LONGEST_FIELD)


def _context(message: Message) -> Iterator[Json]:
    yield _plain(" · ".join(facts(message)), LONGEST_FIELD)
    if message.link:
        address = "".join(_NOT_IN_A_LINK.get(char, char) for char in message.link)
        if len(address) < LONGEST_FIELD:
            yield {"type": "mrkdwn", "text": f"<{address.replace('&', '&amp;')}|Open>"}


def _plain(text: str, longest: int) -> Json:
    return {"type": "plain_text", "text": escaped(text, longest) or "-", "emoji": False}
