"""Look-up tables, as spreadsheets write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.errors import MappingError
from reconcile.mapping.lookup import read


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"source,target\n", {}),
        (b"source,target\neu,Europe\n", {"eu": "Europe"}),
        (b"\xef\xbb\xbfsource,target\r\neu,Europe\r\n", {"eu": "Europe"}),
        (b'source,target\n"a,b","x ""y"""\n', {"a,b": 'x "y"'}),
        (b"source,target\n\neu,\n", {"eu": ""}),
        ("source,target\nMÜ,Köln".encode(), {"MÜ": "Köln"}),
    ],
    ids=["empty", "plain", "byte order mark", "quoted", "blank line", "letters"],
)
def test_a_table(tmp_path: Path, content: bytes, expected: dict[str, str]) -> None:
    file = tmp_path / "values.csv"
    file.write_bytes(content)
    lookup = read(file, "report")
    assert (lookup.table, lookup.content) == (expected, content)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n", b"source;target\n"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "values.csv"
    file.write_bytes(content)
    with pytest.raises(MappingError, match=r"values\.csv"):
        read(file, "report")


def test_a_broken_line_is_named_by_its_line_in_the_file(tmp_path: Path) -> None:
    """Also behind a value that goes over two lines."""
    file = tmp_path / "values.csv"
    file.write_text('source,target\n"a\nb",x\neu\n')
    with pytest.raises(MappingError, match=r"values\.csv:4: two values are expected, not 1"):
        read(file, "report")
