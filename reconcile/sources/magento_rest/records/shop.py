"""The shop around the records: the storefront's view, its website, currency and clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from reconcile.canonical import moment_text
from reconcile.errors import SnapshotError
from reconcile.systems import Tables


@dataclass(frozen=True, slots=True)
class View:
    """A store view; `currency` is its website's base currency, lower case as Medusa writes it."""

    code: str
    website_id: str
    currency: str
    display_currency: str
    timezone: str
    media_url: str


@dataclass(frozen=True, slots=True)
class Shop:
    """`views` are those whose products were read, the storefront first."""

    storefront: View
    views: tuple[View, ...]
    website_codes: Mapping[str, str]

    def moment(self, day: str | None, *, end: bool = False) -> str | None:
        """The start (or the last millisecond) of a calendar date of the shop, in UTC.

        Magento keeps these dates without a zone, as typed by the merchant in the shop's zone.
        """
        try:
            local = datetime.combine(date.fromisoformat((day or "")[:10]), time(), self._zone())
        except ValueError:  # none, or `0000-00-00`, Magento's way to say so
            return None
        if end:
            next_day = datetime.combine(local.date() + timedelta(days=1), time(), self._zone())
            return moment_text(next_day.astimezone(UTC) - timedelta(milliseconds=1))
        return moment_text(local)

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.storefront.timezone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")


def read(tables: Tables) -> Shop:
    """Raises SnapshotError when the snapshot does not name a storefront view."""
    rows = tables.scan("store_views").collect().to_dicts()
    read_views = set(tables.scan("products").select("view").unique().collect()["view"])
    views = sorted(
        (row for row in rows if row["code"] in read_views or row["is_storefront"]),
        key=lambda row: not row["is_storefront"],
    )
    if not views or not views[0]["is_storefront"]:
        raise SnapshotError(
            "The snapshot does not say which store view is the storefront.",
            remedy="Take a new snapshot with `reconcile snapshot --only magento`.",
        )
    websites = tables.scan("websites").collect()
    parsed = tuple(_view(row) for row in views)
    return Shop(parsed[0], parsed, dict(zip(websites["id"], websites["code"], strict=True)))


def _view(row: Mapping[str, str | None]) -> View:
    currency = row["base_currency_code"] or "USD"
    media = row["secure_base_media_url"] or row["base_media_url"] or ""
    return View(
        code=row["code"] or "",
        website_id=row["website_id"] or "",
        currency=currency.lower(),
        display_currency=(row["default_display_currency_code"] or currency).lower(),
        timezone=row["timezone"] or "UTC",
        media_url=media.rstrip("/"),
    )


def source_id(column: str = "id", kind: str = "") -> pl.Expr:
    """The id that marks a record as coming from this shop: `magento:42`, `magento:source/eu`."""
    return (pl.lit(f"magento:{kind}") + pl.col(column)).alias("source_id")
