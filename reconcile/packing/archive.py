"""Files of a plan as the bytes of a tar.gz, and back: read as if an enemy had written them.

Only the names of a plan's files are taken, each once, and only plain files: neither paths nor links
nor devices nor extended headers. What a member announces must fit what such a file may be and what
the disk has left; what unpacks to more than data of this kind can is refused on the way.
"""

from __future__ import annotations

import shutil
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from tarfile import BLOCKSIZE, NUL, REGTYPE, TarInfo

from reconcile.audit import VERIFY
from reconcile.errors import PlanError
from reconcile.journal import JOURNAL
from reconcile.plan.approval_file import APPROVAL
from reconcile.plan.file import CHANGES, DIAGNOSTICS, HEADER
from reconcile.private_file import open_private

BRIEF, CERTIFICATE = "plan.md", "certificate.md"
NEEDED = (HEADER, CHANGES, DIAGNOSTICS)
FILES = (*NEEDED, BRIEF, APPROVAL, JOURNAL, VERIFY, CERTIFICATE)
"""All that a plan's folder holds, in the order in which it is packed."""

SMALL, LARGE = 64 << 20, 16 << 30
LIMITS = dict.fromkeys(FILES, LARGE) | dict.fromkeys((HEADER, BRIEF, APPROVAL, CERTIFICATE), SMALL)
"""Most bytes of each."""
TIMES = 250
"""How many times larger than packed a plan may be: JSON lines come to 10 to 60."""
PIECE = 1 << 16
GZIP = 31
"""zlib's word for gzip, its header and its sum."""
MAGIC = b"\x1f\x8b"
_DAMAGED = "The packed plan is damaged or no packed plan: "


def packed(folder: Path) -> Iterator[bytes]:
    """The plan's files as tar.gz; equal files give equal bytes. Raises OSError."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for chunk in _archived(folder):
        if piece := deflate.compress(chunk):
            yield piece
    yield deflate.flush()


def _archived(folder: Path) -> Iterator[bytes]:
    for name in FILES:
        if (folder / name).is_file():
            yield from _member(folder / name)
    yield bytes(2 * BLOCKSIZE)


def _member(path: Path) -> Iterator[bytes]:
    """A journal that grows meanwhile is taken as far as it was."""
    with path.open("rb") as file:
        info = TarInfo(path.name)
        info.size, info.mode = path.stat().st_size, 0o600
        yield info.tobuf(tarfile.GNU_FORMAT)
        left = info.size
        while left:
            chunk = file.read(min(PIECE, left))
            if not chunk:
                raise PlanError(f"{path} became shorter while it was packed.")
            left -= len(chunk)
            yield chunk
        yield bytes(-info.size % BLOCKSIZE)


def extract(chunks: Iterable[bytes], folder: Path) -> frozenset[str]:
    """Write the files of a tar.gz into a folder, for their owner only; returns their names.

    Raises PlanError for anything that `packed` does not write, OSError when the disk refuses.
    """
    source = _Source(_inflated(chunks))
    found: set[str] = set()
    while info := _next(source):
        _check(info, found, folder)
        found.add(info.name)
        with open_private(folder / info.name) as file:
            for piece in source.pieces(info.size):
                file.write(piece)
        source.exactly(-info.size % BLOCKSIZE)
    source.end()
    lacking = [name for name in NEEDED if name not in found]
    if lacking:
        raise PlanError(f"{_DAMAGED}it has no {' and no '.join(lacking)}.")
    return frozenset(found)


def _next(source: _Source) -> TarInfo | None:
    """The next member; None at the end."""
    block = source.exactly(BLOCKSIZE)
    if not block.strip(NUL):
        return None
    try:
        return TarInfo.frombuf(block, "utf-8", "replace")
    except tarfile.HeaderError as error:
        raise PlanError(f"{_DAMAGED}{error}.") from None


def _check(info: TarInfo, found: set[str], folder: Path) -> None:
    if info.type != REGTYPE or info.name not in LIMITS:
        raise PlanError(f"{_DAMAGED}it holds {info.name[:80]!r}, which is no file of a plan.")
    if info.name in found:
        raise PlanError(f"{_DAMAGED}it holds {info.name} twice.")
    if not 0 <= info.size <= LIMITS[info.name]:
        raise PlanError(f"{_DAMAGED}it says that {info.name} has {info.size:,} bytes.")
    free = shutil.disk_usage(folder).free
    if info.size > free:
        raise PlanError(
            f"{info.name} has {info.size:,} bytes, {folder.parent} has {free:,} left.",
            remedy="Free space, and unpack it again.",
        )


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Raises PlanError for damage, and for what grows more than files of plans can."""
    inflate = zlib.decompressobj(GZIP)
    taken = given = 0
    for chunk in chunks:
        taken += len(chunk)
        for piece in _pieces(inflate, chunk):
            given += len(piece)
            if given > SMALL + TIMES * taken:
                raise PlanError(f"{_DAMAGED}it would become {TIMES} times as large as it is.")
            yield piece
        if inflate.unused_data:
            raise PlanError(f"{_DAMAGED}something follows after its end.")
    if not inflate.eof:
        raise PlanError(f"{_DAMAGED}its end is missing.")


def _pieces(inflate: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """What a chunk becomes, never more than a piece at a time."""
    whole = True
    while chunk or whole:
        try:
            piece = inflate.decompress(chunk, PIECE)
        except zlib.error as error:
            raise PlanError(f"{_DAMAGED}{error}.") from None
        yield piece
        chunk, whole = inflate.unconsumed_tail, len(piece) == PIECE


class _Source:
    """Bytes as they come, taken in the pieces that are asked for."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = b""

    def pieces(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes, a piece at a time. Raises PlanError when there are fewer."""
        while size:
            if not self._held and not self._more():
                raise PlanError(f"{_DAMAGED}its end is missing.")
            piece, self._held = self._held[:size], self._held[size:]
            size -= len(piece)
            yield piece

    def _more(self) -> bool:
        """Whether anything is left; some of it is held then."""
        self._held = next((chunk for chunk in self._chunks if chunk), b"")
        return bool(self._held)

    def exactly(self, size: int) -> bytes:
        return b"".join(self.pieces(size))

    def end(self) -> None:
        """Read to the end, where sums and seals are checked; only padding may be left."""
        while self._held or self._more():
            if self._held.strip(NUL):
                raise PlanError(f"{_DAMAGED}something follows after its end.")
            self._held = b""
