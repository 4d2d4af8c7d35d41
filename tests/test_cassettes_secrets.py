"""Recorded answers go into the repository: no secrets in them, and not too many of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cassettes.recording import FOLDER

CASSETTES = sorted(FOLDER.glob("*.yaml"))
MOST_BYTES = 240_000
SECRET = re.compile(
    r"authorization|cookie|bearer |basic [a-z0-9+/=]{8}|oauth_|sk_[0-9a-z]{6}|eyj[a-z0-9_-]{20}"
    r"|password\b|consumer_secret|access_token|127\.0\.0\.1|localhost",
    re.IGNORECASE,
)
"""Names of headers, keys and tokens, and addresses of the machine that recorded."""


def test_there_are_some() -> None:
    assert [path.stem for path in CASSETTES] == [
        "magento_snapshot",
        "medusa_companion_writes",
        "medusa_writes",
    ]


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_no_secrets(path: Path) -> None:
    assert [found[0] for found in SECRET.finditer(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic c2tfYWJjZGVmZ2g6",
        "set-cookie: a=b",
        "oauth_token=1",
        "sk_0123456789abcdef",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        '{"password":"x"}',
        "http://127.0.0.1:9000",
    ],
)
def test_secrets_would_be_seen(text: str) -> None:
    assert SECRET.search(text)


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in CASSETTES) < MOST_BYTES
