from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest

from reconcile.errors import SandboxError
from reconcile.sandbox.state import (
    MedusaShop,
    PostgresServer,
    SampleShop,
    SandboxState,
    Selection,
    load,
    save,
)

STATE = SandboxState(
    workspace="/w",
    pins="medusa-1",
    postgres=PostgresServer("postgres://medusa:hunter2@127.0.0.1:1/postgres", own=True),
    medusa=MedusaShop("http://127.0.0.1:2", "postgres://medusa:hunter2@127.0.0.1:1/shop"),
    magento=SampleShop("http://127.0.0.1:3", Selection(size=5, drift=2)),
    companion=False,
    extension="/c",
)


def test_what_is_saved_is_loaded_again_and_private(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    save(STATE, path)
    assert load(path) == STATE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_is_no_state(tmp_path: Path) -> None:
    assert load(tmp_path / "state.json") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"workspace": "/w", "pins": "x"}', "null"])
def test_a_damaged_file_is_named_with_its_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(SandboxError, match=r"state\.json is damaged") as caught:
        load(path)
    assert "down --purge" in caught.value.remedy


def test_no_secret_shows_in_a_repr() -> None:
    medusa, magento = dataclasses.asdict(STATE.medusa), dataclasses.asdict(STATE.magento)
    secrets = {
        "hunter2",
        *(medusa[name] for name in ("admin_password", "jwt_secret", "cookie_secret")),
        *(magento[name] for name in ("consumer_secret", "access_token", "access_token_secret")),
    }
    assert len(secrets) == 7
    assert not [secret for secret in secrets if secret in repr(STATE)]
