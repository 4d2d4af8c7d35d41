"""The key of packed plans: 32 random bytes as base64, or a passphrase.

Every file has keys of its own: HKDF-SHA256 over the key, or over what scrypt makes of the
passphrase, with the file's salt. Further bytes of the result tell a wrong key from a changed file
before anything is opened.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reconcile.errors import PlanError

KEY_BYTES, SALT_BYTES, CHECK_BYTES = 32, 16, 16
NO_COST = 0
"""Of a key that is one already."""
COST = 16
"""scrypt's N as a power of two: 64 MiB and a fifth of a second for each guess."""
COSTS = range(14, 21)
"""What is accepted from a file: neither a weak one, nor one that eats all memory."""
_BLOCK, _PARALLEL = 8, 1
_INFO = b"reconcile packed plan 1"
_DISTINCT_BYTES = 16
"""Of 32 random bytes fewer are distinct once in 10^18."""
_PASSPHRASE, _DISTINCT_CHARACTERS = 20, 10
NEW_KEY = "Make one with `openssl rand -base64 32` and keep it in RECONCILE_ARTIFACT_KEY."


@dataclass(frozen=True, slots=True)
class FileKeys:
    """`check` stands in the file; it tells whether the key fits, and nothing about it."""

    cipher: bytes = field(repr=False)
    check: bytes = field(repr=False)


def cost_of(key: str) -> int:
    """How a new file's keys come from this key: NO_COST, or COST for a passphrase.

    Raises PlanError for a key that could be guessed.
    """
    raw = _as_key(key)
    if raw is not None:
        if len(set(raw)) < _DISTINCT_BYTES:
            raise _weak("its bytes are not random")
        return NO_COST
    if len(key) < _PASSPHRASE:
        raise _weak(f"it has {len(key)} characters, a passphrase needs {_PASSPHRASE}")
    if len(set(key)) < _DISTINCT_CHARACTERS:
        raise _weak(f"fewer than {_DISTINCT_CHARACTERS} of its characters are distinct")
    return COST


def file_keys(key: str, cost: int, salt: bytes) -> FileKeys:
    """The keys of the file with this cost and salt; those of a wrong key have another check."""
    given = _as_key(key) if cost == NO_COST else _stretched(key, cost, salt)
    derived = HKDF(SHA256(), KEY_BYTES + CHECK_BYTES, salt, _INFO).derive(given or key.encode())
    return FileKeys(derived[:KEY_BYTES], derived[KEY_BYTES:])


def _as_key(text: str) -> bytes | None:
    """The bytes of a text that is 32 bytes in base64, in its common or its URL alphabet."""
    bare = text.strip().rstrip("=")
    try:
        raw = b64decode(bare + "=" * (-len(bare) % 4), altchars=_alphabet(bare), validate=True)
    except ValueError:
        return None
    return raw if len(raw) == KEY_BYTES else None


def _alphabet(text: str) -> str:
    return "-_" if set(text) & {"-", "_"} else "+/"


def _stretched(passphrase: str, cost: int, salt: bytes) -> bytes:
    needed = 128 * _BLOCK * 2**cost
    return hashlib.scrypt(
        passphrase.encode(),
        salt=salt,
        n=2**cost,
        r=_BLOCK,
        p=_PARALLEL,
        maxmem=2 * needed,
        dklen=KEY_BYTES,
    )


def _weak(why: str) -> PlanError:
    return PlanError(f"The key for packed plans is too weak: {why}.", remedy=NEW_KEY)
