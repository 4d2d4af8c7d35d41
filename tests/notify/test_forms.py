"""A message in the form of each receiver: within its limits, and text stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from message_samples import HOSTILE, message

from reconcile.notify import email, github_summary, slack, webhook
from reconcile.notify.message import Message, Row, State
from reconcile.notify.safe import LONGEST_TEXT, MOST_DANGERS, MOST_ROWS, safe
from reconcile.notify.tries import NotSent
from reconcile.notify.words import facts, row_numbers

MENTION = re.compile(r"@(here|channel|everyone)", re.IGNORECASE)
LINK = re.compile(r"(?<!\\)\]\(")


def _posted(told: Message) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(slack.payload(told))
    return body


def _texts(value: Any) -> Iterator[dict[str, str]]:
    """Every text object of Slack's blocks."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value
        for part in value.values():
            yield from _texts(part)
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)


def test_slack_blocks() -> None:
    body = _posted(message())
    kinds = [block["type"] for block in body["blocks"]]
    assert kinds == ["header", "section", "section", "section", "context"]
    assert body["blocks"][0]["text"]["text"] == "reconcile drift: there are differences"
    assert body["blocks"][2]["fields"][0]["text"] == "stock level\n2,254 update"
    assert body["blocks"][4]["elements"][1] == {
        "type": "mrkdwn",
        "text": "<https://ci.example/runs/7?a=1&amp;b=2|Open>",
    }
    assert body["text"] == "reconcile drift: there are differences. 3 products differ."


@pytest.mark.parametrize("hostile", HOSTILE)
def test_slack_shows_hostile_text_as_text(hostile: str) -> None:
    told = message(hostile, counts=(Row(hostile, {"update": 1}),), dangers=(hostile,))
    body = _posted(safe(told))
    formatted = [text["text"] for text in _texts(body["blocks"]) if text["type"] == "mrkdwn"]
    assert formatted == ["<https://ci.example/runs/7?a=1&amp;b=2|Open>"]
    plain = [text["text"] for text in _texts(body["blocks"]) if text["type"] == "plain_text"]
    for text in (*plain, body["text"]):
        assert not {"<", ">"} & set(text)
        assert not MENTION.search(text)
    assert body["mrkdwn"] is False


@given(st.text(max_size=5000), st.integers(min_value=0, max_value=60))
def test_slacks_limits_are_kept(text: str, count: int) -> None:
    rows = tuple(Row(text, {text: number + 1}) for number in range(count))
    told = message(text, counts=rows, dangers=(text,) * count, link="https://ci.example/" + text)
    body = _posted(told)
    assert len(body["blocks"]) <= 50
    for block in body["blocks"]:
        assert len(block.get("fields", ())) <= 10
        assert all(0 < len(each["text"]) <= 2000 for each in block.get("fields", ()))
        if "text" in block:
            assert 0 < len(block["text"]["text"]) <= (150 if block["type"] == "header" else 3000)


def test_names_of_numbers_are_words() -> None:
    assert row_numbers(Row("products", {"medusa_only": 1200, "stale": 0})) == "1,200 medusa only"
    assert row_numbers(Row("products", {})) == "none"


def test_a_link_cannot_end_early() -> None:
    body = _posted(message(link="https://ci.example/a|b> <!here>"))
    assert body["blocks"][-1]["elements"][1]["text"] == (
        "<https://ci.example/a%7Cb%3E%20%3C!here%3E|Open>"
    )


def test_webhook_fields() -> None:
    told = message()
    assert json.loads(webhook.payload(told)) | {"tool_version": ""} == {
        "format": 1,
        "id": told.id,
        "tool_version": "",
        "command": "drift",
        "state": "drift",
        "headline": "3 products differ.",
        "counts": [{"name": "stock_level", "numbers": {"update": 2254, "missing": 0}}],
        "dangers": ["1 record is deleted."],
        "shops": ["https://magento.example", "https://medusa.example"],
        "link": "https://ci.example/runs/7?a=1&b=2",
        "run": "20261121T093000Z-1a2b3c4d",
        "started": "2026-11-21T09:30:00.000Z",
        "ended": "2026-11-21T09:31:30.000Z",
    }


