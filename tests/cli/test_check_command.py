"""`reconcile check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shop_in_memory import Run, Shop

from reconcile.cli.context import Context
from reconcile.errors import MappingError, SettingsError
from reconcile.model import Finding

GOOD = Finding("magento", "products", ok=True, message="2,057 readable")
BAD = Finding("medusa", "sales channel", ok=False, message="there is none", remedy="Create one.")

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture(autouse=True)
def _mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Context, "mappings", lambda _: (None, {"product": None, "category": None}))


def test_all_is_well(run: Run, magento: Shop, medusa: Shop) -> None:
    magento.findings, medusa.findings = [GOOD], [GOOD]
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout.count("✓") == 4
    assert (magento.closed, medusa.closed) == (1, 1)


def test_a_failure_stands_with_its_remedy(run: Run, magento: Shop, medusa: Shop) -> None:
    magento.findings, medusa.findings = [GOOD], [BAD]
    result = run("check")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    failed = next(number for number, line in enumerate(lines) if line.startswith("✗"))
    assert lines[failed].split() == ["✗", "medusa", "sales", "channel", "there", "is", "none"]
    assert lines[failed + 1].strip() == "Create one."


def test_json(run: Run, magento: Shop, medusa: Shop) -> None:
    medusa.findings = [BAD]
    result = run("check", "--json")
    found = {each["subject"]: each for each in json.loads(result.stdout)}
    assert found["sales channel"] == {
        "system": "medusa",
        "subject": "sales channel",
        "ok": False,
        "message": "there is none",
        "remedy": "Create one.",
    }


def test_settings_of_one_shop_do_not_hide_the_other(run: Run, magento: Shop, medusa: Shop) -> None:
    magento.broken_when = "opened"
    magento.broken = SettingsError("MAGENTO_URL is not set.", where="reconcile.yml:10")
    medusa.findings = [BAD]
    result = run("check")
    assert "reconcile.yml:10: MAGENTO_URL is not set." in result.stdout
    assert "there is none" in result.stdout
    assert result.exit_code == 1


def test_a_mapping_mistake(
    run: Run, magento: Shop, medusa: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mappings(_: Context) -> None:
        raise MappingError("'titel' is no field.", where="product.yml:7", remedy="Write title.")

    monkeypatch.setattr(Context, "mappings", mappings)
    result = run("check")
    assert result.exit_code == 1
    assert "product.yml:7: 'titel' is no field." in result.stdout


def test_hostile_text(run: Run, magento: Shop, medusa: Shop) -> None:
    magento.findings = [Finding("magento", "name", ok=True, message="[red]\x1b[2J")]
    assert "[red]\\x1b[2J" in run("check").stdout


def test_settings_that_cannot_be_read(run: Run, workspace: Path) -> None:
    (workspace / "reconcile.yml").write_text("version: 1\n")
    result = run("check")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: reconcile.yml:1: `source` is missing.")


def test_passwords_to_carry_need_their_file(
    run: Run, magento: Shop, medusa: Shop, workspace: Path
) -> None:
    settings = workspace / "reconcile.yml"
    settings.write_text(settings.read_text().replace("passwords: none", "passwords: carry"))
    missing = run("check")
    assert (missing.exit_code, "customer_hashes.sealed" in missing.stdout) == (1, True)
    assert "reconcile customers seal-hashes" in " ".join(missing.stdout.split())
    sealed = workspace / ".reconcile" / "customer_hashes.sealed"
    sealed.parent.mkdir(exist_ok=True)
    sealed.touch()
    assert run("check").exit_code == 0
