"""Where the recorded answers of a real Magento store are, on machines that have them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared"


def recorded(name: str) -> Path:
    """``magento/<name>`` of the shared folder; skips the test without it, fails it in CI."""
    folder = Path(os.environ.get("RECONCILE_SHARED") or _BESIDE) / "magento" / name
    if not folder.is_dir():
        message = "recorded answers not found (set RECONCILE_SHARED)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
