from __future__ import annotations

import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values

from reconcile.errors import SandboxError
from reconcile.sandbox.dotenv_file import (
    BEGIN,
    END,
    NAMES,
    check_free,
    connection_settings,
    remove_block,
    write_block,
)
from reconcile.sandbox.state import MedusaShop, PostgresServer, SampleShop, SandboxState, Selection

VALUES = {name: f"value-of-{name.lower()}" for name in NAMES}
OWN = "# my notes\nSLACK_URL=https://hooks.example/x\n\nexport OTHER='a b'\n"


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_a_new_file_holds_the_values_and_is_private(dotenv: Path) -> None:
    write_block(dotenv, VALUES)
    assert dotenv_values(dotenv) == VALUES
    assert stat.S_IMODE(dotenv.stat().st_mode) == 0o600


def test_the_users_lines_stay_as_they_are(dotenv: Path) -> None:
    dotenv.write_text(OWN)
    write_block(dotenv, VALUES)
    write_block(dotenv, {**VALUES, "MEDUSA_URL": "moved"})
    text = dotenv.read_text()
    assert text.startswith(OWN)
    assert text.count(BEGIN) == text.count(END) == 1
    assert dotenv_values(dotenv)["MEDUSA_URL"] == "moved"
    remove_block(dotenv)
    assert dotenv.read_text() == OWN


def test_lines_after_the_block_stay(dotenv: Path) -> None:
    write_block(dotenv, VALUES)
    with dotenv.open("a") as file:
        file.write("LATER=1\n")
    write_block(dotenv, VALUES)
    assert dotenv_values(dotenv) == {**VALUES, "LATER": "1"}


def test_a_lost_end_mark_costs_no_line_of_the_user(dotenv: Path) -> None:
    dotenv.write_text(f"A=1\n{BEGIN}\nMEDUSA_URL=old\nB=2\n")
    write_block(dotenv, VALUES)
    assert dotenv_values(dotenv) == {"A": "1", "B": "2", **VALUES}


def test_a_file_of_ours_alone_goes(dotenv: Path) -> None:
    write_block(dotenv, VALUES)
    remove_block(dotenv)
    assert not dotenv.exists()
    remove_block(dotenv)


@pytest.mark.parametrize(
    "line",
    [
        "MEDUSA_URL=https://shop.example",
        "export MAGENTO_CONSUMER_KEY='k'",
        "DATABASE_URL=postgres://x",
    ],
)
def test_settings_of_a_real_shop_are_refused_and_untouched(dotenv: Path, line: str) -> None:
    dotenv.write_text(f"{line}\n")
    with pytest.raises(SandboxError, match="already sets") as caught:
        write_block(dotenv, VALUES)
    assert "--workspace" in caught.value.remedy
    assert "shop.example" not in str(caught.value)
    assert dotenv.read_text() == f"{line}\n"


def test_an_empty_placeholder_is_no_setting(dotenv: Path) -> None:
    dotenv.write_text("MEDUSA_API_KEY=\n")
    check_free(dotenv)
    write_block(dotenv, VALUES)
    assert dotenv_values(dotenv)["MEDUSA_API_KEY"] == VALUES["MEDUSA_API_KEY"]


def test_every_name_gets_its_own_value() -> None:
    medusa = MedusaShop("http://m", "postgres://d", "a@b.example", "pw", "sk_1")
    magento = SampleShop("http://s", Selection(), "ck", "cs", "at", "ats")
    server = PostgresServer("postgres://p", own=True)
    settings = connection_settings(SandboxState("/w", "pins", server, medusa, magento))
    assert settings == {
        "MAGENTO_URL": "http://s",
        "MAGENTO_CONSUMER_KEY": "ck",
        "MAGENTO_CONSUMER_SECRET": "cs",
        "MAGENTO_ACCESS_TOKEN": "at",
        "MAGENTO_ACCESS_TOKEN_SECRET": "ats",
        "MEDUSA_URL": "http://m",
        "MEDUSA_API_KEY": "sk_1",
        "MEDUSA_ADMIN_EMAIL": "a@b.example",
        "MEDUSA_ADMIN_PASSWORD": "pw",
        "DATABASE_URL": "postgres://d",
    }
