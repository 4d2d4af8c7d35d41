"""A workspace, and two shops that live in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from shop_in_memory import Run, Shop

from reconcile.cli import main
from reconcile.cli.context import Context


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh workspace as `reconcile init` writes it; the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECONCILE_WORKSPACE", raising=False)
    CliRunner().invoke(main, ["init"])
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

    def _run(*words: str) -> Result:
        result = CliRunner().invoke(main, words)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return _run
