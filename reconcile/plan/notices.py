"""What is said of many records at once, added up over the windows they are read in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconcile.model import Diagnostic, Severity
from reconcile.systems import SAMPLES, Notice


class Notices:
    """Adds up notices that say the same. The order in which they come does not matter."""

    def __init__(self) -> None:
        self._found: dict[tuple[Severity, str, str], Notice] = {}

    def add(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            said = (notice.severity, notice.code, notice.sentence)
            known = self._found.get(said)
            self._found[said] = _together(known, notice) if known else notice

    def diagnostics(self) -> Iterator[Diagnostic]:
        """One each, with counts and samples filled in; what counts nothing says nothing."""
        for notice in self._found.values():
            if notice.count:
                yield Diagnostic(
                    notice.severity, notice.code, _sentence(notice), remedy=notice.remedy
                )


def _together(one: Notice, other: Notice) -> Notice:
    samples = sorted({*one.samples, *other.samples})[:SAMPLES]
    return replace(one, count=one.count + other.count, samples=tuple(samples))


def _sentence(notice: Notice) -> str:
    """Samples come from shops: they are filled in last and never looked into."""
    counted = notice.sentence.replace("{count}", f"{notice.count:,}")
    return counted.replace("{samples}", ", ".join(notice.samples))
