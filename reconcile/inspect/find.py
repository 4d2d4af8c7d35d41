"""Which record is meant: by SKU, handle, e-mail, order number, id of either shop, or address."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from string import Formatter

import polars as pl

from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec
from reconcile.errors import PlanError
from reconcile.inspect.relatives import Asked
from reconcile.inspect.snapshots import Shops, fits, held
from reconcile.mapping import desired
from reconcile.mapping.document import EntityMapping
from reconcile.mapping.expressions import cell
from reconcile.model import Address
from reconcile.quarantine.source_records import filled
from reconcile.systems import Records

FIRST = ("product", "variant", "customer", "order")
"""What people mostly ask for, in this order; the rest follow in the order they are written."""

HANDLE = "handle"
ROW = "row"
"""A row of the source fits, though no record of that entity is made of it."""
LOOK_ALIKES = 5
CLOSE = 0.6
AT_MOST = 5_000
"""Keys that are compared letter by letter; the likeliest of more."""

_SOURCE_ID = re.compile(r"[a-z]+:[a-z_]+/(?P<id>[^/]+)")


def find(shops: Shops, words: str, entity: str = "") -> list[Asked]:
    """Every record that the words fit, what is most likely meant first; each entity once.

    Raises PlanError for an entity without a mapping.
    """
    mappings = shops.inputs.mappings
    known = [name for name in _order() if name in mappings]
    if entity and entity not in known:
        raise PlanError(
            f"There is no mapping of '{entity}'.",
            remedy=f"Mapped are: {', '.join(known)}.",
        )
    prefix, _, rest = words.partition(":")
    if not entity and prefix in known and rest:
        entity, words = prefix, rest
    chosen = [entity] if entity else known
    parts = (_in_entity(shops, ENTITY_BY_NAME[name], words, bool(entity)) for name in chosen)
    found = list(chain.from_iterable(parts))
    return [each for each in found if each.by != ROW] or found


def _order() -> list[str]:
    names = [spec.name for spec in ENTITIES]
    return [*FIRST, *(name for name in names if name not in FIRST)]


def _in_entity(shops: Shops, spec: EntitySpec, words: str, certain: bool) -> list[Asked]:
    """The best fit of one entity: what a source record fits, and its likely partner."""
    if spec.key_fields and not certain and not _is_composite(spec, words):
        return []
    names = {words, *_source_ids(shops, spec, words, certain=certain)}
    here = _in_source(shops, spec, words, names)
    there = _in_target(shops, spec, words, names)
    for by in ("key", "id", HANDLE, ROW):
        some = [each for each in (*here, *there) if each.by == by]
        if some:
            return [_merged(some)]
    # Only a plan knows keys that are made of others.
    return [Asked(spec.name, key=words, by=ROW)] if spec.key_fields else []


def _is_composite(spec: EntitySpec, words: str) -> bool:
    return words.count(spec.key_separator) >= (1 if len(spec.key_fields) == 2 else 3)


def _merged(some: Sequence[Asked]) -> Asked:
    """The first, with what the others of the same key, or mark, add to it."""
    first = some[0]
    for each in some[1:]:
        same_key = first.key is not None and each.key == first.key
        if same_key or (each.source_id and each.source_id == first.source_id):
            return Asked(
                first.entity,
                first.key,
                first.source_id or each.source_id,
                first.target_id or each.target_id,
                first.by,
            )
    return first


def _source_ids(shops: Shops, spec: EntitySpec, words: str, *, certain: bool) -> Iterator[str]:
    """The source ids that `14` (where the entity is said) or `magento:product/14` may stand for."""
    told = _SOURCE_ID.fullmatch(words)
    number = told["id"] if told else words if certain else ""
    named = told is None or f":{spec.name.replace('_', '')}/" in words.replace("_", "")
    for origin in shops.origins.get(spec.name, ()) if number and named else ():
        columns = [name for _, name, _, _ in Formatter().parse(origin.source_id) if name]
        if len(columns) == 1:
            yield origin.source_id.format(**{columns[0]: number})


def _in_source(shops: Shops, spec: EntitySpec, words: str, names: set[str]) -> list[Asked]:
    """Fits of the source. Of large entities its tables tell, of others the records themselves."""
    if spec.name in shops.main:
        return _in_tables(shops, spec, words, names)
    mapping = shops.inputs.mappings[spec.name]
    records = shops.inputs.records(shops.inputs.source, spec.name, shops.options)
    frame = _named(mapping, records)
    hits = frame.filter(
        pl.col("key").is_in([words])
        | pl.col("source_id").is_in(sorted(names))
        | pl.col(HANDLE).is_in([words])
    ).collect()
    found = [_asked(spec, words, names, *row) for row in hits.iter_rows()]
    if found:
        return found
    rows = _in_tables(shops, spec, words, names)
    return [replace(each, by=ROW) for each in rows]


def _named(mapping: EntityMapping, records: Records) -> pl.LazyFrame:
    """`key`, `source_id` and `handle` of all records, by the same expressions as the plan's."""
    schema = records.frame.collect_schema()
    handle = pl.lit(None, dtype=pl.String)
    for rule in mapping.managed_rules:
        field = mapping.spec.field(rule.field)
        if rule.field == HANDLE and field:
            handle = cell(rule, field, records.json, schema)
    key = desired.key_of(mapping, schema).cast(pl.String)
    return records.frame.select(key.alias("key"), "source_id", handle.alias(HANDLE))


