"""What the target cannot hold: whole entities that are not planned, fields that are left out.

Each record that loses something by it is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from reconcile.entities.spec import EntitySpec
from reconcile.model import Address, Diagnostic
from reconcile.systems import Lacking, Notice

_NOTHING = ("", "[]", "{}")
"""Texts of fields without content."""


def whole(lacking: Iterable[Lacking], entity: str) -> Lacking | None:
    """Why no record of an entity can be carried, if so."""
    return next((each for each in lacking if each.whole and each.entity == entity), None)


def fields(lacking: Iterable[Lacking], entity: str) -> frozenset[str]:
    """Fields of an entity that the target cannot hold."""
    return frozenset().union(*(each.fields for each in lacking if each.entity == entity))


def of_entity(lack: Lacking, spec: EntitySpec, names: pl.DataFrame) -> list[Diagnostic]:
    """Every record of an entity that is not carried, by `key` and `source_id`."""
    if not lack.per_record:
        return []
    return [
        Diagnostic(
            lack.severity,
            lack.code,
            f"The {spec.called(key or source_id)} is not carried: {lack.loss}.",
            address=Address(spec.name, key or source_id),
            remedy=lack.remedy,
        )
        for key, source_id in names.iter_rows()
    ]


def counted(lack: Lacking, spec: EntitySpec, names: pl.DataFrame) -> list[Notice]:
    """The same in one line, where the target's lack is what was asked for."""
    if lack.per_record:
        return []
    plural = spec.plural.replace("_", " ")
    sentence = f"{{count}} {plural} are not carried: {lack.loss}."
    return [Notice(lack.severity, lack.code, sentence, lack.remedy, names.height)]


def losses(
    lacking: Sequence[Lacking], spec: EntitySpec, touched: pl.DataFrame
) -> Iterator[Diagnostic | Notice]:
    """What the records that are created or changed would lose; `touched` are desired rows."""
    for lack in lacking:
        names = sorted(lack.fields & set(touched.columns))
        if lack.entity != spec.name or lack.whole or not names:
            continue
        losers = touched.filter(pl.any_horizontal(_has(touched, name) for name in names))
        if not lack.per_record:
            sentence = f"{{count}} {spec.plural.replace('_', ' ')} would lose {lack.loss}."
            yield Notice(lack.severity, lack.code, sentence, lack.remedy, losers.height)
            continue
        for key in losers["key"]:
            yield Diagnostic(
                lack.severity,
                lack.code,
                f"The {spec.called(key)} would lose {lack.loss}.",
                address=Address(spec.name, key),
                remedy=lack.remedy,
            )


def _has(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Whether a field has a value worth missing: not null, not false, not empty."""
    if frame.schema[name] == pl.Boolean:
        return pl.col(name).fill_null(value=False)
    column = pl.col(name)
    if frame.schema[name] == pl.String:
        return column.is_not_null() & ~column.is_in(_NOTHING)
    return column.is_not_null()
