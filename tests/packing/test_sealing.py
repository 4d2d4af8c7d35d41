"""Sealed bytes come back, or nothing does."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from travelling import KEY, OTHER_KEY, PASSPHRASE

from reconcile.errors import PlanError
from reconcile.packing.sealing import (
    CHUNK,
    HEAD_BYTES,
    MAGIC,
    TAG,
    blocks,
    opened,
    sealed,
)

WHOLE = CHUNK + TAG


def seal(content: bytes, key: str = KEY) -> bytes:
    return b"".join(sealed([content], key))


def unseal(content: bytes, key: str = KEY) -> bytes:
    return b"".join(opened(content[:HEAD_BYTES], [content[HEAD_BYTES:]], key))


lengths = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])


@given(lengths, st.integers())
def test_what_is_sealed_opens_again(length: int, seed: int) -> None:
    content = Random(seed).randbytes(length)
    secret = seal(content)
    assert unseal(secret) == content
    assert len(secret) == HEAD_BYTES + length + TAG * max(1, -(-length // CHUNK))


@given(st.lists(st.binary(max_size=50)), st.integers(1, 40))
def test_blocks_are_the_same_bytes_however_they_come(chunks: list[bytes], size: int) -> None:
    found = list(blocks(chunks, size))
    assert b"".join(part for part, _ in found) == b"".join(chunks)
    assert [last for _, last in found] == [False] * (len(found) - 1) + [True]
    assert all(len(part) == size for part, last in found if not last)
    assert len(found) == 1 or found[-1][0]


def test_a_passphrase_opens_it_too() -> None:
    secret = seal(b"content", PASSPHRASE)
    assert unseal(secret, PASSPHRASE) == b"content"
    with pytest.raises(PlanError, match="This key does not open"):
        unseal(secret, PASSPHRASE + " ")


def test_nothing_of_the_content_can_be_read_and_no_two_files_are_alike() -> None:
    content = b"jane@example.com" * 100
    one, other = seal(content), seal(content)
    assert b"jane" not in one
    assert one[len(MAGIC) + 1 :][:16] != other[len(MAGIC) + 1 :][:16]
    assert one[HEAD_BYTES:] != other[HEAD_BYTES:]


THREE = seal(bytes(2 * CHUNK + 100))


@settings(max_examples=300)
@given(st.integers(0, len(THREE) - 1), st.integers(1, 255))
def test_every_changed_byte_is_found(place: int, mask: int) -> None:
    changed = bytearray(THREE)
    changed[place] ^= mask
    if changed.startswith(MAGIC):
        with pytest.raises(PlanError, match="does not open"):
            unseal(bytes(changed))
    else:
        assert place < len(MAGIC)  # told apart by its beginning, before it gets here


@pytest.mark.parametrize("place", range(len(MAGIC), HEAD_BYTES))
def test_every_byte_before_the_chunks_counts(place: int) -> None:
    changed = bytearray(THREE)
    changed[place] ^= 1
    with pytest.raises(PlanError, match="does not open"):
        unseal(bytes(changed))


@settings(max_examples=100)
@given(st.integers(len(MAGIC), len(THREE) - 1))
def test_every_cut_is_found(length: int) -> None:
    with pytest.raises(PlanError, match="does not open"):
        unseal(THREE[:length])


def chunks_of(secret: bytes) -> list[bytes]:
    rest = secret[HEAD_BYTES:]
    return [rest[start : start + WHOLE] for start in range(0, len(rest), WHOLE)]


REORDERED = {
    "cut between chunks": lambda parts: parts[:2],
    "only the last": lambda parts: parts[2:],
    "swapped": lambda parts: [parts[1], parts[0], parts[2]],
    "one left out": lambda parts: [parts[0], parts[2]],
    "one twice": lambda parts: [parts[0], parts[0], *parts[1:]],
    "more after the end": lambda parts: [*parts, parts[2]],
    "nothing": lambda parts: [],
}


@pytest.mark.parametrize("name", REORDERED)
def test_chunks_stay_in_their_places(name: str) -> None:
    parts = REORDERED[name](chunks_of(THREE))
    with pytest.raises(PlanError, match="cut short or put together anew"):
        unseal(THREE[:HEAD_BYTES] + b"".join(parts))


def test_chunks_stay_in_their_file() -> None:
    one, other = seal(bytes(CHUNK + 5)), seal(bytes(CHUNK + 5))
    mixed = one[: HEAD_BYTES + WHOLE] + other[HEAD_BYTES + WHOLE :]
    with pytest.raises(PlanError, match="does not open"):
        unseal(mixed)


def test_another_key_is_told_from_a_changed_file() -> None:
    with pytest.raises(PlanError, match="This key does not open"):
        unseal(THREE, OTHER_KEY)


def test_a_file_cannot_ask_for_all_memory() -> None:
    greedy = bytearray(seal(b"content", PASSPHRASE))
    for cost in (1, 13, 21, 63, 255):
        greedy[len(MAGIC)] = cost
        with pytest.raises(PlanError, match="does not open"):
            unseal(bytes(greedy), PASSPHRASE)


def test_memory_stays_flat() -> None:
    def content() -> Iterator[bytes]:
        for _ in range(400):
            yield bytes(100_000)

    tracemalloc.start()
    secret = sealed(content(), KEY)
    head = next(secret)
    length = sum(len(part) for part in opened(head, secret, KEY))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length == 40_000_000
    assert peak < 2_000_000
