"""Mapping documents: what they may say, and how a mistake is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from reconcile.entities import ENTITY_BY_NAME
from reconcile.errors import MappingError
from reconcile.mapping.document import EntityMapping, OnMissing, Policy, Scope, load, mapping_digest
from reconcile.mapping.transforms import load_transforms

SOUND = """\
entity: stock_location
scope: managed
on_missing_in_source: report
options:
  colour: red
fields:
  name: {from: name, transforms: [trim]}
  sales_channels: unmanaged
  metadata.note: {constant: hello, policy: create_only}
"""
CHOICES = {"stock_location": {"colour": ("red", "blue"), "size": (1, 2)}}
TABLES = {
    "good": "source,target\neu,Europe\n",
    "twice": "source,target\neu,Europe\neu,Asia\n",
    "headless": "eu,Europe\n",
    "wide": "source,target\neu,Europe,x\n",
}
MISTAKES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/mapping/mistakes.yml").read_text(encoding="utf-8")
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "values").mkdir()
    for name, text in TABLES.items():
        (tmp_path / "values" / f"{name}.csv").write_text(text)
    return tmp_path


def read(folder: Path, text: str) -> EntityMapping:
    (folder / "stock_location.yml").write_text(text)
    [mapping] = load(folder, load_transforms(None), CHOICES).values()
    return mapping


def test_a_sound_document(folder: Path) -> None:
    mapping = read(folder, SOUND)
    assert mapping.spec.name == "stock_location"
    assert (mapping.scope, mapping.on_missing) == (Scope.MANAGED, OnMissing.REPORT)
    assert mapping.options == {"colour": "red", "size": 1}
    assert [rule.policy for rule in mapping.rules] == [
        Policy.SYNC,
        Policy.UNMANAGED,
        Policy.CREATE_ONLY,
    ]
    assert mapping.paths == {"name"}
    assert mapping.rules[0].where == f"{folder}/stock_location.yml:7"


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case["name"])
def test_a_mistake_is_answered_with_file_and_line(folder: Path, case: dict[str, Any]) -> None:
    assert case["replace"] in SOUND
    with pytest.raises(MappingError) as caught:
        read(folder, SOUND.replace(case["replace"], case["by"]))
    place, _, line = caught.value.where.rpartition(":")
    assert place == f"{folder}/stock_location.yml"
    assert line == str(case["at"])
    assert case["says"] in caught.value.message


def test_no_product_is_ever_deleted(folder: Path) -> None:
    text = "entity: product\non_missing_in_source: delete\nfields: {}\n"
    with pytest.raises(MappingError):
        read(folder, text)


def test_hiding_needs_the_field_that_hides(folder: Path) -> None:
    """Without `status` nobody could say whether a list is hidden already."""
    fields = [field.name for field in ENTITY_BY_NAME["price_list"].fields]
    rules = "\n".join(f"  {name}: {{from: {name}}}" for name in fields)
    text = f"entity: price_list\non_missing_in_source: draft\nfields:\n{rules}\n"
    read(folder, text)
    with pytest.raises(MappingError, match="status"):
        read(folder, text.replace("status: {from: status}", "status: unmanaged"))


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="no mapping documents"):
        load(tmp_path, load_transforms(None), {})


def test_an_entity_is_mapped_once(folder: Path) -> None:
    (folder / "another.yml").write_text(SOUND)
    with pytest.raises(MappingError, match="'stock_location' is mapped twice"):
        read(folder, SOUND)


@pytest.mark.parametrize("text", ["", "- a\n", "hello\n"])
def test_a_file_that_is_no_document_is_said(folder: Path, text: str) -> None:
    with pytest.raises(MappingError, match="A mapping of names to values is expected"):
        read(folder, text)


def test_the_digest_covers_document_tables_and_transforms(folder: Path) -> None:
    text = SOUND.replace("transforms: [trim]", "lookup: values/good.csv")
    own = folder / "own.py"
    own.write_text("")

    def digest() -> str:
        return mapping_digest([read(folder, text)], load_transforms(own))

    seen = [digest()]
    (folder / "values/good.csv").write_text("source,target\neu,Africa\n")
    seen.append(digest())
    own.write_text("# changed\n")
    seen.append(digest())
    text += "# changed\n"
    seen.append(digest())
    assert len(set(seen)) == 4
    assert digest() == seen[-1]
