"""Password hashes as Magento's database has them: which can be verified later, and which cannot.

REST never shows them. They come as a file that the shop's database gives:

    SELECT entity_id AS customer_id, email, password_hash FROM customer_entity

A hash is `hex:salt:versions` (Magento\\Framework\\Encryption\\Encryptor, 2.4.7). `versions` are the
algorithms one after the other, oldest first, joined by colons: 0 md5, 1 sha256, 2 argon2id, and
argon2id with its parameters, `3_<bytes>_<passes>_<memory in bytes>`. A bare 3 is what Magento's
own `customer:hash:upgrade` writes for argon2id with its default parameters.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from reconcile.errors import HashesError

QUERY = "SELECT entity_id AS customer_id, email, password_hash FROM customer_entity"
COLUMNS = ("customer_id", "email", "password_hash")
_ALIAS = {"entity_id": "customer_id"}
_DELIMITERS = ",;\t"
_NONE = frozenset({"", "NULL", "\\N"})
"""How exports write a missing value: nothing, the mysql client's batch mode, INTO OUTFILE."""

_PLAIN_HEX = {"0": 32, "1": 64, "2": 64, "3": 64}
"""Version -> hex digits of what it gives."""
_ARGON = re.compile(r"3_(\d{1,3})_(\d{1,3})_(\d{1,12})", re.ASCII)
_LONGEST_CHAIN = 4
_BYTES, _PASSES, _MEMORY = range(16, 65), range(1, 5), range(8_192, 268_435_457)
"""Bounds of argon2id's parameters, libsodium's MODERATE ones at most: whoever logs in makes the
shop spend them. Magento writes 32, 2 and 67108864."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A row whose hash cannot be carried: where, whose, why. Never what it says."""

    line: int
    customer_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Export:
    """What a file of hashes holds: customer id -> hash, and the rows that cannot be carried."""

    hashes: Mapping[str, str] = field(repr=False)
    unfit: Sequence[Unfit]


def read_export(path: Path) -> Export:
    """Read a CSV file (comma, semicolon or tab; a header line) of the columns above.

    Raises HashesError naming the line for anything but exactly such a file: what is not understood
    is not guessed, and no customer stands in it twice.
    """
    lines: dict[str, int] = {}
    hashes: dict[str, str] = {}
    unfit: list[Unfit] = []
    for number, row in _rows(path):
        customer_id = _customer_id(row["customer_id"], f"{path}:{number}")
        if customer_id in lines:
            raise HashesError(
                f"Customer {customer_id} stands here again; first in line {lines[customer_id]}.",
                where=f"{path}:{number}",
                remedy="Export the hashes again, one row per customer.",
            )
        lines[customer_id] = number
        text = row["password_hash"].strip()
        reason = misfit(text)
        if reason:
            unfit.append(Unfit(number, customer_id, reason))
        else:
            hashes[customer_id] = text
    return Export(hashes, unfit)


def misfit(text: str) -> str:
    """Why a hash cannot be carried, "" when it can. The reason repeats nothing of it."""
    if text in _NONE:
        return "no password hash"
    parts = text.split(":", 2)
    if len(parts) < len(COLUMNS):
        return "an unknown kind of hash: no algorithm is named"
    digits, salt, versions = parts
    chain = versions.split(":")
    size = _hex_digits(chain[-1])
    if len(chain) > _LONGEST_CHAIN or not all(map(_hex_digits, chain)):
        return "an unknown kind of hash: its algorithm is none of Magento's, or out of bounds"
    if len(digits) != size or re.fullmatch(r"[0-9a-f]+", digits) is None:
        return "a damaged hash"
    if not salt and any(version[0] in "23" for version in chain):
        return "a hash without the salt that its algorithm needs"
    return ""


def _hex_digits(version: str) -> int:
    """How long the output of a version is in hex; 0 for one that is not Magento's."""
    found = _ARGON.fullmatch(version)
    if found is None:
        return _PLAIN_HEX.get(version, 0)
    size, passes, memory = map(int, found.groups())
    return size * 2 if size in _BYTES and passes in _PASSES and memory in _MEMORY else 0


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the number of its line in the file."""
    text = _text(path)
    header, _, _ = text.partition("\n")
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
    try:
        names = [_named(name) for name in next(reader, [])]
        _check_header(names, path)
        for row in reader:
            if row:
                yield reader.line_num, _checked(names, row, f"{path}:{reader.line_num}")
    except csv.Error as error:
        raise HashesError(
            "This line is not CSV.", where=f"{path}:{reader.line_num}", remedy=_EXPORT_AGAIN
        ) from error


_EXPORT_AGAIN = f"Export it as CSV with a header line: {QUERY}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise HashesError(
            "This line is not UTF-8.", where=f"{path}:{line}", remedy=_EXPORT_AGAIN
        ) from None
    except OSError as error:
        raise HashesError(
            f"The file cannot be read: {error.strerror}.", where=str(path), remedy=_EXPORT_AGAIN
        ) from error


def _named(name: str) -> str:
    plain = name.strip().lower()
    return _ALIAS.get(plain, plain)


def _check_header(names: Sequence[str], path: Path) -> None:
    if sorted(names) != sorted(COLUMNS):
        raise HashesError(
            f"The first line must name the columns {', '.join(COLUMNS)}.",
            where=f"{path}:1",
            remedy=_EXPORT_AGAIN,
        )


def _checked(names: Sequence[str], row: Sequence[str], where: str) -> dict[str, str]:
    if len(row) != len(names):
        raise HashesError(
            f"This line has {len(row)} values instead of {len(names)}.",
            where=where,
            remedy=_EXPORT_AGAIN,
        )
    return dict(zip(names, row, strict=True))


def _customer_id(text: str, where: str) -> str:
    if re.fullmatch(r"[1-9][0-9]{0,17}", text.strip(), re.ASCII) is None:
        raise HashesError(
            "The customer id of this line is no positive number.",
            where=where,
            remedy=_EXPORT_AGAIN,
        )
    return text.strip()
