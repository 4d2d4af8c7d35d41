"""The named transforms: what each makes of a value, and what a user's own file may do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import MappingError
from reconcile.mapping.transforms import Transforms, load_transforms

SHIPPED = load_transforms(None)
BOMB = "<script>alert(1)</script>"


def result(name: str, value: Any, argument: Any = None, known: Transforms = SHIPPED) -> Any:
    step = known.step(name, argument)
    kind = pl.List(pl.String) if isinstance(value, list) else None
    frame = pl.DataFrame({"v": pl.Series([value], dtype=kind if value is not None else pl.String)})
    return frame.select(step.apply(pl.col("v")).alias("out"))["out"].to_list()[0]


@pytest.mark.parametrize(
    ("name", "argument", "value", "expected"),
    [
        ("trim", None, " a \n", "a"),
        ("lower", None, "ÄB", "äb"),
        ("upper", None, "äb", "ÄB"),
        ("collapse_spaces", None, " a \n\t b ", "a b"),
        ("decode_entities", None, "Luma&trade; &amp; Co", "Luma™ & Co"),
        ("plain_text", None, "Luma&trade;\n <b>Bag</b>", "Luma™ Bag"),
        ("plain_text", None, f"Bag{BOMB}", "Bag"),
        ("plain_text", None, BOMB, ""),
        ("plain_text", None, "5 &lt; 6", "5 < 6"),
        ("plain_text", None, "Shoe 🥾", "Shoe 🥾"),
        ("html_to_text", None, "<p>One</p><p>Two<br>Three &amp; four</p>", "One Two Three & four"),
        ("html_to_text", None, f"a{BOMB}b<style>p{{}}</style>", "ab"),
        ("clean_html", None, f"<p onclick='x()'>Hi{BOMB}</p>", "<p>Hi</p>"),
        ("clean_html", None, '<a href="javascript:x()">a</a>', "<a>a</a>"),
        ("clean_html", None, "<!-- x --><ul><li>a</li></ul>", "<ul><li>a</li></ul>"),
        ("clean_html", None, "", ""),
        ("slug", None, "Crème &amp; Brûlée 2", "creme-brulee-2"),
        ("slug", None, "日本", "ri-ben"),
        ("slug", None, "!!!", None),
        ("truncate", 10, "short", "short"),
        ("truncate", 14, "a few words more", "a few words…"),
        ("truncate", 5, "indivisible", "indi…"),
        ("prefix", "x-", "a", "x-a"),
        ("suffix", "-x", "a", "a-x"),
        ("default", "n/a", None, "n/a"),
        ("default", 0, None, "0"),
        ("null_if", [""], "", None),
        ("null_if", ["", "-"], "a", "a"),
        ("null_if", [""], None, None),
        ("choose", {True: "yes", False: "no"}, True, "yes"),
        ("choose", {"1": "on"}, "0", None),
        ("split", ",", "a,b", ["a", "b"]),
        ("join", ", ", ["a", "b"], "a, b"),
        ("decimal", None, "012.50", "12.5"),
        ("decimal", None, "5 kg", None),
        ("multiply", 453.59237, "2", "907.18474"),
        ("multiply", "0.1", "0.1", "0.01"),
        ("multiply", 2, "much", None),
        ("round", 1, "2.25", "2.3"),
        ("round", 0, "-2.5", "-3"),
        ("boolean", None, "Yes", "true"),
        ("boolean", None, "0", "false"),
        ("boolean", None, "maybe", None),
        ("json", None, ["a"], '["a"]'),
        ("trim", None, None, None),
        ("plain_text", None, None, None),
    ],
)  # fmt: skip
def test_a_shipped_transform(name: str, argument: Any, value: Any, expected: Any) -> None:
    assert result(name, value, argument) == expected


@given(st.text(max_size=300), st.integers(1, 60))
def test_a_truncated_text_fits(text: str, length: int) -> None:
    assert len(result("truncate", text, length)) <= length


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """Else every plan would see another change."""
    for name in ("clean_html", "plain_text", "html_to_text", "slug"):
        once = result(name, text)
        assert result(name, once) == once


def test_a_very_long_description_survives() -> None:
    text = "<p>" + "word " * 12_000 + "</p>"
    assert result("clean_html", text) == text


def test_every_transform_is_described() -> None:
    assert all(each.doc.endswith((".", "`.")) for each in SHIPPED.by_name.values())


def own(tmp_path: Path, text: str) -> Transforms:
    file = tmp_path / "transforms.py"
    file.write_text("from reconcile.mapping.transforms import transform\n" + text)
    return load_transforms(file)


def test_a_users_transform_does_not_replace_a_shipped_one(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="'trim' already"):
        own(tmp_path, "@transform\ndef trim(value):\n    return value\n")


FAMILY = """
@transform
def sku_family(value: str) -> str | None:
    "The part of a SKU before the first dash."
    return value.split("-")[0]

def helper(value):
    return value
"""


def test_a_users_function_is_a_transform(tmp_path: Path) -> None:
    known = own(tmp_path, FAMILY)
    assert result("sku_family", "WS-1", known=known) == "WS"
    assert result("sku_family", None, known=known) is None
    assert known.by_name["sku_family"].doc == "The part of a SKU before the first dash."
    assert "helper" not in known.by_name
    assert "trim" in known.by_name


def test_a_function_is_asked_once_for_each_value(tmp_path: Path) -> None:
    text = "asked = []\n@transform\ndef place(value):\n    asked.append(value)\n"
    known = own(tmp_path, text + "    return str(asked.index(value)) + '/' + str(len(asked))\n")
    frame = pl.DataFrame({"v": ["a", "b", "a", None]})
    places = frame.select(known.step("place", None).apply(pl.col("v")))["v"].to_list()
    assert sorted(set(places[:3])) == ["0/1", "1/2"]
    assert (places[0], places[3]) == (places[2], None)


@pytest.mark.parametrize(
    "text", ["raise RuntimeError('broken')\n", "def (\n", "import nothing_of_that_name\n"]
)
def test_a_users_file_that_fails_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(MappingError, match="Cannot be loaded") as caught:
        own(tmp_path, text)
    assert caught.value.where == str(tmp_path / "transforms.py")


@pytest.mark.parametrize("name", ["nothing.py", "notes.txt", ""])
def test_a_users_file_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(MappingError):
        load_transforms(tmp_path / name)


@pytest.mark.parametrize(
    "body", ["raise ValueError(value)", "return ['a']"], ids=["raises", "returns a list"]
)
def test_a_users_function_that_fails_is_named(tmp_path: Path, body: str) -> None:
    known = own(tmp_path, f"@transform\ndef bad(value):\n    {body}\n")
    with pytest.raises(MappingError, match="bad"):
        result("bad", "x", known=known)
