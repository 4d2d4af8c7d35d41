"""Command lines as they are typed, in a workspace of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main


def typed(*words: str) -> Result:
    """What a command line leaves. The bug behind any other exception than an exit is raised."""
    result = CliRunner().invoke(main, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def fresh_workspace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the folder a workspace as `reconcile init` writes it, and the current folder."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("RECONCILE_WORKSPACE", raising=False)
    typed("init")
