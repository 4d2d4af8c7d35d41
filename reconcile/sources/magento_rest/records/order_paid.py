"""What the invoices and credit memos of orders sum up to, to be compared with the orders' own."""

from __future__ import annotations

import polars as pl

from reconcile.systems import Tables

PAID, REFUNDED = "2", "2"
r"""Magento\Sales\Model\Order\Invoice::STATE_PAID, ...\Creditmemo::STATE_REFUNDED."""


def with_sums(orders: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Add `invoices_paid` and `memos_refunded`: lists of amounts as text, null where the snapshot
    does not hold all of them."""
    for table, state, name in (
        ("invoices", PAID, "invoices_paid"),
        ("credit_memos", REFUNDED, "memos_refunded"),
    ):
        if not tables.has(table) or not tables.complete(table):
            orders = orders.with_columns(pl.lit(None, pl.List(pl.String)).alias(name))
            continue
        amounts = (
            tables.scan(table)
            .filter((pl.col("state") == state) & pl.col("order_id").is_in(orders["id"].to_list()))
            .group_by("order_id")
            .agg(pl.col("grand_total").drop_nulls().alias(name))
            .collect()
        )
        orders = orders.join(
            amounts, left_on="id", right_on="order_id", how="left", maintain_order="left"
        ).with_columns(pl.col(name).fill_null([]))
    return orders