def test_each_message_has_an_id_of_its_own() -> None:
    assert message().id != message().id


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_email_is_text_and_escaped_html(hostile: str) -> None:
    told = safe(message(hostile, dangers=(hostile,), counts=(Row(hostile, {"update": 1}),)))
    mail = email.letter(told, "reconcile@example.com", ["ops@example.com", "ada@example.com"])
    assert mail.keys().count("Bcc") == 0
    assert mail["To"] == "ops@example.com, ada@example.com"
    assert "\n" not in mail["Subject"]
    assert len(mail["Subject"]) <= 150
    html = mail.get_body(("html",))
    assert html is not None
    assert not re.search(r"<(script|img|/td></table)", html.get_content().partition("<ul>")[0])
    assert "<script" not in html.get_content()
    assert "<img" not in html.get_content()
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    assert not re.search(rb"^Bcc", head, re.MULTILINE | re.IGNORECASE)


def test_an_email_reads_well() -> None:
    body = email.letter(message(), "reconcile@example.com", ["ops@example.com"])
    assert body["Subject"] == "reconcile drift: there are differences: 3 products differ."
    assert body["Auto-Submitted"] == "auto-generated"
    text = body.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == [
        "3 products differ.",
        "",
        "stock level  2,254 update",
        "",
        "- 1 record is deleted.",
        "",
        "https://magento.example → https://medusa.example",
        "20261121T093000Z-1a2b3c4d",
        "2026-11-21 09:30 UTC, 90 s",
        "https://ci.example/runs/7?a=1&b=2",
    ]


def test_a_summary_is_added_below(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("# Before\n")
    github_summary.append(message(), file)
    assert file.read_text().splitlines() == [
        "# Before",
        "### reconcile drift: there are differences",
        "",
        "3 products differ.",
        "",
        "| | |",
        "|---|---|",
        "| stock level | 2,254 update |",
        "",
        "- 1 record is deleted.",
        "",
        " · ".join(facts(message())),
        "",
        "[Open](<https://ci.example/runs/7?a=1&b=2>)",
        "",
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_summary_shows_hostile_text_as_text(hostile: str, tmp_path: Path) -> None:
    told = safe(message(hostile, dangers=(hostile,), counts=(Row(hostile, {"update": 1}),)))
    github_summary.append(told, tmp_path / "summary.md")
    text = (tmp_path / "summary.md").read_text()
    lines = text.splitlines()
    assert [line for line in lines if line.startswith("#")] == [lines[0]]
    assert lines[-2] == "[Open](<https://ci.example/runs/7?a=1&b=2>)"
    above = "\n".join(lines[1:-2])
    assert not LINK.search(above)
    assert not re.search(r"<(?!https)", above)
    assert not re.search(r"(?<!\\)[*_`~]", above)
    assert not re.search(r"@\w|#\d", above)


@pytest.mark.parametrize("start", ["# a", "- a", "+ a", "1. a", "23) a", "=== a", "---"])
def test_a_sentence_of_a_summary_begins_no_block(start: str, tmp_path: Path) -> None:
    github_summary.append(message(start, dangers=(start,)), tmp_path / "summary.md")
    lines = (tmp_path / "summary.md").read_text().splitlines()
    marker = start.lstrip("0123456789")
    digits = start.removesuffix(marker)
    assert f"{digits}\\{marker}" in lines
    assert f"- {digits}\\{marker}" in lines


def test_a_summary_stays_below_githubs_limit(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_bytes(b"x" * (github_summary.LARGEST - 100))
    with pytest.raises(NotSent, match="no room left"):
        github_summary.append(message(), file)
    assert file.stat().st_size == github_summary.LARGEST - 100


def test_nothing_personal_and_no_secret_leaves() -> None:
    told = message(
        "customer:ada.lovelace@shop.example: sk_live_123456 failed",
        state=State.FAILED,
        dangers=("grace@shop.example has sk_live_123456",),
        counts=(Row("bob@shop.example", {"update": 1}),),
    )
    sent = safe(told, ["sk_live_123456", "abc", ""])
    for form in (slack.payload(sent), webhook.payload(sent)):
        for word in ("ada.lovelace", "grace@", "bob@", "sk_live_123456"):
            assert word not in form.decode()
    assert sent.headline == "customer:a***@s***.example: *** failed"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://a\nBcc: b", "reports/x.html"])
def test_a_link_leads_into_the_web(link: str) -> None:
    assert safe(message(link=link)).link == ""
    assert safe(message()).link == message().link


def test_a_message_is_not_too_long() -> None:
    rows = tuple(Row(f"entity{number}", {"update": 1}) for number in range(100))
    sent = safe(message("x" * 9999, dangers=("danger",) * 100, counts=rows))
    assert len(sent.headline) == LONGEST_TEXT
    assert len(sent.counts) == MOST_ROWS
    assert len(sent.dangers) == MOST_DANGERS + 1
    assert sent.dangers[-1] == "And 80 more."
