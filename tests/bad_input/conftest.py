"""A sound desk for each test, to be spoiled by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tenacity
from bad_shops import Desk, desk

from reconcile.http import retry


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Both shops answer; requests are repeated without waiting in between."""
    monkeypatch.setattr(retry, "_BACKOFF", tenacity.wait_none())
    with desk(tmp_path) as made:
        yield made
