"""A message as an e-mail: plain text, and the same as simple HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from reconcile.notify.message import Message
from reconcile.notify.words import facts, row_name, row_numbers, title
from reconcile.report.text import one_line

LONGEST_SUBJECT = 150


def letter(message: Message, sender: str, to: Sequence[str]) -> EmailMessage:
    """One e-mail to all of them.

    No header can be added through a text: a subject is one line, and the standard library refuses
    line breaks in headers besides. `Auto-Submitted` (RFC 3834) keeps absence notes from answering.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = one_line(f"{title(message)}: {message.headline}", LONGEST_SUBJECT)
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Date"] = format_datetime(message.ended)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(_text(message)) + "\n")
    mail.add_alternative("\n".join(_html(message)) + "\n", subtype="html")
    return mail


def _text(message: Message) -> Iterator[str]:
    yield message.headline
    if message.counts:
        width = max(len(row_name(row)) for row in message.counts)
        yield ""
        yield from (f"{row_name(row):<{width}}  {row_numbers(row)}" for row in message.counts)
    if message.dangers:
        yield ""
        yield from (f"- {sentence}" for sentence in message.dangers)
    yield ""
    yield from facts(message)
    if message.link:
        yield message.link


def _html(message: Message) -> Iterator[str]:
    yield f"<h2>{escape(title(message))}</h2>"
    yield f"<p>{escape(message.headline)}</p>"
    if message.counts:
        yield "<table>"
        for row in message.counts:
            yield f"<tr><td>{escape(row_name(row))}</td><td>{escape(row_numbers(row))}</td></tr>"
        yield "</table>"
    if message.dangers:
        yield "<ul>"
        yield from (f"<li>{escape(sentence)}</li>" for sentence in message.dangers)
        yield "</ul>"
    yield f"<p>{'<br>'.join(map(escape, facts(message)))}</p>"
    if message.link:
        yield f'<p><a href="{escape(message.link)}">{escape(message.link)}</a></p>'
