"""Settings every test shares. Being here also puts this folder on the import path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("reconcile", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("reconcile")


@pytest.fixture(autouse=True, scope="session")
def _state_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Locks of a test run are its own: another run beside it may write to a shop of that name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a process: playwright does not start a second time beside it."""
    from headless import chromium

    with chromium() as browser:
        yield browser
