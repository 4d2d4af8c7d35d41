"""Bytes of an answer: JSON the way PHP writes it, or XML when the client insists."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape


def php_json(answer: Any) -> bytes:
    """Compact JSON with ``\\u`` escapes and escaped slashes; Decimals without trailing zeros."""
    text = json.dumps(answer, separators=(",", ":"), default=_number)
    return text.replace("/", "\\/").encode("ascii")


def _number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    return int(value) if value == value.to_integral_value() else float(value)


def xml(answer: Any) -> bytes:
    """``<response>`` with one element per member; list entries are ``<item>``."""
    return f'<?xml version="1.0"?>\n{_element("response", answer, 0)}\n'.encode()


def _element(name: str, value: Any, depth: int) -> str:
    indent = "  " * depth
    if isinstance(value, dict):
        children = [_element(key, below, depth + 1) for key, below in value.items()]
    elif isinstance(value, list):
        children = [_element("item", below, depth + 1) for below in value]
    else:
        return f"{indent}<{name}>{_scalar(value)}</{name}>"
    if not children:
        return f"{indent}<{name}/>"
    return "\n".join([f"{indent}<{name}>", *children, f"{indent}</{name}>"])


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))
