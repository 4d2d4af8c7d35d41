"""The section `redirects` of reconcile.yml."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from reconcile.cli import main
from reconcile.config import load
from reconcile.settings import RedirectSettings


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("", RedirectSettings(".html", "/products/{handle}", "/categories/{handle}")),
        ('redirects: {suffix: ""}\n', RedirectSettings(suffix="")),
        ("redirects:\n  product: /p/{handle}\n", RedirectSettings(product="/p/{handle}")),
    ],
)
def test_what_is_not_said_is_as_magento_and_medusa_come(
    tmp_path: Path, section: str, expected: RedirectSettings
) -> None:
    CliRunner().invoke(main, ["init", str(tmp_path)])
    file = tmp_path / "reconcile.yml"
    file.write_text(file.read_text() + section)
    assert load(tmp_path).redirects == expected