def _asked(
    spec: EntitySpec, words: str, names: set[str], key: str | None, source_id: str | None,
    handle: str | None, target_id: str | None = None,
) -> Asked:  # fmt: skip
    by_id = source_id in names or target_id == words
    by = "key" if key == words else "id" if by_id else HANDLE if handle == words else "key"
    return Asked(spec.name, key, source_id, target_id, by)


def _in_tables(shops: Shops, spec: EntitySpec, words: str, names: set[str]) -> list[Asked]:
    """Rows that make a record of this entity, or would if it were carried."""
    found: list[Asked] = []
    for origin in held(shops.inputs.source, shops.origins.get(spec.name, ())):
        key = filled(origin.key, folds_case=origin.folds_case)
        rows = shops.inputs.source.scan(origin.table).filter(fits(origin, names))
        named = rows.select(key.alias("key"), filled(origin.source_id).alias("id")).unique()
        for made, source_id in named.sort("id").collect().iter_rows():
            found.append(_asked(spec, words, names, made, source_id, None))
    return found


def _in_target(shops: Shops, spec: EntitySpec, words: str, names: set[str]) -> list[Asked]:
    fields = [HANDLE] if HANDLE in spec.by_name else []
    frame = shops.inputs.existing(shops.inputs.target, spec, fields)
    folded = words.strip().lower() if spec.personal_key else words
    hits = frame.filter(
        (pl.col("target_id") == words)
        | pl.col("key").is_in([words, folded])
        | pl.col("source_id").is_in(sorted(names))
        | (pl.col(HANDLE) == words if fields else pl.lit(value=False))
    )
    columns = ["key", "source_id", *fields, "target_id"]
    rows = hits.select(columns).collect().iter_rows(named=True)
    return [
        _asked(spec, words, names, row["key"], row["source_id"], row.get(HANDLE), row["target_id"])
        for row in rows
    ]


def look_alikes(shops: Shops, words: str, entity: str = "") -> list[Address]:
    """Records of either shop whose keys are nearest to the words."""
    prefix, _, rest = words.partition(":")
    if prefix in shops.inputs.mappings and rest:
        entity, words = prefix, rest
    specs = [
        ENTITY_BY_NAME[name]
        for name in ([entity] if entity else _order())
        if name in shops.inputs.mappings
    ]
    keys = pl.concat([_keys(shops, spec) for spec in specs])
    near = _near(keys.unique(maintain_order=True), words)
    by_key: dict[str, str] = {}
    for name, key in near.iter_rows():
        by_key.setdefault(key, name)
    close = difflib.get_close_matches(words, list(by_key), n=LOOK_ALIKES, cutoff=CLOSE)
    return [Address(by_key[key], key) for key in close]


def _keys(shops: Shops, spec: EntitySpec) -> pl.DataFrame:
    """Entity and key of all records that have one of their own."""
    parts = [pl.LazyFrame(schema={"key": pl.String})]
    for origin in held(shops.inputs.source, shops.origins.get(spec.name, ())):
        if origin.key and not spec.key_fields:
            key = filled(origin.key, folds_case=origin.folds_case)
            parts.append(shops.inputs.source.scan(origin.table).select(key.alias("key")))
    if not spec.key_fields:
        parts.append(shops.inputs.existing(shops.inputs.target, spec, []).select("key"))
    keys = pl.concat(parts).drop_nulls().unique().sort("key").collect()
    return keys.select(pl.lit(spec.name).alias("entity"), "key")


def _near(keys: pl.DataFrame, words: str) -> pl.DataFrame:
    """Of very many keys those of a similar length that begin, or end, alike."""
    length = pl.col("key").str.len_chars().cast(pl.Int64)
    about = keys.filter((length - len(words)).abs() <= max(2, len(words) // 2))
    if about.height <= AT_MOST:
        return about
    folded = pl.col("key").str.to_lowercase()
    start, end = words[:3].lower(), words[-3:].lower()
    alike = folded.str.starts_with(start) | folded.str.ends_with(end)
    return about.filter(alike).head(AT_MOST)
