"""The tables of orders, which a snapshot may have been taken without."""

from __future__ import annotations

import polars as pl

from reconcile.systems import Tables
from reconcile.targets.medusa.tables.sales import SALES

SCHEMAS = {table.name: table.schema for table in SALES}


def scanned(tables: Tables, table: str) -> pl.LazyFrame:
    """A table of sales; empty in a snapshot that was taken without orders."""
    return tables.scan(table) if tables.has(table) else pl.LazyFrame(schema=SCHEMAS[table])
