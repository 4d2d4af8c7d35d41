"""A sample Magento and a reader of it, and a sink that keeps what it is given in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import polars as pl

from reconcile.progress import SilentProgress
from reconcile.sandbox.magento.application import Settings
from reconcile.sandbox.magento.auth import Credentials
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.request import Request, Response
from reconcile.sandbox.magento.server import Intercept, SampleMagento
from reconcile.sandbox.magento.shop import Shop
from reconcile.settings import (
    BearerToken,
    Login,
    MagentoSettings,
    OAuthKeys,
    PeopleSettings,
    Secret,
)
from reconcile.sources.magento_rest.reader import MagentoReader
from reconcile.systems import Row


@dataclass
class Kept:
    """One table as it was written."""

    schema: pl.Schema
    rows: list[Row] = field(default_factory=list)
    reported: int | None = None
    distinct: int = -1
    incomplete: str = ""

    @property
    def complete(self) -> bool:
        return not self.incomplete and self.reported in (None, self.distinct)

    def column(self, name: str) -> list[Any]:
        return [row.get(name) for row in self.rows]

    def by(self, name: str) -> dict[Any, Row]:
        return {row[name]: row for row in self.rows}


class MemorySink:
    """Satisfies `TableSink`."""

    def __init__(self) -> None:
        self.tables: dict[str, Kept] = {}

    def open(self, table: str, schema: pl.Schema) -> None:
        self.tables[table] = Kept(schema)

    def append(self, table: str, rows: Sequence[Row]) -> None:
        self.tables[table].rows.extend(rows)

    def close(
        self, table: str, *, reported: int | None, distinct: int, incomplete: str = ""
    ) -> None:
        kept = self.tables[table]
        kept.reported, kept.distinct, kept.incomplete = reported, distinct, incomplete


class Waits(list[float]):
    """A sleep that takes no time."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def integration(credentials: Credentials) -> OAuthKeys:
    return OAuthKeys(
        Secret(credentials.consumer_key),
        Secret(credentials.consumer_secret),
        Secret(credentials.access_token),
        Secret(credentials.access_token_secret),
    )


def administrator(credentials: Credentials) -> Login:
    return Login(credentials.admin_user, Secret(credentials.admin_password))


def access_token(credentials: Credentials) -> BearerToken:
    return BearerToken(Secret(credentials.access_token))


Auth = Callable[[Credentials], OAuthKeys | BearerToken | Login]


@contextmanager
def running(
    shop: Shop | None = None,
    *,
    auth: Auth = integration,
    settings: Settings | None = None,
    intercept: Intercept | None = None,
    salable: bool = False,
    people: PeopleSettings | None = None,
    **wanted: Any,
) -> Iterator[tuple[MagentoReader, SampleMagento]]:
    """A shop of five products unless given, and a reader with `wanted` settings."""
    with SampleMagento(
        shop or generated_shop(5), settings=settings, intercept=intercept
    ) as magento:
        chosen = MagentoSettings(magento.url, auth(magento.credentials), timeout=5.0, **wanted)
        with closing(
            MagentoReader(chosen, people or PeopleSettings(), salable=salable, sleep=Waits())
        ) as reader:
            yield reader, magento


def pulled(reader: MagentoReader) -> tuple[dict[str, Kept], Mapping[str, str]]:
    sink = MemorySink()
    versions = reader.pull(sink, SilentProgress())
    return sink.tables, versions


def products_page(request: Request) -> bool:
    """Whether this asks for a page of products (and not for the newest one alone)."""
    return request.path.endswith("/V1/products") and page_size(request) > 1


def page_size(request: Request) -> int:
    return int(parse_qs(request.query).get("searchCriteria[pageSize]", ["0"])[0])


def answered(body: Any) -> Response:
    return Response(200, json.dumps(body).encode())
