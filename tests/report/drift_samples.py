"""Drift runs with something of everything, for pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from reconcile.canonical import moment_text
from reconcile.drift.document import MISMATCHES
from reconcile.drift.runs import RunSummary, from_summary

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
SCHEMA = pl.Schema({**MISMATCHES, "since": pl.String})
PRICES = '[{"amount":"34","currency_code":"usd"},{"amount":"31","currency_code":"eur"}]'
Row = tuple[str | None, ...]


def at(days: float) -> str:
    """So many days before the run."""
    return moment_text(NOW - timedelta(days=days))


def entity(name: str, compared: int, different: int = 0, **other: Any) -> dict[str, Any]:
    missing, extra = other.get("missing_in_medusa", 0), other.get("medusa_only", 0)
    apart = different + missing + extra
    return {
        "entity": name,
        "compared": compared,
        "same": compared - apart,
        "different": different,
        "missing_in_medusa": 0,
        "medusa_only": 0,
        "unmanaged": 0,
        "skipped": 0,
        "drift_percent": f"{100 * apart / compared:.2f}" if compared else "0",
        "fields": {},
        "changed_by": {},
        **other,
    }


def who(magento: int = 0, medusa: int = 0, both: int = 0, unknown: int = 0) -> dict[str, int]:
    return {"magento": magento, "medusa": medusa, "both": both, "unknown": unknown}


ENTITIES = (
    entity("category", 41),
    entity(
        "product",
        2057,
        9,
        missing_in_medusa=2,
        medusa_only=1,
        unmanaged=14,
        skipped=6,
        fields={"title": 4, "description": 3, "metadata.material": 3, "weight": 1},
        changed_by=who(magento=6, medusa=2, both=1, unknown=3),
    ),
    entity("variant", 1904, 2, fields={"prices": 2}, changed_by=who(magento=2)),
    entity(
        "inventory_level", 2254, 3, fields={"stocked_quantity": 3}, changed_by=who(medusa=1, both=2)
    ),
    entity("customer", 70, 1, fields={"first_name": 1}, changed_by=who(unknown=1)),
)

ROWS: tuple[Row, ...] = (
    ("product", "24-MB01", "field", "title", "Joust Duffle Bag", "Joust Duffle", "medusa", "1",
     "prod_01", at(19)),
    ("product", "24-MB01", "field", "description", "<p>Sporty. " + "It can't be beat. " * 20,
     "<p>Sporty.</p>", "both", "1", "prod_01", at(19)),
    ("product", "24-MB04", "field", "weight", "2.5", None, "magento", "4", "prod_04", at(8)),
    ("product", "24-WB02", "field", "metadata.material", "", "Canvas", None, "9", "prod_09", at(0)),
    ("product", "24-WB07", "missing_in_medusa", "", None, None, None, "17", None, at(3)),
    ("product", "24-XX99", "medusa_only", "", None, None, None, "99", "prod_99", at(40)),
    ("variant", "24-MB01", "price", "prices", PRICES, '[{"amount":"32","currency_code":"usd"}]',
     "magento", "1", "variant_01", at(0)),
    ("inventory_level", "24-MB01@Default Source", "stock", "stocked_quantity", "100", "98",
     "medusa", "1", "ilev_01", at(0)),
    ("customer", "roni_cost@example.com", "field", "first_name", "Veronica", "Roni", None, "1",
     "cus_01", at(0)),
)  # fmt: skip

SAMPLE = {
    "size": 50,
    "seed": 7,
    "entities": [
        {"entity": "product", "population": 2057, "drawn": 50, "wrong": 1,
         "rate_percent": "2", "low_percent": "0.35", "high_percent": "10.5"},
    ],
    "all": {"population": 6326, "drawn": 250, "wrong": 2, "rate_percent": "0.8",
            "low_percent": "0.22", "high_percent": "2.87"},
    "disagreements": ["customer:roni_cost@example.com"],
}  # fmt: skip


def summary(days: float = 0, **other: Any) -> dict[str, Any]:
    """A run so many days before NOW."""
    began = NOW - timedelta(days=days)
    return {
        "format": 1,
        "id": f"{began:%Y%m%dT%H%M%SZ}",
        "tool_version": "1.0",
        "started_at": moment_text(began),
        "ended_at": moment_text(began + timedelta(seconds=200)),
        "source": shop("magento", began),
        "target": shop("medusa", began),
        "state": "drift",
        "max_percent": "0.5",
        "exceeded": ["product", "customer"],
        "entities": list(ENTITIES),
        "files": {"field-mismatches.csv": 8, "missing-in-medusa.csv": 2, "price-mismatches.csv": 2},
        "sample": SAMPLE,
        **other,
    }


def shop(system: str, at: datetime = NOW, *, complete: bool = True) -> dict[str, Any]:
    return {
        "system": system,
        "url": f"https://{system}.example.com",
        "taken_at": moment_text(at - timedelta(minutes=5)),
        "digest": "sha256:" + system * 8,
        "complete": complete,
    }


def frame(rows: Sequence[Row] = ROWS) -> pl.DataFrame:
    return pl.DataFrame(rows, SCHEMA, orient="row")


def hostile_rows(texts: Mapping[str, str]) -> list[Row]:
    return [
        ("product", name, "field", text, text, text + "!", None, "1", "prod_1", at(1))
        for name, text in texts.items()
    ]


def many_rows(count: int) -> list[Row]:
    return [
        ("product", f"SKU-{n:06d}", "field", "title", f"Product {n}", f"Product {n}, second",
         "magento", str(n), f"prod_{n}", at(n % 50))
        for n in range(count)
    ]  # fmt: skip


def runs(count: int, hours: float = 24) -> list[RunSummary]:
    """A history that goes up and down, the last run at NOW."""
    return [_run(number, (count - number) * hours / 24) for number in range(1, count + 1)]


def _run(number: int, days: float) -> RunSummary:
    products, stock = (number * 7) % 40, max(0, 300 - number * 9) if number % 11 else 0
    entities = [
        entity("category", 41),
        entity("product", 2057, products),
        entity("variant", 1904, number % 3),
        entity("inventory_level", 2254, stock),
        entity("order", 308),
    ]
    exceeded = ["inventory_level"] if stock > 200 else []
    return from_summary(summary(days, entities=entities, exceeded=exceeded, sample=None))
