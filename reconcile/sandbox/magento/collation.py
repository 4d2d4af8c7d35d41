"""How the shop's database compares text: ignoring case, accents and trailing blanks."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_LEADING_NUMBER = re.compile(r"\s*([-+]?\d*\.?\d+)")
_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?")
ZERO_DATE = "0000-00-00 00:00:00"


def collate(text: str) -> str:
    """The form in which two texts are equal for MySQL's ``utf8_general_ci``."""
    if text.isascii():
        return text.rstrip(" ").upper()
    decomposed = unicodedata.normalize("NFD", text.rstrip(" "))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).upper()


def as_number(value: object) -> Decimal:
    """A number as MySQL casts it: the leading digits of a text, else 0."""
    if isinstance(value, (bool, int)):
        return Decimal(int(value))
    matched = _LEADING_NUMBER.match(str(value))
    try:
        return Decimal(matched[1]) if matched else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def as_date_time(text: str) -> str:
    """``YYYY-MM-DD hh:mm:ss``: zones are ignored, a date is midnight, anything else year zero."""
    matched = _DATE_TIME.match(text)
    if not matched:
        return ZERO_DATE
    day, minutes, seconds = matched.groups()
    return f"{day} {minutes or '00:00'}{seconds or ':00'}"
