"""Password hashes as the Encryptor of Magento 2.4.7 makes and upgrades them, past all our code."""

from __future__ import annotations

import hashlib
import re

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

INTERACTIVE = (32, 2, 67_108_864)
"""What version 2 means, and what Magento writes as 3: bytes, passes, bytes of memory."""
ROUNDS_OF_3 = re.compile(r"3_(\d+)_(\d+)_(\d+)")


def magento_hash(password: str, salt: str, *versions: str) -> str:
    """`hex:salt:versions`; each further version hashes what the one before gave."""
    text = password
    for version in versions:
        text = _hashed(text, salt, version)
    return ":".join([text, salt, *versions])


def _hashed(text: str, salt: str, version: str) -> str:
    if version in ("0", "1"):
        return hashlib.new(("md5", "sha256")[int(version)], (salt + text).encode()).hexdigest()
    found = ROUNDS_OF_3.fullmatch(version)
    size, passes, memory = map(int, found.groups()) if found else INTERACTIVE
    repeated = (salt * 16).encode()[:16]
    kdf = Argon2id(
        salt=repeated, length=size, iterations=passes, lanes=1, memory_cost=memory // 1024
    )
    return kdf.derive(text.encode()).hex()
