"""Records that may be the same and were not taken for it, or were for want of anything better."""

from __future__ import annotations

import polars as pl

from reconcile.drift.document import LOOSE
from reconcile.entities.spec import EntitySpec
from reconcile.identity import FOREIGN, with_composite_key
from reconcile.matching import By
from reconcile.plan.standing import Standing

BY_MEMBERS = "paired only because what lives in it has the same keys"
ALIKE = "keys differ only in case or white space"
SEVERAL = "several records of Medusa have this key"


def folded(expr: pl.Expr) -> pl.Expr:
    """The text without what people do not see a difference in: case and white space."""
    return expr.str.to_lowercase().str.replace_all(r"\s", "")


def of_standing(found: Standing) -> pl.DataFrame:
    """Rows of LOOSE that who is who tells by itself."""
    return pl.concat([_by_members(found), _alike(found), _copies(found)])


def _by_members(found: Standing) -> pl.DataFrame:
    pairs = found.matched.filter(pl.col("by") == By.MEMBERS.value)
    return _rows(found.spec, pairs, BY_MEMBERS)


def _alike(found: Standing) -> pl.DataFrame:
    """New records beside existing ones; composite keys follow from those of other records."""
    if found.spec.key_fields:
        return LOOSE.to_frame()
    frames = (found.held, found.missing, found.unmanaged)
    held = pl.concat([each.select("target_id", pl.col("key").alias("other")) for each in frames])
    named = held.drop_nulls("other").filter(~pl.col("other").str.starts_with(FOREIGN))
    plain = named.with_columns(folded(pl.col("other")).alias("plain"))
    wanted = found.new.select("key", folded(pl.col("key")).alias("plain"))
    alike = wanted.join(plain, on="plain").filter(pl.col("key") != pl.col("other"))
    return _rows(found.spec, alike, ALIKE)


def _copies(found: Standing) -> pl.DataFrame:
    """Of one composite key, such as two prices of one variant in one list."""
    spec = found.spec
    if not spec.key_fields or not {*spec.key_fields} <= {*found.missing.columns}:
        return LOOSE.to_frame()
    copies = found.missing.filter(pl.col("key").str.starts_with(FOREIGN))
    named = with_composite_key(copies, spec).filter(~pl.col("key").str.contains(FOREIGN))
    return _rows(spec, named, SEVERAL)


def several(spec: EntitySpec, identity: pl.DataFrame) -> pl.DataFrame:
    """Rows of LOOSE for target records of one key. `identity` has `target_id` and `key`."""
    named = identity.drop_nulls("key")
    return _rows(spec, named.filter(pl.col("key").is_duplicated()), SEVERAL)


def same_value(
    spec: EntitySpec, name: str, wanted: pl.DataFrame, held: pl.DataFrame
) -> pl.DataFrame:
    """Rows of LOOSE for records that nobody is the partner of and that have, under another key,
    what must be unique (a handle). Both frames have `key` and `value`, `held` also `target_id`.
    """
    both = wanted.join(held.rename({"key": "other"}), on="value")
    reason = pl.format(f"has the same {name} '{{}}'", pl.col("value"))
    named = both.filter(pl.col("key").ne_missing(pl.col("other"))).with_columns(reason=reason)
    return _rows(spec, named, None)


def _rows(spec: EntitySpec, frame: pl.DataFrame, reason: str | None) -> pl.DataFrame:
    other = pl.col("other") if "other" in frame.columns else pl.lit("")
    why = pl.col("reason") if reason is None else pl.lit(reason)
    return frame.select(
        pl.lit(spec.name).alias("entity"),
        "key",
        other.fill_null("").alias("other"),
        "target_id",
        why.alias("reason"),
    )
