"""Mistakes in mappings, as `check` and `plan` tell them: file, line, what is wrong, what to do."""

from __future__ import annotations

import pytest
from bad_shops import Desk, said

PRODUCT = "mappings/magento/product.yml"
MISTAKES = {
    "unknown transform": (
        "transforms: [clean_html]",
        "transforms: [clean_htm]",
        "There is no transform 'clean_htm'.",
    ),
    "unmapped field": (
        "  thumbnail: {from: thumbnail, else: {from: first_image}}\n",
        "",
        "These fields of product are not mentioned: thumbnail.",
    ),
    "mapping typo": (
        "  thumbnail: {from",
        "  thumbnial: {from",
        "A product has no field 'thumbnial'. Did you mean 'thumbnail'?",
    ),
    "unknown option": (
        "  bundle: draft",
        "  bundel: draft",
        "'bundel' is not known here. Did you mean 'bundle'?",
    ),
    "no YAML": ("entity: product", "entity: [product", "Not valid YAML"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_told_with_its_line(sound: Desk, mistake: tuple[str, str, str]) -> None:
    right, wrong, words = mistake
    sound.run("snapshot")
    file = sound.folder / PRODUCT
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong, 1))
    for command in ("check", "plan"):
        result = sound.run(command)
        assert result.exit_code == 1
        assert words in said(result)
        assert f"{PRODUCT}:" in said(result)
    assert not list((sound.folder / "plans").glob("[.2]*"))


def test_a_path_the_shop_does_not_have_is_told_by_plan(sound: Desk) -> None:
    """Only the snapshot knows the shop's own attributes."""
    sound.run("snapshot")
    file = sound.folder / PRODUCT
    file.write_text(file.read_text().replace("{from: first_image}", "{from: frist_image}"))
    result = sound.run("plan")
    assert result.exit_code == 1
    assert "frist_image" in said(result)
    assert f"{PRODUCT}:" in said(result)
    assert "Remedy:" in said(result)


def test_every_right_mapping_makes_a_plan(sound: Desk) -> None:
    """The same desk without a mistake, so that the cases above fail for their own reason."""
    assert sound.plan().changes
