"""The folder of a run: every file to the byte, the summary by its schema, who may read what."""

from __future__ import annotations

import json
import re
import stat
from importlib.resources import files
from pathlib import Path

import pytest
from comparing import Shops, content
from jsonschema import Draft202012Validator
from planning import NOON, MemoryTarget, Planner, Row, people_mappings, price, product, variant
from test_drift_compare import ADA, SHOP

from reconcile.drift import history
from reconcile.drift.document import MISMATCHES
from reconcile.drift.redirects import REDIRECTS
from reconcile.drift.tables import TABLES

SCHEMA = json.loads(files("reconcile.drift").joinpath("summary_schema.json").read_text())
SINCE = "2026-11-01T12:00:00.000Z"


@pytest.fixture
def shops(tmp_path: Path) -> Shops:
    (tmp_path / "plans").mkdir()
    rows = SHOP | {
        "product": [product("=A", 1, handle="a"), product("B", 2)],
        "variant": [
            variant("=A-S", 11, "=A", prices=[price("10"), price("9", low="5"), price("7", "gbp")]),
            variant("B-S", 12, "B"),
        ],
        "inventory_level": [
            {**row, "variant": sku, "key": f"{sku}@Main"}
            for sku, row in zip(("=A-S", "B-S"), SHOP["inventory_level"], strict=True)
        ],
        "list_price": [{**SHOP["list_price"][0], "key": "Sale/=A-S/usd/any", "variant": "=A-S"}],
    }
    planner = Planner(tmp_path / "plans", MemoryTarget(), remembers=True)
    return Shops.moved(planner, rows, tmp_path)


def edited(shops: Shops) -> Shops:
    shops.in_medusa("product", "product_=A", title='"Quoted",\nnew line\x1b[31m')
    shops.in_medusa(
        "variant", "variant_=A-S",
        prices=[price("8"), price("9.0", low="10"), price("11", "eur"), price("7", "gbp")],
    )  # fmt: skip
    shops.in_medusa("inventory_level", "inventory_level_=A-S@Main", stocked_quantity="3")
    shops.in_medusa("list_price", "list_price_Sale/=A-S/usd/any", amount="10")
    shops.planner.target.add("product", "prod_x", "b", title="Theirs", status="published")
    return shops.gone_from_magento("inventory_level", "B-S@Main").new_in_magento(
        "product", **product("C", 3, title="=cmd()")
    )


GOLDEN = {
    "missing-in-medusa.csv": (
        '"key","entity","source_id","since"\r\n"C","product","magento:3","{since}"\r\n'
    ),
    "medusa-only.csv": (
        '"key","entity","medusa_id","reason","since"\r\n'
        '"b","product","prod_x","unmanaged",""\r\n'
        '"B-S@Main","inventory_level","inventory_level_B-S@Main","gone from Magento","{since}"\r\n'
    ),
    "field-mismatches.csv": (
        '"key","field","magento","medusa","since","entity","changed_by"\r\n'
        '"\'=A","title","Product =A","""Quoted"",\nnew line\\x1b[31m","{since}","product",'
        '"medusa"\r\n'
    ),
    "stock-mismatches.csv": (
        '"sku","location","magento","medusa","difference","since"\r\n'
        '"\'=A-S","Main","5","3","-2","{since}"\r\n'
    ),
    "price-mismatches.csv": (
        '"sku","currency","min_quantity","max_quantity","price_list","magento","medusa",'
        '"percent","since"\r\n'
        '"\'=A-S","eur","","","","","11","","{since}"\r\n'
        '"\'=A-S","usd","","","","10","8","-20","{since}"\r\n'
        '"\'=A-S","usd","10","","","","9.0","","{since}"\r\n'
        '"\'=A-S","usd","5","","","9","","","{since}"\r\n'
        '"\'=A-S","usd","","","Sale","8","10","25","{since}"\r\n'
    ),
    "loose-matches.csv": '"entity","key","other","medusa_id","reason"\r\n',
    "unmapped.csv": '"entity","field","value","count","why"\r\n',
    "twins.csv": '"kind","key","other","shop","ids"\r\n',
    "redirects.csv": '"old_path","new_path","entity","key","source_id","remark"\r\n',
}


def test_every_file_to_the_byte(shops: Shops) -> None:
    done = edited(shops).run()
    written = {path.name: path.read_bytes().decode() for path in done.folder.glob("*.csv")}
    golden = {name: text.replace("{since}", SINCE) for name, text in GOLDEN.items()}
    assert written == golden
    assert [each.name for each in TABLES] == list(golden)


def test_a_file_without_rows_has_its_titles(shops: Shops) -> None:
    done = shops.run()
    for name, golden in GOLDEN.items():
        assert (done.folder / name).read_bytes().decode() == golden.partition("\r\n")[0] + "\r\n"
    assert set(done.summary.files.values()) == {0}


