"""The file of hashes that a shop's database gives: what is taken, named, and refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from magento_hashes import magento_hash

from reconcile.errors import HashesError
from reconcile.sources.magento_rest.password_hashes import Export, misfit, read_export

MD5, SHA256 = (magento_hash("secret", "salt", version) for version in "01")
HEADER = "customer_id,email,password_hash\n"


def read(tmp_path: Path, content: str | bytes) -> Export:
    path = tmp_path / "hashes.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_export(path)


CHAINS = ["0", "1", "0:1", "2", "0:2", "1:2", "3", "1:3", "3_32_2_67108864", "1:3_32_2_67108864"]
BOUNDS = ["3_16_1_8192", "3_64_4_268435456", "0:1:2:3_32_2_67108864"]


@pytest.mark.parametrize("versions", [*CHAINS, *BOUNDS])
def test_every_kind_of_magentos_fits(versions: str) -> None:
    last = versions.split(":")[-1]
    size = {"0": 16, "1": 32, "2": 32, "3": 32}.get(last) or int(last.split("_")[1])
    assert misfit(f"{'0a' * size}:EafILoJFuRPHwco7:{versions}") == ""


@pytest.mark.parametrize("version", ["0", "1"])
def test_simple_ones_need_no_salt(version: str) -> None:
    assert misfit(magento_hash("x", "", version)) == ""


UNFIT = {
    "": "no password hash",
    "NULL": "no password hash",
    "\\N": "no password hash",
    "5f4dcc3b5aa765d61d8327deb882cf99": "unknown kind",
    "5f4dcc3b5aa765d61d8327deb882cf99:xy": "unknown kind",
    "$2y$10$abcdefghijklmnopqrstuv": "unknown kind",
    "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA": "unknown kind",
    f"{'0' * 64}:salt:4": "unknown kind",
    f"{'0' * 64}:salt:1:": "unknown kind",
    f"{'0' * 64}:salt:1:1:1:1:1": "unknown kind",
    f"{'0' * 64}:salt:3_32_2_99999999999": "unknown kind",
    f"{'0' * 64}:salt:3_32_99_67108864": "unknown kind",
    f"{'0' * 64}:salt:3_32_2": "unknown kind",
    f"{'0' * 64}:salt:0": "damaged",
    f"{'0' * 32}:salt:1": "damaged",
    f"{'G' * 64}:salt:1": "damaged",
    f"{'A' * 64}:salt:1": "damaged",
    f"{'0' * 64}::2": "without the salt",
    f"{'0' * 64}::1:2": "without the salt",
}


@pytest.mark.parametrize("text", UNFIT)
def test_what_cannot_be_verified_says_why_and_repeats_nothing(text: str) -> None:
    reason = misfit(text)
    assert UNFIT[text] in reason
    assert not text or text == "NULL" or text not in reason


def test_rows_are_taken_or_named(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEADER}1,a@b.c,{MD5}\n2,b@b.c,{SHA256}\n3,c@b.c,\n4,d@b.c,$2y$1\n")
    assert found.hashes == {"1": MD5, "2": SHA256}
    assert [(each.line, each.customer_id) for each in found.unfit] == [(4, "3"), (5, "4")]
    assert MD5 not in repr(found)
    assert "$2y" not in repr(found)


@pytest.mark.parametrize(
    "content",
    [
        f"entity_id,email,password_hash\n7,a@b.c,{MD5}\n",
        f"password_hash;customer_id;email\n{MD5};7;a@b.c\n",
        f"Customer_ID\tEmail\tPassword_Hash\n7\ta@b.c\t{MD5}\n",
        f'{HEADER}"7","a ""b"" @c","{MD5}"\n',
        f"\ufeff{HEADER}7,a@b.c,{MD5}\r\n".replace("hash\n", "hash\r\n"),
        f"{HEADER}\n 7 ,a@b.c, {MD5} \n\n",
        f"{HEADER}7,a@b.c,{MD5}",
    ],
    ids=["entity_id", "semicolons", "tabs", "quotes", "windows", "blank", "no last line"],
)
def test_every_way_to_write_it(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).hashes == {"7": MD5}


REFUSED = {
    "empty": ("", 1, "first line"),
    "no header": (f"1,a@b.c,{MD5}\n", 1, "first line"),
    "other columns": ("customer_id,password_hash\n", 1, "first line"),
    "too few values": (f"{HEADER}1,a@b.c\n", 2, "2 values instead of 3"),
    "too many values": (f"{HEADER}1,a,b@c,{MD5}\n", 2, "4 values instead of 3"),
    "no number": (f"{HEADER}x,a@b.c,{MD5}\n", 2, "no positive number"),
    "zero": (f"{HEADER}0,a@b.c,{MD5}\n", 2, "no positive number"),
    "twice": (f"{HEADER}1,a@b.c,{MD5}\n2,b@b.c,{MD5}\n1,a@b.c,{SHA256}\n", 4, "first in line 2"),
    "open quote": (f'{HEADER}1,"a@b.c,{MD5}\n', 2, "not CSV"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_understood_is_not_guessed(tmp_path: Path, name: str) -> None:
    content, line, said = REFUSED[name]
    with pytest.raises(HashesError, match=said) as raised:
        read(tmp_path, content)
    assert raised.value.where == f"{tmp_path / 'hashes.csv'}:{line}"
    assert raised.value.remedy
    for secret in (MD5, SHA256):
        assert secret not in str(raised.value) + raised.value.remedy


def test_other_bytes_than_text(tmp_path: Path) -> None:
    with pytest.raises(HashesError, match="not UTF-8") as raised:
        read(tmp_path, HEADER.encode() + b"1,a\xff@b.c,x\n")
    assert raised.value.where.endswith(":2")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(HashesError, match="cannot be read"):
        read_export(tmp_path / "none.csv")
