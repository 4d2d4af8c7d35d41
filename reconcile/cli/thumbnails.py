"""What `show --html --thumbnails` adds: small pictures of the images a plan names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.cli.context import Context
from reconcile.cli.printable import printable
from reconcile.errors import ReconcileError
from reconcile.thumbnails import can_draw

if TYPE_CHECKING:
    from reconcile.thumbnails.gather import Failure

FOLDER = "thumbnails"
MOST = 2000
_SHOWN = 5
"""Failures that are told with their reason."""
_LONGEST = 120
"""Characters of an address that are shown."""


def pictures(context: Context, folder: Path, most: int, *, refresh: bool) -> dict[str, str]:
    """Address of an image -> `data:` address of its picture, for the plan in a folder.

    Only the hosts of the plan's two shops and those in the settings are asked. What is missing is
    said and no error. Raises ReconcileError without Pillow, PlanError, SettingsError, OSError.
    """
    if not can_draw():
        raise ReconcileError(
            "Thumbnails need Pillow, which is not installed.",
            remedy="pip install 'reconcile[thumbnails]'",
        )
    from reconcile.plan import file
    from reconcile.thumbnails.cache import Cache
    from reconcile.thumbnails.fetch import Fetcher
    from reconcile.thumbnails.gather import gather
    from reconcile.thumbnails.hosts import Allowed
    from reconcile.thumbnails.wanted import wanted

    config, plan = context.config, file.read(folder)
    chosen = wanted(plan.changes, most)
    if chosen.more:
        context.warn(f"The plan names more than {most:,} images; the first ones get a picture.")
    shops = (plan.header.source.url, plan.header.target.url)
    allowed = Allowed.of(shops, config.image_hosts)
    cache = Cache(config.work / FOLDER)
    with context.progress() as progress:
        found = gather(chosen.urls, cache, lambda: Fetcher(allowed), progress, refresh=refresh)
    context.note(f"Pictures: {len(found.pictures):,}, {found.fetched:,} of them fetched now")
    _tell(context, found.failures, len(chosen.urls))
    return found.pictures


def _tell(context: Context, failures: Sequence[Failure], total: int) -> None:
    if not failures:
        return
    context.warn(f"{len(failures):,} of {total:,} images have no picture:")
    for failure in failures[:_SHOWN]:
        url = failure.url if len(failure.url) <= _LONGEST else f"{failure.url[:_LONGEST]}..."
        context.note(f"  {printable(url)}: {printable(failure.reason)}")
    if len(failures) > _SHOWN:
        context.note(f"  and {len(failures) - _SHOWN:,} more")
