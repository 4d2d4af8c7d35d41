"""Commands typed against a shop that lives in memory."""

from __future__ import annotations

import pytest
from fake_shop import FakeShop
from shelf import read

from reconcile.cli import verify
from reconcile.cli.context import Context


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> FakeShop:
    """What the commands take for the target."""
    shop = FakeShop(name="medusa")
    monkeypatch.setattr(Context, "open_target", lambda _, **__: shop)
    monkeypatch.setattr(verify, "EXISTING", {"medusa": read})
    return shop
