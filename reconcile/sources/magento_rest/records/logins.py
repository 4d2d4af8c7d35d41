"""How customers of the source will log in: with the password they have, with a new one, or not."""

from __future__ import annotations

import polars as pl

from reconcile.model import Address, Diagnostic, Severity
from reconcile.systems import Notice, Row, Tables

NO_LOGIN, RESET, CARRY = "none", "reset", "carry"
"""What `login` of the options may be: the planner's caller takes it from the settings, mappings
cannot choose it."""

CHOOSE_ANEW = "`reconcile customers send-reset` asks them for a new one, after the plan is applied."


def with_login(frame: pl.LazyFrame, tables: Tables, options: Row) -> pl.LazyFrame:
    """The way to log in: none unless the settings say that accounts get one."""
    choice = options.get("login", NO_LOGIN)
    if choice == NO_LOGIN:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias("login"))
    if choice != CARRY or not tables.has("customer_passwords"):
        return frame.with_columns(pl.lit(RESET).alias("login"))
    kept = pl.lit("carried:") + pl.col("seal")
    return (
        _with_passwords(frame, tables)
        .with_columns(pl.coalesce(kept, pl.lit(RESET)).alias("login"))
        .drop("seal", "unfit")
    )


def _with_passwords(frame: pl.LazyFrame, tables: Tables) -> pl.LazyFrame:
    """With `seal`, and `unfit` of those whose password cannot be carried; else both null."""
    known = tables.scan("customer_passwords").unique("customer_id", keep="first")
    return frame.join(
        known, left_on="id", right_on="customer_id", how="left", maintain_order="left"
    )


def not_carried(
    frame: pl.LazyFrame, tables: Tables, options: Row
) -> tuple[list[Diagnostic], list[Notice]]:
    """Whose password was to be carried and is not."""
    if options.get("login", NO_LOGIN) != CARRY or not tables.has("customer_passwords"):
        return [], []
    found = _with_passwords(frame, tables).select("id", "key", "seal", "unfit").collect()
    unfit = found.filter(pl.col("unfit").is_not_null()).select("id", "key", "unfit").iter_rows()
    unknown = found.filter(pl.col("seal").is_null() & pl.col("unfit").is_null())["id"].to_list()
    return [_unfit(*row) for row in unfit], [_without_hash(unknown)] if unknown else []


def _unfit(id_: str, email: str, reason: str) -> Diagnostic:
    return Diagnostic(
        Severity.WARNING,
        "password_not_carried",
        f"The password of customer {id_} cannot be carried ({reason}); they choose a new one.",
        address=Address("customer", email),
        remedy=CHOOSE_ANEW,
    )


def _without_hash(ids: list[str]) -> Notice:
    return Notice.about(
        Severity.WARNING,
        "password_not_carried",
        "{count} customers are not in the file of sealed password hashes and choose a new "
        "password: {samples}.",
        ids,
        remedy=f"Export the hashes again and seal them before this plan is applied: an account "
        f"that waits for a new password is not given the former one later. {CHOOSE_ANEW}",
    )
