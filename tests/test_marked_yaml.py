"""YAML whose values know their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.errors import MappingError
from reconcile.marked_yaml import read

TEXT = """\
entity: product
fields:
  title:
    from: name
  tags:
    - a
    - b: {c: 1}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "product.yml"


def test_every_value_has_its_line(file: Path) -> None:
    file.write_text(TEXT)
    document = read(file, MappingError)
    assert document.value["fields"]["tags"] == ["a", {"b": {"c": 1}}]
    lines = {
        ("entity",): 1,
        ("fields", "title"): 3,
        ("fields", "title", "from"): 4,
        ("fields", "tags", 1): 7,
        ("fields", "tags", 1, "b", "c"): 7,
    }
    assert {path: document.where(*path) for path in lines} == {
        path: f"{file}:{line}" for path, line in lines.items()
    }


def test_what_is_not_there_has_the_place_of_what_should_hold_it(file: Path) -> None:
    file.write_text(TEXT)
    assert read(file, MappingError).where("fields", "title", "else", "from") == f"{file}:3"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [1\nc: 2\n", 3, "Not valid YAML"),
        ("a: 1\na: 2\n", 2, "'a' stands twice"),
        ("x:\n  a: 1\n  b: 2\n  a: 3\n", 4, "'a' stands twice"),
        ("a: &x 1\nb: *y\n", 2, "Not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "Not valid YAML"),
        ("a: !!python/object:os.system x\n", 1, "Not valid YAML"),
        ("a: \x07\n", 1, "Not valid YAML"),
        ("a: 2026-13-45\n", 1, "Not valid YAML"),
    ],
    ids=["syntax", "twice", "twice below", "alias", "two documents", "tag", "control", "date"],
)
def test_an_error_says_where(file: Path, text: str, line: int, message: str) -> None:
    file.write_text(text)
    with pytest.raises(MappingError, match=message) as caught:
        read(file, MappingError)
    assert caught.value.where == f"{file}:{line}"


def test_an_empty_file_has_no_value(file: Path) -> None:
    file.write_text("# nothing\n")
    assert read(file, MappingError).value is None


def test_a_file_that_cannot_be_read_is_said(file: Path) -> None:
    with pytest.raises(MappingError, match="Cannot be read"):
        read(file, MappingError)
    file.write_bytes(b"a: \xff\n")
    with pytest.raises(MappingError, match="Cannot be read"):
        read(file, MappingError)


def test_a_value_used_twice_is_there_twice(file: Path) -> None:
    file.write_text("a: &rule {from: name}\nb: *rule\n")
    assert read(file, MappingError).value["b"] == {"from": "name"}


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "a: &x {b: *x}\n"])
def test_a_value_inside_itself_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(MappingError):
        read(file, MappingError)
