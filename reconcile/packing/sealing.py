"""Bytes sealed as a stream: AES-256-GCM in chunks of 64 KiB, so that memory stays flat.

    magic  16   `reconcile-plan`, a zero byte and the version
    cost    1   of scrypt, 0 where the key is one already
    salt   16
    check  16   tells a wrong key from a changed file
    prefix  7   of every nonce
    chunks      each sealed with the nonce prefix + counter (4 bytes) + 1 on the last one, else 0

Everything before the chunks is bound to each of them. A chunk that was changed, moved, doubled or
left out does not open, nor does a file that was cut or added to: the chunk at its end must have
been sealed as the last one (STREAM, by Hoang, Reyhanitabar, Rogaway and Vizar, 2015).
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reconcile.errors import PlanError
from reconcile.packing.keys import (
    CHECK_BYTES,
    COSTS,
    NO_COST,
    SALT_BYTES,
    cost_of,
    file_keys,
)

MAGIC = b"reconcile-plan\x00\x01"
CHUNK, TAG = 1 << 16, 16
PREFIX_BYTES = 7
HEAD_BYTES = len(MAGIC) + 1 + SALT_BYTES + CHECK_BYTES + PREFIX_BYTES
CHANGED = "it was changed, cut short or put together anew after it was sealed"


@dataclass(frozen=True, slots=True)
class _Stream:
    """What the chunks of one file have in common."""

    cipher: AESGCM
    prefix: bytes
    head: bytes

    def nonce(self, number: int, *, last: bool) -> bytes:
        return self.prefix + number.to_bytes(4, "big") + bytes([last])


def sealed(chunks: Iterable[bytes], key: str) -> Iterator[bytes]:
    """Raises PlanError for a weak key, before anything is sealed."""
    cost, salt, prefix = cost_of(key), os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
    keys = file_keys(key, cost, salt)
    head = MAGIC + bytes([cost]) + salt + keys.check + prefix
    stream = _Stream(AESGCM(keys.cipher), prefix, head)
    return _sealed(blocks(chunks, CHUNK), stream)


def _sealed(parts: Iterable[tuple[bytes, bool]], stream: _Stream) -> Iterator[bytes]:
    yield stream.head
    for number, (part, last) in enumerate(parts):
        yield stream.cipher.encrypt(stream.nonce(number, last=last), part, stream.head)


def opened(head: bytes, chunks: Iterable[bytes], key: str) -> Iterator[bytes]:
    """What was sealed. `head` are the file's first HEAD_BYTES, `chunks` the rest of it.

    A chunk is given out only once it opened; that nothing lacks at the end is known when the last
    one did. Raises PlanError for a wrong key, and as soon as something does not open.
    """
    stream = _stream(head, key)
    for number, (part, last) in enumerate(blocks(chunks, CHUNK + TAG)):
        try:
            yield stream.cipher.decrypt(stream.nonce(number, last=last), part, head)
        except InvalidTag:
            raise PlanError(f"The packed plan does not open: {CHANGED}.") from None


def _stream(head: bytes, key: str) -> _Stream:
    cost = head[len(MAGIC)] if len(head) == HEAD_BYTES else -1
    if cost not in {NO_COST, *COSTS}:
        raise PlanError(f"The packed plan does not open: {CHANGED}.")
    salt, check, prefix = _parts(head)
    keys = file_keys(key, cost, salt)
    if not hmac.compare_digest(keys.check, check):
        raise PlanError(
            "This key does not open the packed plan, or the first bytes of the file were changed.",
            remedy="Use the key it was packed with (`artifacts.key` in reconcile.yml).",
        )
    return _Stream(AESGCM(keys.cipher), prefix, head)


def _parts(head: bytes) -> tuple[bytes, bytes, bytes]:
    """Salt, check and prefix."""
    salt = len(MAGIC) + 1
    check = salt + SALT_BYTES
    prefix = check + CHECK_BYTES
    return head[salt:check], head[check:prefix], head[prefix:]


def blocks(chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in blocks of `size`, and whether a block is the last one. The last one is
    shorter, or as long; it is empty only when there are no bytes at all."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        start = 0
        while len(held) - start > size:
            yield bytes(held[start : start + size]), False
            start += size
        del held[:start]
    yield bytes(held), True
