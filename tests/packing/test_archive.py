"""The tar.gz of a plan: what is packed comes out, and nothing else ever does."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from travelling import contents, rights

from reconcile.errors import PlanError
from reconcile.packing import archive
from reconcile.packing.archive import FILES, NEEDED, extract, packed

WHOLE = {name: f"{name}\n".encode() for name in NEEDED}


def written(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar.gz as others make it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=form) as file:
        for info, content in members:
            file.addfile(info, io.BytesIO(content))
    return out.getvalue()


def member(name: str, content: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def pieces(content: bytes, size: int = 1000) -> Iterator[bytes]:
    yield from (content[start : start + size] for start in range(0, len(content), size))


optional = st.sets(st.sampled_from(FILES)).map(lambda names: names | set(NEEDED))


@given(optional, st.integers(1, 5000), st.data())
def test_what_is_packed_comes_out(
    tmp_path_factory: pytest.TempPathFactory, names: set[str], size: int, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("round")
    files = {name: data.draw(st.binary(max_size=2000)) for name in sorted(names)}
    stream = b"".join(packed(written(root / "in", files)))
    out = written(root / "out", {})
    assert extract(pieces(stream, size), out) == names
    assert contents(out) == files
    assert {rights(path) for path in out.iterdir()} == {0o600}
    assert stream == b"".join(packed(root / "in"))


def test_tar_itself_can_read_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", {**WHOLE, "strange": b"stays here"})
    stream = io.BytesIO(b"".join(packed(folder)))
    with tarfile.open(fileobj=stream) as file:
        found = {info.name: file.extractfile(info).read() for info in file}  # type: ignore[union-attr]
    assert found == WHOLE


def test_what_tar_writes_can_be_read(tmp_path: Path) -> None:
    stream = tar(*(member(name, content) for name, content in WHOLE.items()))
    extract([stream], tmp_path)
    assert contents(tmp_path) == WHOLE


REST = (member("changes.jsonl"), member("diagnostics.jsonl"))
NO_FILES = {
    "a folder": {"type": tarfile.DIRTYPE},
    "a symbolic link": {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
    "a hard link": {"type": tarfile.LNKTYPE, "linkname": "changes.jsonl"},
    "a device": {"type": tarfile.CHRTYPE},
    "a pipe": {"type": tarfile.FIFOTYPE},
    "a sparse file": {"type": tarfile.GNUTYPE_SPARSE},
}


@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_no_plain_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlanError, match=r"it holds 'plan\.json', which is no file of a plan"):
        extract([tar(member("plan.json", **NO_FILES[name]), *REST)], tmp_path)
    assert contents(tmp_path) == {}


HOSTILE = {
    "a path upward": tar(member("../plan.json")),
    "an absolute path": tar(member("/etc/passwd")),
    "a path": tar(member("plan/plan.json")),
    "the name with a path before it": tar(member("./plan.json")),
    "another file": tar(member("reconcile.yml")),
    "another case": tar(member("PLAN.JSON")),
    "a long name": tar(member("x" * 300)),
    "an extended header": tar(
        member("plan.json", pax_headers={"path": "../x"}), form=tarfile.PAX_FORMAT
    ),
    "twice the same": tar(member("plan.json", b"1"), member("plan.json", b"2")),
    "not all of a plan": tar(member("plan.json", b"1"), member("changes.jsonl", b"2")),
    "nothing": gzip.compress(bytes(1024)),
    "nothing at all": gzip.compress(b""),
    "no tar": gzip.compress(b"words" * 1000),
    "no gzip": b"words" * 1000,
    "no bytes": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_plan_is_refused(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path / "a" / "b", {})
    with pytest.raises(PlanError, match="The packed plan is damaged or no packed plan: "):
        extract(pieces(HOSTILE[name]), folder)
    assert all(found.is_relative_to(tmp_path / "a" / "b") for found in tmp_path.rglob("*.*"))
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


def sized(name: str, size: int) -> bytes:
    info, _ = member(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def announced(name: str, size: int) -> bytes:
    """A member that says it has so many bytes, and has none."""
    return gzip.compress(sized(name, size))


@pytest.mark.parametrize("size", [archive.LARGE + 1, 1 << 60, -1])
def test_a_member_cannot_be_larger_than_such_a_file_gets(tmp_path: Path, size: int) -> None:
    with pytest.raises(PlanError, match=r"says that changes\.jsonl has"):
        extract([announced("changes.jsonl", size)], tmp_path)
    with pytest.raises(PlanError, match=r"says that plan\.json has"):
        extract([announced("plan.json", archive.SMALL + 1)], tmp_path)


def test_a_member_that_does_not_fit_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_byte = SimpleNamespace(free=1)
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda _: one_byte)
    with pytest.raises(PlanError, match=r"has 2 bytes, .* has 1 left"):
        extract([announced("changes.jsonl", 2)], tmp_path)


def test_a_bomb_is_noticed_before_it_fills_anything(tmp_path: Path) -> None:
    bomb = gzip.compress(sized("changes.jsonl", 200 << 20) + bytes(200 << 20))
    tracemalloc.start()
    with pytest.raises(PlanError, match="250 times as large as it is"):
        extract(pieces(bomb), tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
    assert (tmp_path / "changes.jsonl").stat().st_size < (128 << 20)


STREAM = tar(*(member(name, content) for name, content in WHOLE.items()))


@given(st.integers(0, len(STREAM) - 1))
def test_every_cut_is_found(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    with pytest.raises(PlanError, match="damaged"):
        extract([STREAM[:length]], tmp_path_factory.mktemp("cut"))


@given(st.integers(0, len(STREAM) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found_or_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, place: int, mask: int
) -> None:
    """gzip's own header holds a few bytes that nobody reads."""
    changed = bytearray(STREAM)
    changed[place] ^= mask
    folder = tmp_path_factory.mktemp("changed")
    try:
        extract([bytes(changed)], folder)
    except PlanError:
        return
    assert contents(folder) == WHOLE


@pytest.mark.parametrize("more", [b"x", STREAM, bytes(10)])
def test_nothing_may_follow_the_end(tmp_path: Path, more: bytes) -> None:
    with pytest.raises(PlanError, match="something follows after its end"):
        extract([STREAM, more], tmp_path)


def test_a_journal_that_grows_is_taken_as_far_as_it_was(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", {**WHOLE, "journal.ndjson": b"x" * 1000})
    stream = packed(folder)
    first = next(stream)
    with (folder / "journal.ndjson").open("ab") as journal:
        journal.write(b"more")
    out = written(tmp_path / "out", {})
    assert extract([first, *stream], out) == {*WHOLE, "journal.ndjson"}
