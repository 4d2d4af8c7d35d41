"""Where the pages of the old shop are now: for the redirects (301) of whoever serves its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import polars as pl

from reconcile.drift.document import REDIRECTS
from reconcile.settings import RedirectSettings

_PLAIN = "/-._~!$&'()*+,;=:@%"
"""What stands in a path as it is (RFC 3986); a `%` is taken for an escape made already."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of both shops; paths begin with a slash and are escaped."""

    old: str
    new: str
    entity: str
    key: str
    source_id: str

    @property
    def name(self) -> str:
        return f"{self.entity}:{self.key}"


def pages_of(entity: str, frame: pl.DataFrame, settings: RedirectSettings) -> Iterator[Page]:
    """`frame` has `key`, `source_id`, `path` (of the source, without suffix) and `handle` of
    records that stand in both shops."""
    template = settings.templates[entity]
    known = frame.drop_nulls(["path", "handle"]).filter(pl.col("path").str.strip_chars("/") != "")
    columns = ("path", "handle", "key", "source_id")
    for path, handle, key, source_id in known.select(columns).iter_rows():
        old = _escaped(f"/{path.strip('/')}{settings.suffix}")
        new = _escaped(template.replace("{handle}", handle))
        yield Page(old, new, entity, key, source_id)


def _escaped(path: str) -> str:
    return quote(path, safe=_PLAIN)


def of(pages: Iterable[Page]) -> tuple[pl.DataFrame, tuple[Page, ...]]:
    """Rows of REDIRECTS: each old path once, and none that leads to another redirect; and the
    pages that get none.

    An old path at which another page of the new shop stands gets no redirect: visitors of that
    page would be sent away, in the worst case in circles.
    """
    ordered = sorted(pages, key=lambda page: (page.old, page.entity, page.key))
    standing = {page.new for page in ordered}
    chosen: dict[str, list[Page]] = defaultdict(list)
    for page in ordered:
        if page.old not in standing:
            chosen[page.old].append(page)
    rows = [_row(*pages) for pages in chosen.values()]
    hidden = (page for page in ordered if page.old in standing and page.old != page.new)
    return pl.DataFrame(rows, schema=REDIRECTS, orient="row"), tuple(hidden)


def _row(first: Page, *others: Page) -> tuple[str, ...]:
    remarks = [f"also the old path of {page.name}, now {page.new}" for page in others]
    return first.old, first.new, first.entity, first.key, first.source_id, "; ".join(remarks)
