"""A workspace, and two shops that live in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop_in_memory import Run, Shop
from typed import fresh_workspace, typed

from reconcile.cli.context import Context


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh workspace as `reconcile init` writes it; the current folder."""
    fresh_workspace(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def magento(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop("magento")
    monkeypatch.setattr(Context, "open_source", lambda _: shop.open())
    return shop


@pytest.fixture
def medusa(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop("medusa")
    monkeypatch.setattr(Context, "open_target", lambda _, **__: shop.open())
    return shop


@pytest.fixture
def run() -> Run:
    """Runs a command line and gives its result; a bug's exception is raised again."""
    return typed
