"""Canonical forms, column-wise: the polars twin of canonical.py."""

from __future__ import annotations

import polars as pl

_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"


def json_of(expr: pl.Expr) -> pl.Expr:
    """Any column as canonical JSON text: texts quoted, lists and numbers as JSON. Null stays null.

    polars encodes only structs, so the value travels in one and the wrapper is cut off again.
    """
    wrapped = pl.struct(expr.alias("v")).struct.json_encode()
    text = wrapped.str.strip_prefix('{"v":').str.strip_suffix("}")
    return pl.when(expr.is_null()).then(None).otherwise(text)


def sorted_list(expr: pl.Expr) -> pl.Expr:
    """A list of texts as a set: sorted, each once, nulls dropped."""
    return expr.list.drop_nulls().list.unique().list.sort()


def texts(expr: pl.Expr) -> pl.Expr:
    """A column of JSON lists of texts as a column of lists."""
    return expr.str.json_decode(pl.List(pl.String))


def decimal_text(expr: pl.Expr) -> pl.Expr:
    """Numbers as decimal text without trailing zeros (`12.50` -> `12.5`); not a number: null."""
    text = expr.cast(pl.String).str.strip_chars()
    fraction = text.str.strip_chars_end("0").str.strip_chars_end(".")
    plain = pl.when(text.str.contains(".", literal=True)).then(fraction).otherwise(text)
    plain = plain.str.replace(r"^(-?)0+([0-9])", "$1$2")
    signless = pl.when(plain == "-0").then(pl.lit("0")).otherwise(plain)
    return pl.when(text.str.contains(_NUMBER)).then(signless).otherwise(None)


def is_blank(expr: pl.Expr) -> pl.Expr:
    """True where a text column has no value or only white space."""
    return expr.is_null() | (expr.str.strip_chars() == "")
