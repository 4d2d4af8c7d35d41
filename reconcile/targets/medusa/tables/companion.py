"""What the shop lets this tool do, and how the snapshot was taken. One row each, or none."""

from __future__ import annotations

import polars as pl

from reconcile.targets.medusa.tables.listing import FLAG, TEXT, WHOLE

COMPANION = pl.Schema(
    {"version": TEXT, "protocol": WHOLE, "medusa": TEXT, "passwords": FLAG, "numbers": FLAG}
)
"""The table `companion`: one row, or none in a shop without a companion."""
ORDERS_MODE = pl.Schema({"mode": TEXT, "carried": FLAG})
"""The table `orders_mode`: for which `orders.mode` the orders were read and, in mode draft, whether
orders were carried whole before."""
