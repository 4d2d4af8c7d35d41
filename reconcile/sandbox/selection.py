"""Settle what the sample Magento is to serve, from what was asked for now and before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import SandboxError
from reconcile.sandbox.state import Selection


@dataclass(frozen=True, slots=True)
class Wish:
    """What `sandbox up` was asked for; None where nothing was said."""

    size: int | None = None
    seed: int | None = None
    drift: int | None = None
    data: Path | None = None

    @property
    def about_generated(self) -> bool:
        """Whether it says anything about a generated shop."""
        return (self.size, self.seed, self.drift) != (None, None, None)


def settle(wish: Wish, before: Selection | None) -> Selection:
    """The selection to serve: what was not asked for stays as it was, or at its default.

    Raises SandboxError when recorded answers and a generated shop are asked for at once.
    """
    if wish.data is not None:
        if wish.about_generated:
            raise SandboxError("--data excludes --size, --seed and --drift")
        return Selection(data=str(_folder(wish.data)))
    if not wish.about_generated:
        return before or Selection()
    known = before if before is not None and before.data is None else Selection()
    return Selection(
        size=known.size if wish.size is None else wish.size,
        seed=known.seed if wish.seed is None else wish.seed,
        drift=known.drift if wish.drift is None else wish.drift,
    )


def _folder(path: Path) -> Path:
    resolved = path.expanduser().resolve()
    if not resolved.is_dir():
        raise SandboxError(f"no folder of recorded answers at {resolved}")
    return resolved
