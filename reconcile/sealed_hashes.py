"""Password hashes of the source, sealed: a file that may lie beside plans without giving any away.

JSON lines. The first says what the file is, each further one holds the hash of one customer, or why
that customer's hash cannot be carried:

    {"format": "reconcile-customer-hashes", "version": 1, "check": "<token>"}
    {"customer_id": "12", "seal": "0a1b2c3d4e5f6071", "sealed": "<token>"}
    {"customer_id": "13", "unfit": "a damaged hash"}

A token is base64 of 12 random bytes and AES-256-GCM's ciphertext of the hash, bound to its
customer: moved to another customer's line it does not open. `check` opens with the right key only,
so that a wrong key is told from a changed line. `seal` are the first 16 hex digits of sha256 over
the token's bytes: plans name it, and only exactly the hash that was planned is ever carried.

No hash reaches a log, an error or a repr.
"""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reconcile.errors import HashesError
from reconcile.private_file import write_private

FORMAT, VERSION = "reconcile-customer-hashes", 1
KEY_BYTES = 32
_NONCE_BYTES = 12
_CHECK = "reconcile"
_FILE = b"file"
_NEW_KEY = "`reconcile customers new-key` prints one; keep it in RECONCILE_HASH_KEY."
_SEAL_AGAIN = "Seal the hashes again with `reconcile customers seal-hashes`, and make a new plan."

Opener = Callable[[str, str], str]
"""(customer id, seal) -> the hash. Raises HashesError."""


@dataclass(frozen=True, slots=True)
class SealedHash:
    """The hash of one customer, as the file keeps it."""

    customer_id: str
    seal: str
    token: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """How many hashes a file holds now, and how many of them kept their seal.

    `other_key`: the file before was sealed with another key, so plans made with it no longer fit.
    """

    hashes: int
    kept: int
    other_key: bool


@dataclass(frozen=True, slots=True)
class Index:
    """What a file tells without its key: customer id -> seal, and customer id -> why there is
    none."""

    seals: Mapping[str, str] = field(default_factory=dict)
    unfit: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _File:
    check: bytes
    hashes: Mapping[str, SealedHash]
    unfit: Mapping[str, str]


def new_key() -> str:
    """A key for a sealed file: 256 random bits as 43 characters."""
    return urlsafe_b64encode(os.urandom(KEY_BYTES)).decode().rstrip("=")


def index(path: Path) -> Index:
    """What a file holds, without any key; nothing when there is no file.

    Raises HashesError naming the line when the file is damaged.
    """
    if not path.exists():
        return Index()
    file = _load(path)
    return Index({each.customer_id: each.seal for each in file.hashes.values()}, file.unfit)


def seals(path: Path) -> Mapping[str, str]:
    """Customer id -> seal; as `index`."""
    return index(path).seals


def opener(path: Path, key: str) -> Opener:
    """What opens the hashes of a file. Raises HashesError: no file, no key, a wrong key, damage."""
    cipher = _cipher(key)
    file = _load(path)
    if not _fits(cipher, file):
        raise HashesError(
            "This key does not open the sealed password hashes.",
            where=str(path),
            remedy="Use the key they were sealed with, or seal them again.",
        )

    def opened(customer_id: str, seal: str) -> str:
        found = file.hashes.get(customer_id)
        if found is None or found.seal != seal:
            raise _replaced(path, customer_id, held=found is not None)
        return _opened(cipher, found, path)

    return opened


def write(
    path: Path,
    hashes: Iterable[tuple[str, str]],
    key: str,
    unfit: Iterable[tuple[str, str]] = (),
) -> Written:
    """Write the hashes of customers, (customer id, hash) each, in place of an earlier file.

    `unfit`: (customer id, why their hash is not among them), in words that repeat nothing of it.
    What the earlier file holds already keeps its seal, so that plans made with it still fit.
    Raises HashesError for a key that is none.
    """
    cipher = _cipher(key)
    before = _earlier(path)
    fits = before is not None and _fits(cipher, before)
    held = before.hashes if before and fits else {}
    check = _sealed(cipher, _CHECK, _FILE)
    lines = [json.dumps({"format": FORMAT, "version": VERSION, "check": b64encode(check).decode()})]
    kept = 0
    for customer_id, text in hashes:
        old = held.get(customer_id)
        same = old is not None and _opened_token(cipher, old.token, _bound_to(customer_id)) == text
        kept += same
        lines.append(_line(old if old and same else _sealed_hash(cipher, customer_id, text)))
    written = Written(len(lines) - 1, kept, other_key=before is not None and not fits)
    lines += [json.dumps({"customer_id": each, "unfit": reason}) for each, reason in unfit]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, "".join(f"{line}\n" for line in lines))
    return written


