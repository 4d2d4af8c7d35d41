"""Text from shops stays text wherever it is shown."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from samples import HOSTILE

from reconcile.report.text import markdown, markdown_code, one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain Ünïcode ✓", "plain Ünïcode ✓"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b2J", r"\x9b2J"),
        ("cr\rover", r"cr\x0dover"),
        ("gpj.\u202eexe", r"gpj.\u202eexe"),
        ("a\u2028b", r"a\u2028b"),
        ("lone \ud800", r"lone \ud800"),
    ],
)
def test_what_steers_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_one_line_folds_white_space_and_cuts() -> None:
    assert one_line("a\n  b\tc", 10) == "a b c"
    assert one_line("x" * 50, 10) == "x" * 9 + "…"
    assert len(one_line("word " * 10_000, 40)) <= 40


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("shape", [markdown, markdown_code])
def test_markdown_shows_exactly_the_text(name: str, shape: object) -> None:
    assert callable(shape)
    tokens = MarkdownIt("commonmark").parseInline(shape(HOSTILE[name]))[0].children or []
    assert {token.type for token in tokens} <= {"text", "text_special", "code_inline"}
    text = "".join(token.content for token in tokens).replace("\u200b", "")
    assert text == " ".join(visible(HOSTILE[name]).split())


def test_nobody_is_mentioned() -> None:
    assert "@everyone" not in markdown("@everyone")
    assert "#12" not in markdown("#12")
