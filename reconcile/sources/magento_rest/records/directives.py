"""Magento's template directives (`{{media url="a.jpg"}}`, `{{widget ...}}`) in texts."""

from __future__ import annotations

import polars as pl

_QUOTE = r"(?:&quot;|[\"'])?"
_MEDIA = rf"\{{\{{\s*media\s+url={_QUOTE}([^\"'}}\s&]+){_QUOTE}\s*\}}\}}"
_ANY = r"(?s)\{\{.*?\}\}"


def resolved(expr: pl.Expr, media_url: str) -> pl.Expr:
    """Media directives become plain addresses; the others mean nothing elsewhere and go."""
    base = media_url.replace("$", "$$")
    return expr.str.replace_all(_MEDIA, f"{base}/$1").str.replace_all(_ANY, "")
