"""A plan's folder -> one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import PlanError
from reconcile.packing import archive
from reconcile.packing.sealing import sealed
from reconcile.plan import file
from reconcile.private_file import open_private


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed: `digest` is the plan's, which an approval names; `size` in bytes."""

    plan_id: str
    digest: str
    path: Path
    files: tuple[str, ...]
    size: int
    encrypted: bool


def default_name(plan_id: str, key: str) -> str:
    return f"{plan_id}.sealed" if key else f"{plan_id}.tar.gz"


def pack(folder: Path, path: Path, key: str) -> Packed:
    """Write the plan in `folder` into one file, readable by its owner only.

    `key` is 32 bytes in base64 or a passphrase; "" leaves the file open to everybody who gets it.
    An earlier file is replaced in one step. Raises PlanError for a plan that is not whole, a weak
    key, and when the disk refuses.
    """
    plan = file.read(folder)
    chunks = archive.packed(folder)
    chunks = sealed(chunks, key) if key else chunks
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_private(partial) as packed:
            for chunk in chunks:
                packed.write(chunk)
        partial.replace(path)
    except OSError as error:
        raise PlanError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return Packed(
        plan_id=plan.header.id,
        digest=plan.digest,
        path=path,
        files=tuple(name for name in archive.FILES if (folder / name).is_file()),
        size=path.stat().st_size,
        encrypted=bool(key),
    )