def test_the_summary_keeps_to_its_schema(shops: Shops) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    done = edited(shops).run(most="50", sample=2, seed=3)
    written = json.loads((done.folder / "summary.json").read_text())
    Draft202012Validator(SCHEMA).validate(written)
    assert written == done.summary.to_json()
    assert (written["id"], written["state"], written["max_percent"]) == (
        done.folder.name, "drift", "50"
    )  # fmt: skip
    assert written["files"]["price-mismatches.csv"] == 5
    assert written["started_at"] == SINCE
    [products] = [each for each in written["entities"] if each["entity"] == "product"]
    assert products == {
        "entity": "product", "compared": 3, "same": 1, "different": 1, "missing_in_medusa": 1,
        "medusa_only": 0, "unmanaged": 1, "skipped": 0, "drift_percent": "66.67",
        "fields": {"title": 1},
        "changed_by": {"magento": 1, "medusa": 1, "both": 0, "unknown": 0},
    }  # fmt: skip


def test_only_the_owner_can_read_it(shops: Shops) -> None:
    done = shops.run(sample=1)
    assert done.folder.parent == shops.folder / "reports" / "drift"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in done.folder.iterdir()}
    assert stat.S_IMODE(done.folder.stat().st_mode) == 0o700
    assert modes == dict.fromkeys([*GOLDEN, "sample.csv", "summary.json", "index.html"], 0o600)


def test_no_plan_and_nothing_half_written_is_left(shops: Shops) -> None:
    before = sorted(shops.planner.folder.iterdir())
    shops.run()
    shops.run()
    assert sorted(shops.planner.folder.iterdir()) == before
    assert list((shops.folder / "work").iterdir()) == []
    folders = sorted(path.name for path in (shops.folder / "reports" / "drift").iterdir())
    assert folders == ["20261101T120000Z", "20261101T120000Z-2"]


def test_a_report_that_cannot_be_written_leaves_nothing(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reconcile.drift.files.write_drift", full)
    with pytest.raises(OSError, match="No space"):
        shops.run()
    assert list((shops.folder / "reports" / "drift").iterdir()) == []


def test_since_is_the_run_that_saw_it_first(shops: Shops) -> None:
    edited(shops).run()
    shops.in_medusa("product", "product_B", title="Later")
    done = edited(shops).run(hours=2)
    since = {row[0]: row[4] for row in content(done.folder, "field-mismatches.csv")}
    assert since == {"'=A": SINCE, "B": "2026-11-01T14:00:00.000Z"}
    assert len(history.runs(shops.folder / "history")) == 2


def test_the_folder_is_the_runs_id(shops: Shops) -> None:
    done = shops.run()
    [run] = history.runs(shops.folder / "history")
    assert (run.id, run.state, run.began) == (done.folder.name, "same", NOON)
    assert set(MISMATCHES) | {"since"} == set(done.found.mismatches.columns)
    assert done.found.redirects.schema == REDIRECTS


@pytest.fixture
def people(tmp_path: Path) -> Shops:
    (tmp_path / "plans").mkdir()
    address: Row = {"id": "1", "city": "Calder"}
    rows = {"customer": [{**ADA, "addresses": [address]}, _other("bob"), _other("eve")]}
    planner = Planner(tmp_path / "plans", MemoryTarget(), people_mappings(), remembers=True)
    shops = Shops.moved(planner, rows, tmp_path)
    shops.in_medusa("customer", "customer_ada@example.com", first_name="Adele", addresses=[])
    shops.gone_from_medusa("customer", "customer_bob@example.com")
    return shops.gone_from_magento("customer", "eve@example.com")


def _other(name: str) -> Row:
    email = f"{name}@example.com"
    return {**ADA, "key": email, "email": email, "source_id": f"magento:customer/{name}"}


def test_people_are_masked_everywhere(people: Shops) -> None:
    done = people.run(sample=9, seed=1)
    for path in done.folder.iterdir():
        text = re.sub("customer_[a-z]+@example.com", "an id of Medusa's", path.read_text())
        for word in ("ada@example", "bob@example", "eve@example", "Adele", "Calder", '"Ada"'):
            assert word not in text, path.name
    assert content(done.folder, "missing-in-medusa.csv") == [
        ["b***@e***.com", "customer", "magento:customer/bob", SINCE]
    ]
    assert content(done.folder, "field-mismatches.csv") == [
        ["a***@e***.com", "addresses", "***", "[]", SINCE, "customer", "medusa"],
        ["a***@e***.com", "first_name", "***", "***", SINCE, "customer", "medusa"],
    ]
    assert ["customer", "e***@e***.com", "", "", "stands here", "no"] in content(
        done.folder, "sample.csv"
    )


def test_people_are_shown_where_the_settings_say_so(people: Shops) -> None:
    done = people.run(mask=False)
    assert [row[:4] for row in content(done.folder, "field-mismatches.csv")] == [
        ["ada@example.com", "addresses", '[{"city":"Calder","id":"1"}]', "[]"],
        ["ada@example.com", "first_name", "Ada", "Adele"],
    ]
