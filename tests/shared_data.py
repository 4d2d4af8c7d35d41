"""Where the recorded answers of a real Magento shop are, on machines that have them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared"


def recorded(name: str) -> Path:
    """`magento/<name>` of the shared folder.

    Skips the test on a machine without the folder; fails it where RECONCILE_SHARED says that
    there is one, as continuous integration does.
    """
    named = os.environ.get("RECONCILE_SHARED")
    folder = Path(named or _BESIDE) / "magento" / name
    if not folder.is_dir():
        if named:
            pytest.fail(f"RECONCILE_SHARED names a folder without {folder}")
        pytest.skip("recorded answers not found (set RECONCILE_SHARED)")
    return folder
