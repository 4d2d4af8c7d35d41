"""When things happened: over some years, more and more often, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

_OPENED = int(datetime(2021, 1, 4, 7, 30, tzinfo=UTC).timestamp())
_SPAN = int(datetime(2026, 10, 30, tzinfo=UTC).timestamp()) - _OPENED
_HALF = 100  # the number of the one in the middle of the years
DAY = 86_400
_LENGTH = len("2026-11-21 00:49:27")
_LAST_SECOND, _MIDNIGHT = 37, 38


def moment(number: int) -> int:
    """Seconds since 1970 of the ``number``-th of a kind, whatever how many there are.

    The shop grows, so that later ones follow each other faster; some are the last second of a day
    or the first of the next.
    """
    seconds = _OPENED + _SPAN * number // (number + _HALF)
    if number % 50 == _LAST_SECOND:
        return seconds - seconds % DAY + DAY - 1
    if number % 50 == _MIDNIGHT:
        return seconds - seconds % DAY + DAY
    return seconds + number * 7919 % 3600


def written(seconds: int) -> str:
    """As Magento writes it: ``YYYY-MM-DD hh:mm:ss``, without a zone."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ", "seconds")[:_LENGTH]
