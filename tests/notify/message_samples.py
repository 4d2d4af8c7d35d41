"""Messages for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from reconcile.notify.message import Message, Row, State

BEGAN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ENDED = datetime(2026, 11, 21, 9, 31, 30, tzinfo=UTC)


def message(
    headline: str = "3 products differ.",
    state: State = State.DRIFT,
    *,
    counts: tuple[Row, ...] = (Row("stock_level", {"update": 2254, "missing": 0}),),
    dangers: tuple[str, ...] = ("1 record is deleted.",),
    link: str = "https://ci.example/runs/7?a=1&b=2",
) -> Message:
    return Message(
        command="drift",
        state=state,
        headline=headline,
        started=BEGAN,
        ended=ENDED,
        counts=counts,
        dangers=dangers,
        shops=("https://magento.example", "https://medusa.example"),
        link=link,
        run="20261121T093000Z-1a2b3c4d",
    )


HOSTILE = (
    "<!everyone> <!channel> @here @channel <@U1> <https://evil.example|click>",
    "*bold* _it_ ~no~ `code` ```block``` [a](http://evil.example) ![b](http://evil.example)",
    "</td></table><script>alert(1)</script><img src=x onerror=alert(1)>",
    "first\r\nBcc: victim@evil.example\r\n\r\nbody\x1b[2J\u202e\ud800",
    "| a | b |\n# heading\n- item\n1. one\n--- @ada #12",
)
"""Texts of a shop that try to be more than text."""
