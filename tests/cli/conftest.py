"""A workspace, and two shops that live in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.cli.context import Context
from reconcile.errors import ReconcileError
from reconcile.model import Finding
from reconcile.systems import Progress, TableSink

Run = Callable[..., Result]


@dataclass
class Shop:
    """A shop with one table. `broken` is raised when it is opened, or while it is read."""

    name: str
    url: str = "https://shop.example"
    rows: int = 3
    reported: int = 3
    broken_when: str = ""
    broken: ReconcileError | KeyboardInterrupt | None = None
    findings: list[Finding] = field(default_factory=list)
    closed: int = 0

    def open(self, _: Context) -> Shop:
        self._break("opened")
        return self

    def probe(self) -> Iterator[Finding]:
        yield from self.findings

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        sink.open("products", pl.Schema({"id": pl.String}))
        progress.start("products", self.rows)
        for number in range(self.rows):
            progress.advance("products")
            sink.append("products", [{"id": str(number)}])
        self._break("read")
        progress.finish("products")
        sink.close("products", reported=self.reported, distinct=self.rows)
        return {"version": "1"}

    def close(self) -> None:
        self.closed += 1

    def _break(self, moment: str) -> None:
        if self.broken and self.broken_when == moment:
            raise self.broken


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
    monkeypatch.setattr(Context, "open_source", lambda context: shop.open(context))
    return shop


@pytest.fixture
def medusa(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop("medusa")
    monkeypatch.setattr(Context, "open_target", lambda context: shop.open(context))
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
