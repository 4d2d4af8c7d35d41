"""The frames of a run as they may be shown to everybody: what tells something about a person is
masked. Ids stay, so that who may do so can look a row up."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.identity import FOREIGN
from reconcile.masking import masked, masked_email
from reconcile.report.private import HIDDEN
from reconcile.three_way import MARK

_NOTHING = frozenset({"", "[]", "{}"})
_KEYS = sorted(spec.name for spec in ENTITIES if spec.personal_key)
_PEOPLE = sorted(spec.name for spec in ENTITIES if spec.personal)
VALUES = ("magento", "medusa", "value")


def masked_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Any frame with a column `entity`: its keys, and values of the fields in `field`."""
    if frame.filter(pl.col("entity").is_in(_PEOPLE)).is_empty():
        return frame
    columns = frame.columns
    shown = [_key(frame, name) for name in ("key", "other") if name in columns]
    if "field" in columns:
        shown += [_value(frame, name) for name in VALUES if name in columns]
    return frame.with_columns(shown)


def masked_twins(frame: pl.DataFrame) -> pl.DataFrame:
    """Twins whose kind is an e-mail."""
    is_email = pl.col("kind") == "email"
    return frame.with_columns(
        pl.when(is_email)
        .then(pl.col(name).map_elements(masked_email, return_dtype=pl.String))
        .otherwise(name)
        for name in ("key", "other")
    )


def _key(frame: pl.DataFrame, name: str) -> pl.Series:
    personal = frame["entity"].is_in(_KEYS)
    return _mapped(frame, name, personal.to_list(), _masked_key)


def _masked_key(text: str) -> str:
    return text if text.startswith(FOREIGN) else masked_email(text) if text else text


def _value(frame: pl.DataFrame, name: str) -> pl.Series:
    known: dict[tuple[str, str], bool] = {}
    personal = []
    for entity, field in frame.select("entity", "field").iter_rows():
        if (entity, field) not in known:
            known[entity, field] = _is_personal(entity, field)
        personal.append(known[entity, field])
    return _mapped(frame, name, personal, _masked_value)


def _is_personal(entity: str, name: str) -> bool:
    spec = ENTITY_BY_NAME.get(entity)
    known = spec.field(name) if spec else None
    return known is not None and known.personal and name != MARK


def _masked_value(text: str) -> str:
    """That there is none, or an empty one, may be known."""
    if text in _NOTHING:
        return text
    return masked(text) if "@" in text and not text.startswith(("[", "{")) else HIDDEN


def _mapped(
    frame: pl.DataFrame, name: str, chosen: list[bool], mask: Callable[[str], str]
) -> pl.Series:
    texts = [
        mask(text) if is_chosen and text is not None else text
        for text, is_chosen in zip(frame[name], chosen, strict=True)
    ]
    return pl.Series(name, texts, dtype=pl.String)
