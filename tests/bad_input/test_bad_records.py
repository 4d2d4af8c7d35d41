"""Records no shop should have. Each is named or carried as it is, and harms no other record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bad_shops import Desk, desk, said

from reconcile.model import Diagnostic, Json
from reconcile.plan.document import Plan
from reconcile.sandbox.magento.shop import Shop

LONG = "<p>" + "word " * 12_000 + "</p>"
SCRIPT = "<script>alert(1)</script>Carafe"
SNEAKERS, BOOTS = 13, 14
"""Categories beside each other without products."""


@dataclass(frozen=True)
class Defect:
    """What is done to a sound shop, and what a reviewer reads: `severity code address` and words.

    `lost` are the records that are not carried because of it.
    """

    spoil: Callable[[Shop], None]
    said: str
    words: str
    lost: tuple[str, ...] = ()


def _set(sku: str, /, **values: Any) -> Callable[[Shop], None]:
    return lambda shop: shop.update_product(sku, **values)


def _add_twin(shop: Shop) -> None:
    record = shop.product("PO-000001")
    assert record is not None
    shop.add_product({**record, "sku": "po-000001"})


def _loop(shop: Shop) -> None:
    for table in (shop.table("categories", view) for view in ("all", "de")):
        for id_, parent in ((SNEAKERS, BOOTS), (BOOTS, SNEAKERS)):
            table.put(id_, {**table.record(id_), "parent_id": parent})


SERVING_DISHES = tuple(f"variant:SE-000006-{color}" for color in ("Black", "Charcoal", "Red"))

DEFECTS = {
    "duplicate SKU by case": Defect(
        _add_twin,
        "warning twin_key variant:po-000001",
        "differs from another one only in case or white space",
    ),
    "empty SKU": Defect(
        _set("SH-000009", sku=""),
        "skipped missing_key product:magento:18",
        "has no key and is not carried",
        lost=("product:SH-000009", "variant:SH-000009"),
    ),
    "missing name": Defect(
        _set("CA-000002", name=None),
        "skipped missing_required product:CA-000002",
        "has no 'title' and is not carried",
        lost=("product:CA-000002", "variant:CA-000002"),
    ),
    "name of blanks": Defect(
        _set("SE-000006", name=" \t "),
        "skipped missing_required product:SE-000006",
        "has no 'title' and is not carried",
        lost=("product:SE-000006", *SERVING_DISHES),
    ),
    "negative price": Defect(
        _set("DE-000005", price=-5),
        "warning unsound_price variant:DE-000005",
        "the price -5 usd, which cannot be right; it is not carried",
    ),
    "absurd price": Defect(
        _set("MU-000007", price=9e17),
        "warning unsound_price variant:MU-000007",
        "900000000000000000 usd, which cannot be right; it is not carried",
    ),
    "no price": Defect(
        _set("TE 000004 blue", price=None),
        "warning no_price -",
        "have no price: TE 000004 blue",
    ),
    "unknown option of a product": Defect(
        _set("TR-000010", color="999999"),
        "warning unknown_option -",
        "have an option of 'color' that does not exist: 999999",
    ),
    "unknown option of a child": Defect(
        _set("LA-000011-Gray", color="999999"),
        "skipped unsound_options variant:LA-000011-Gray",
        "it has no valid value for Color = 999999",
        lost=("variant:LA-000011-Gray",),
    ),
    "category loop": Defect(
        _loop,
        f"skipped category_loop category:magento:{SNEAKERS}",
        "is its own ancestor and is not carried",
        lost=("category:women/shoes/sneakers", "category:women/shoes/boots"),
    ),
    "script in a name": Defect(
        _set("CA-000012", name=SCRIPT),
        "warning markup_in_name -",
        "hold markup, which is carried as text: CA-000012",
    ),
}


@dataclass(frozen=True)
class Spoiled:
    """The desk with every defect at once, its plan, and the plan before anything was spoiled."""

    desk: Desk
    sound: Plan
    plan: Plan


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spoiled]:
    with desk(tmp_path_factory.mktemp("spoiled")) as made, desk(_beside(made)) as other:
        sound = other.plan()
        for defect in DEFECTS.values():
            defect.spoil(made.magento.shop)
        yield Spoiled(made, sound, made.plan())


def _beside(made: Desk) -> Path:
    return made.folder.with_name(f"{made.folder.name}-sound")


def _after(plan: Plan) -> dict[str, dict[str, Json]]:
    return {str(change.address): change.after for change in plan.changes}


LOST = {address for defect in DEFECTS.values() for address in defect.lost}


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=list(DEFECTS))
def test_a_defect_is_named(spoiled: Spoiled, defect: Defect) -> None:
    found = [each.message for each in spoiled.plan.diagnostics if _named(each) == defect.said]
    assert [message for message in found if defect.words in message]


def _named(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.severity} {diagnostic.code} {diagnostic.address or '-'}"


def test_every_diagnostic_has_a_remedy_or_is_mere_information(spoiled: Spoiled) -> None:
    mute = [each for each in spoiled.plan.diagnostics if not each.remedy]
    assert "handle_taken" in {each.code for each in mute}
    assert {each.severity for each in mute} == {"info"}


def test_exactly_what_cannot_be_carried_is_left_out(spoiled: Spoiled) -> None:
    before, now = _after(spoiled.sound), _after(spoiled.plan)
    lost = {address for address in before.keys() - now.keys() if not _is_part(address)}
    assert lost == LOST


def _is_part(address: str) -> bool:
    """Stock and prices go with their variant."""
    return address.startswith(("inventory_level:", "list_price:"))


def test_stock_and_prices_are_lost_with_their_variant_only(spoiled: Spoiled) -> None:
    lost = _after(spoiled.sound).keys() - _after(spoiled.plan).keys()
    skus = [address.removeprefix("variant:") for address in LOST if address.startswith("variant:")]
    parts = [address for address in lost if _is_part(address)]
    assert parts
    assert not [address for address in parts if not any(sku in address for sku in skus)]


def test_no_other_record_is_changed(spoiled: Spoiled) -> None:
    touched = {"product:CA-000012", "product:TR-000010", "product:LA-000011", "product:po-000001"}
    touched |= {"variant:DE-000005", "variant:MU-000007", "variant:TE 000004 blue"}
    before, now = _after(spoiled.sound), _after(spoiled.plan)
    changed = {address for address in before.keys() & now.keys() if before[address] != now[address]}
    assert changed <= touched


def test_a_price_that_cannot_be_right_never_becomes_one(spoiled: Spoiled) -> None:
    now = _after(spoiled.plan)
    assert not [sku for sku in ("DE-000005", "MU-000007") if now[f"variant:{sku}"].get("prices")]


def test_a_script_in_a_name_stays_text(spoiled: Spoiled) -> None:
    folder = max((spoiled.desk.folder / "plans").glob("2*"))
    assert _after(spoiled.plan)["product:CA-000012"]["title"] == SCRIPT
    result = spoiled.desk.run("show", "latest", "--html")
    assert result.exit_code == 0
    page = Path(result.stdout.strip()).read_text(encoding="utf-8")
    assert SCRIPT not in page
    written = (folder / "plan.md").read_text(encoding="utf-8")
    assert written.count(f"`{SCRIPT}`") == written.count(SCRIPT)  # code, in Markdown


def test_the_plan_can_still_be_approved(spoiled: Spoiled) -> None:
    """A defect of one record is no reason to hold all others back."""
    assert "approved by Ada" in said(spoiled.desk.run("approve", "latest", "--by", "Ada"))


def test_what_only_looks_bad_is_carried_whole(sound: Desk) -> None:
    sound.magento.shop.update_product(
        "CA-000012", url_key="größe-日本語/Å %00", description=LONG, name='A "quoted" \u202e name'
    )
    product = _after(sound.plan())["product:CA-000012"]
    assert product["description"] == LONG
    assert product["title"] == 'A "quoted" \u202e name'
    assert product["handle"].isascii()
    assert product["handle"].startswith("grosse-ri-ben-yu")
    shown = sound.run("show", "latest", "--key", "CA-000012")
    assert shown.exit_code == 0
    assert "\u202e" not in shown.output
