"""Named pure functions that mappings chain: `transforms: [decode_entities, {truncate: 80}]`.

`columnar` transforms build a polars expression; `each` transforms work on one text at a time and
run once per distinct value. A user's file adds more:

    # mappings/transforms.py
    from reconcile.mapping.transforms import transform

    @transform
    def sku_family(value: str) -> str | None:
        "The part of a SKU before the first dash."
        return value.split("-")[0]
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl

from reconcile.canonical import digest
from reconcile.errors import MappingError

Build = Callable[[pl.Expr, Any], pl.Expr]
MARK = "__reconcile_transform__"


@dataclass(frozen=True, slots=True)
class Argument:
    """What a transform takes: in words, and how to tell."""

    words: str
    fits: Callable[[Any], bool]


NOTHING = Argument("no argument", lambda given: given is None)


@dataclass(frozen=True, slots=True)
class Transform:
    """A named transform."""

    name: str
    build: Build
    doc: str
    argument: Argument = NOTHING


@dataclass(frozen=True, slots=True)
class Step:
    """One use of a transform in a mapping."""

    transform: Transform
    argument: Any = None

    def apply(self, expr: pl.Expr) -> pl.Expr:
        return self.transform.build(expr, self.argument)


@dataclass(frozen=True, slots=True)
class Transforms:
    """What mappings may name. `digest` covers the user's own file."""

    by_name: Mapping[str, Transform] = field(default_factory=dict)
    digest: str = "none"

    def step(self, name: str, argument: Any) -> Step:
        """Raises MappingError for an unknown name or a wrong use of the argument."""
        found = self.by_name.get(name)
        if found is None:
            raise MappingError(
                f"There is no transform '{name}'.",
                remedy="`reconcile transforms` lists them.",
            )
        if not found.argument.fits(argument):
            verb = "takes" if found.argument is NOTHING else "needs"
            raise MappingError(f"The transform '{name}' {verb} {found.argument.words}.")
        return Step(found, argument)


def each(function: Callable[[str], str | None]) -> Build:
    """A transform from a function of one text; it runs once per distinct value."""

    def on_series(series: pl.Series) -> pl.Series:
        distinct = series.drop_nulls().unique()
        results = {text: _called(function, text) for text in distinct}
        return series.replace_strict(results, default=None, return_dtype=pl.String)

    return lambda expr, _: expr.cast(pl.String).map_batches(on_series, return_dtype=pl.String)


def _each_with(function: Callable[[str, Any], str | None]) -> Build:
    return lambda expr, argument: each(lambda text: function(text, argument))(expr, None)


def _called(function: Callable[[str], str | None], text: str) -> str | None:
    try:
        result = function(text)
    except Exception as error:  # a user's own code may fail in any way
        raise _failed(function, text, repr(error)) from error
    if result is None or isinstance(result, str):
        return result
    raise _failed(function, text, f"it gave {result!r}, not a text")


def _failed(function: Callable[[str], str | None], text: str, why: str) -> MappingError:
    name = getattr(function, "__name__", "?")
    return MappingError(
        f"The transform '{name}' failed on '{text[:80]}': {why}.",
        remedy="Correct it; for a text it cannot handle it may return None.",
    )


def transform(function: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Marks a function of a user's file as a transform named like the function."""
    setattr(function, MARK, True)
    return function


def load_transforms(file: Path | None) -> Transforms:
    """The shipped transforms, and those of a user's file. Raises MappingError when it fails."""
    from reconcile.mapping.shipped import SHIPPED  # shipped.py is built from this module

    shipped = {known.name: known for known in SHIPPED}
    if file is None:
        return Transforms(shipped)
    own = {name: found for name, found in vars(_module(file)).items() if hasattr(found, MARK)}
    taken = sorted(own.keys() & shipped.keys())
    if taken:
        raise MappingError(
            f"There is a transform '{taken[0]}' already.",
            where=str(file),
            remedy="Give yours another name.",
        )
    extra = {
        name: Transform(name, each(function), (function.__doc__ or "").strip())
        for name, function in own.items()
    }
    return Transforms(shipped | extra, digest([file.read_bytes()]))


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("reconcile_user_transforms", file)
    if spec is None or spec.loader is None:
        raise MappingError("Not a Python file.", where=str(file))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # the user's own code may fail in any way
        raise MappingError(f"Cannot be loaded: {error!r}.", where=str(file)) from error
    return module