def _sealed_hash(cipher: AESGCM, customer_id: str, text: str) -> SealedHash:
    token = _sealed(cipher, text, _bound_to(customer_id))
    return SealedHash(customer_id, _seal(token), token)


def _sealed(cipher: AESGCM, text: str, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, text.encode(), bound_to)


def _line(each: SealedHash) -> str:
    token = b64encode(each.token).decode()
    return json.dumps({"customer_id": each.customer_id, "seal": each.seal, "sealed": token})


def _bound_to(customer_id: str) -> bytes:
    return f"customer:{customer_id}".encode()


def _seal(token: bytes) -> str:
    return hashlib.sha256(token).hexdigest()[:16]


def _opened(cipher: AESGCM, each: SealedHash, path: Path) -> str:
    text = _opened_token(cipher, each.token, _bound_to(each.customer_id))
    if text is None:
        raise _damaged(path, f"the hash of customer {each.customer_id} was changed")
    return text


def _opened_token(cipher: AESGCM, token: bytes, bound_to: bytes) -> str | None:
    """None when it was sealed with another key, for something else, or changed since."""
    try:
        return cipher.decrypt(token[:_NONCE_BYTES], token[_NONCE_BYTES:], bound_to).decode()
    except (InvalidTag, ValueError):
        return None


def _fits(cipher: AESGCM, file: _File) -> bool:
    return _opened_token(cipher, file.check, _FILE) == _CHECK


def _cipher(key: str) -> AESGCM:
    if not key:
        raise HashesError(
            "There is no key for the sealed password hashes.",
            remedy=f"Name it in reconcile.yml as `customers.hash_key`. {_NEW_KEY}",
        )
    try:
        raw = b64decode(key + "=" * (-len(key) % 4), altchars="-_", validate=True)
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise HashesError("The key for the sealed password hashes is none.", remedy=_NEW_KEY)
    return AESGCM(raw)


def _earlier(path: Path) -> _File | None:
    """The file that is there; a damaged one is as none."""
    try:
        return _load(path)
    except HashesError:
        return None


def _load(path: Path) -> _File:
    try:
        with path.open("rb") as lines:
            check = _header(lines.readline(), path)
            found = [_entry(raw, path, number) for number, raw in enumerate(lines, start=2)]
    except OSError as error:
        raise HashesError(
            f"The sealed password hashes cannot be read: {error.strerror}.",
            where=str(path),
            remedy="Make the file with `reconcile customers seal-hashes`.",
        ) from error
    hashes = {each.customer_id: each for each in found if isinstance(each, SealedHash)}
    return _File(check, hashes, {each[0]: each[1] for each in found if isinstance(each, tuple)})


def _header(raw: bytes, path: Path) -> bytes:
    line = _json(raw, path, 1)
    if (line.get("format"), line.get("version")) != (FORMAT, VERSION):
        raise _damaged(path, "this is no sealed file of this version", 1)
    return _token(line.get("check"), path, 1)


def _entry(raw: bytes, path: Path, number: int) -> SealedHash | tuple[str, str]:
    """A hash, or the customer id and why there is none."""
    line = _json(raw, path, number)
    customer_id, seal, reason = (line.get(name) for name in ("customer_id", "seal", "unfit"))
    if isinstance(customer_id, str) and isinstance(reason, str):
        return customer_id, reason
    token = _token(line.get("sealed"), path, number)
    if not isinstance(customer_id, str) or seal != _seal(token):
        raise _damaged(path, "its seal does not fit", number)
    return SealedHash(customer_id, seal, token)


def _json(raw: bytes, path: Path, number: int) -> Mapping[str, Any]:
    try:
        line = json.loads(raw)
    except ValueError:
        line = None
    if not isinstance(line, dict):
        raise _damaged(path, "this is no line of a sealed file", number)
    return line


def _token(text: object, path: Path, number: int) -> bytes:
    try:
        token = b64decode(text if isinstance(text, str) else "", validate=True)
    except ValueError:
        token = b""
    if len(token) <= _NONCE_BYTES:
        raise _damaged(path, "its token is not whole", number)
    return token


def _replaced(path: Path, customer_id: str, *, held: bool) -> HashesError:
    state = "has another one than planned for" if held else "holds none for"
    return HashesError(
        f"The file of sealed password hashes {state} customer {customer_id}: it was sealed again "
        "after the snapshot of this plan.",
        where=str(path),
        remedy="Take a snapshot and make a new plan.",
    )


def _damaged(path: Path, what: str, number: int | None = None) -> HashesError:
    place = str(path) if number is None else f"{path}:{number}"
    message = f"The sealed password hashes are damaged: {what}."
    return HashesError(message, where=place, remedy=_SEAL_AGAIN)
