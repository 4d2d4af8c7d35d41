"""The transforms every mapping can use. `reconcile transforms` prints this table."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

import nh3
import polars as pl
from slugify import slugify

from reconcile.columns import decimal_text, json_of
from reconcile.mapping.transforms import Argument, Build, Transform, each

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
CHARACTERS = Argument("a number of characters", lambda given: _is_whole(given) and given > 0)
DIGITS = Argument("a number of digits", lambda given: _is_whole(given) and given >= 0)
NUMBER = Argument("a number", lambda given: _NUMBER.fullmatch(str(given)) is not None)
TEXT = Argument("a text", lambda given: given is not None and not isinstance(given, list | dict))
VALUES = Argument("a list of values", lambda given: isinstance(given, list))
TABLE = Argument("a table of values", lambda given: isinstance(given, dict))

_EXACT = pl.Decimal(38, 12)
_BLOCK_END = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^>]*>", re.IGNORECASE)
_BOOLEANS = {"1": True, "0": False, "true": True, "false": False, "Yes": True, "No": False}


def _is_whole(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _clean_html(text: str) -> str:
    return nh3.clean(text, link_rel=None)


def _html_to_text(text: str) -> str:
    bare = nh3.clean(_BLOCK_END.sub(" ", text), tags=set(), clean_content_tags={"script", "style"})
    return " ".join(html.unescape(bare).split())


def _plain(text: str) -> str:
    """What a shopper reads: entities decoded, and markup taken out where there is any."""
    return _html_to_text(text) if "<" in text else " ".join(html.unescape(text).split())


def _truncate(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > length * 0.6 else cut).rstrip() + "…"


def _slug(text: str) -> str | None:
    return slugify(html.unescape(text)) or None


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choose(expr: pl.Expr, table: Mapping[Any, Any]) -> pl.Expr:
    words = {_word(given): _word(result) for given, result in table.items()}
    return _text(expr).replace_strict(words, default=None, return_dtype=pl.String)


def _null_if(expr: pl.Expr, values: list[Any]) -> pl.Expr:
    unwanted = _text(expr).is_in([_word(value) for value in values])
    return pl.when(~unwanted).then(expr)


def _exact(expr: pl.Expr) -> pl.Expr:
    return decimal_text(expr).cast(_EXACT)


def _multiply(expr: pl.Expr, factor: Any) -> pl.Expr:
    return decimal_text(_exact(expr) * pl.lit(str(factor)).cast(_EXACT))


def _round(expr: pl.Expr, digits: Any) -> pl.Expr:
    return decimal_text(_exact(expr).round(int(digits), mode="half_away_from_zero"))


def _text(expr: pl.Expr) -> pl.Expr:
    return expr.cast(pl.String)


def _columnar(function: Callable[[pl.Expr], pl.Expr]) -> Build:
    return lambda expr, _: function(expr)


SHIPPED = (
    Transform(
        "trim",
        _columnar(lambda expr: _text(expr).str.strip_chars()),
        "Cuts white space off both ends.",
    ),
    Transform(
        "lower", _columnar(lambda expr: _text(expr).str.to_lowercase()), "Lower-case letters."
    ),
    Transform(
        "upper", _columnar(lambda expr: _text(expr).str.to_uppercase()), "Upper-case letters."
    ),
    Transform(
        "collapse_spaces",
        _columnar(lambda expr: _text(expr).str.replace_all(r"\s+", " ").str.strip_chars()),
        "Runs of white space become one space.",
    ),
    Transform(
        "decode_entities",
        each(html.unescape),
        "HTML entities become characters: `&trade;` becomes `™`.",
    ),
    Transform(
        "plain_text",
        each(_plain),
        "What a shopper reads: entities decoded, markup taken out, spaces collapsed.",
    ),
    Transform("html_to_text", each(_html_to_text), "Text without markup; blocks end with a space."),
    Transform(
        "clean_html",
        each(_clean_html),
        "Safe HTML: no scripts, styles, event handlers, comments or dangerous addresses.",
    ),
    Transform("slug", each(_slug), "A URL handle: lower-case ASCII letters, digits, dashes."),
    Transform(
        "truncate",
        lambda expr, length: each(lambda text: _truncate(text, length))(expr, None),
        "Cuts at a word and adds an ellipsis.",
        CHARACTERS,
    ),
    Transform(
        "prefix",
        lambda expr, text: pl.lit(str(text)) + _text(expr),
        "Puts a text in front.",
        TEXT,
    ),
    Transform(
        "suffix",
        lambda expr, text: _text(expr) + pl.lit(str(text)),
        "Puts a text behind.",
        TEXT,
    ),
    Transform(
        "default",
        lambda expr, value: _text(expr).fill_null(_word(value)),
        "Used where there is no value.",
        TEXT,
    ),
    Transform("null_if", _null_if, "These values become no value.", VALUES),
    Transform(
        "choose",
        _choose,
        "Turns given values into others; all others become no value.",
        TABLE,
    ),
    Transform(
        "split",
        lambda expr, separator: _text(expr).str.split(str(separator)),
        "A list, from a text with separators.",
        TEXT,
    ),
    Transform(
        "join",
        lambda expr, separator: expr.list.join(str(separator)),
        "One text, from a list.",
        TEXT,
    ),
    Transform(
        "decimal",
        _columnar(decimal_text),
        "A number as decimal text; what is no number becomes no value.",
    ),
    Transform(
        "multiply",
        _multiply,
        "Multiplies exactly, e.g. pounds to grams: `{multiply: 453.59237}`.",
        NUMBER,
    ),
    Transform("round", _round, "Rounds to so many digits, halves upwards.", DIGITS),
    Transform(
        "boolean",
        _columnar(lambda expr: _choose(expr, _BOOLEANS)),
        "1 and 0, true and false, Yes and No as a boolean.",
    ),
    Transform("json", _columnar(json_of), "The value as JSON text."),
)
