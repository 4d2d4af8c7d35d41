"""Numbers of ours may begin with a minus; text of shops never may."""

from __future__ import annotations

import pytest

from reconcile.report.spreadsheet import cell, figure

FIGURES = ["-3", "3", "-0.25", "0"]
TEXTS = ["-3+1", "-", "--1", "-1e5", "-٣", "-1\n", "-cmd", "=1", " -3"]


@pytest.mark.parametrize("text", FIGURES)
def test_a_number_stays_a_number(text: str) -> None:
    assert cell(figure(text)) == text


@pytest.mark.parametrize("text", TEXTS)
def test_other_text_is_kept_from_running(text: str) -> None:
    assert cell(figure(text)) == f"'{text}"


def test_a_number_in_a_text_of_a_shop_is_text() -> None:
    assert cell("-3") == "'-3"
