"""One HTML file that opens from disk: nothing is loaded, nothing but its own script runs in it."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reconcile.report.text import visible
from reconcile.report.words import minute, number, plural

PAGE = "index.html"
NO_SCRIPT = "'none'"
Filter = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A kind of page: a template, and what is joined, in this order, to its style and its script.

    `styles` and `scripts` are names in `templates/style` and `templates/script`, without ending;
    the page may use no others. `filters` are those of the template beside the usual ones.
    """

    template: str
    styles: Sequence[str]
    scripts: Sequence[str] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)

    def html(self, **values: Any) -> Iterator[str]:
        """The page in pieces, so that nothing on it is too large."""
        style, script = _style(self.styles), _script(self.scripts)
        return (
            _environment(self.filters)
            .get_template(self.template)
            .generate(
                style=style,
                style_hash=_csp_hash(style),
                script=script,
                script_hash=_csp_hash(script) if script else NO_SCRIPT,
                **values,
            )
        )


def write(page: Path, chunks: Iterable[str]) -> Path:
    """Write a page as a whole, for its owner's eyes only, and return it. Raises OSError."""
    partial = page.with_name(f".{page.name}.partial")
    try:
        page.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(partial, chunks)
        return partial.replace(page)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


def _write_private(path: Path, chunks: Iterable[str]) -> None:
    """`backslashreplace` turns a lone surrogate into its JSON escape."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(chunks)


def _environment(filters: Mapping[str, Filter]) -> Environment:
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
        **filters,
    }
    return environment


def _style(names: Sequence[str]) -> str:
    return "".join(_resource(f"style/{name}.css") for name in names)


def _script(names: Sequence[str]) -> str:
    """One scope for all parts; "" when there are none."""
    parts = "\n".join(_resource(f"script/{name}.js") for name in names)
    return f'"use strict";\n(() => {{\n{parts}}})();\n' if names else ""


def _resource(name: str) -> str:
    return (files("reconcile.report") / "templates" / name).read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    """What a Content-Security-Policy calls an inline block it allows."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
