"""The parts of a page's script share one scope: a name that two of them give means only one."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest

from reconcile.report import drift_page, render

NAMED = re.compile(r"^(?:async )?(?:function|const|let) \[?(\w+)", re.MULTILINE)
PAGES = {"plan": render._PLAN_PAGE.scripts, "drift": drift_page._RUN_PAGE.scripts}


@pytest.mark.parametrize("page", PAGES)
def test_names_are_given_once(page: str) -> None:
    folder = files("reconcile.report") / "templates" / "script"
    texts = [(folder / f"{part}.js").read_text(encoding="utf-8") for part in PAGES[page]]
    counts = Counter(name for text in texts for name in NAMED.findall(text))
    assert len(counts) > 20
    assert [name for name, count in counts.items() if count > 1] == []
