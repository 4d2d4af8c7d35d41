"""One HTML file that opens from disk: nothing is loaded, nothing but its own script runs in it."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reconcile.errors import HistoryError
from reconcile.report.text import visible
from reconcile.report.words import minute, number, plural

PAGE = "index.html"
NO_SCRIPT = "'none'"


def write(page: Path, template: str, style: str, script: str = "", **values: Any) -> Path:
    """Fill a template and write it, as a whole and for its owner's eyes only.

    `style` and `script` name files beside the template; the page may use no others. Raises
    HistoryError.
    """
    css, code = _resource(style), _resource(script) if script else ""
    chunks = (
        _environment()
        .get_template(template)
        .generate(
            style=css,
            style_hash=_csp_hash(css),
            script=code,
            script_hash=_csp_hash(code) if code else NO_SCRIPT,
            **values,
        )
    )
    partial = page.with_name(f".{page.name}.partial")
    try:
        page.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(partial, chunks)
        return partial.replace(page)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise HistoryError(f"Cannot write the page {page}: {error}.") from error


def _write_private(path: Path, chunks: Iterable[str]) -> None:
    """`backslashreplace` turns a lone surrogate into its JSON escape."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(chunks)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reconcile.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": lambda text: visible(str(text)),
        "number": number,
        "plural": plural,
        "moment": minute,
        "moment_of": lambda text: minute(datetime.fromisoformat(text)),
    }
    return environment


def _resource(name: str) -> str:
    return (files("reconcile.report") / "templates" / name).read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    """What a Content-Security-Policy calls an inline block it allows."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
