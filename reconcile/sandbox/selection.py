"""Settle what the sample Magento is to serve, from what was asked for now and before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reconcile.errors import SandboxError
from reconcile.sandbox.state import Selection

_GENERATED = ("size", "seed", "drift", "customers", "orders", "oddities")


@dataclass(frozen=True, slots=True)
class Wish:
    """What `sandbox up` was asked for; None where nothing was said."""

    size: int | None = None
    seed: int | None = None
    drift: int | None = None
    data: Path | None = None
    customers: int | None = None
    orders: int | None = None
    oddities: bool | None = None

    @property
    def generated(self) -> dict[str, Any]:
        """What it says about a generated shop, by the names of a selection."""
        wanted = {name: getattr(self, name) for name in _GENERATED}
        return {name: value for name, value in wanted.items() if value is not None}


def settle(wish: Wish, before: Selection | None) -> Selection:
    """The selection to serve: what was not asked for stays as it was, or at its default.

    Raises SandboxError when recorded answers and a generated shop are asked for at once.
    """
    if wish.data is not None:
        if wish.generated:
            options = " and ".join(f"--{name}" for name in wish.generated)
            raise SandboxError(f"--data excludes {options}")
        return Selection(data=str(_folder(wish.data)))
    if not wish.generated:
        return before or Selection()
    known = before if before is not None and before.data is None else Selection()
    return replace(known, **wish.generated)


def _folder(path: Path) -> Path:
    resolved = path.expanduser().resolve()
    if not resolved.is_dir():
        raise SandboxError(f"no folder of recorded answers at {resolved}")
    return resolved
