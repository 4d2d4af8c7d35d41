"""`reconcile quarantine` as it is typed, and what plans leave in it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import Result
from shop_in_memory import Run
from small_shop import SmallShop, product, shop_of

from reconcile.cli import quarantine as command
from reconcile.model import Address
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.quarantine import Document, Entry, Quarantine, Stage
from reconcile.snapshot import SnapshotWriter
from reconcile.targets.medusa.tables import LISTINGS, PRICE_LISTS
from reconcile.targets.medusa.tables.companion import COMPANION
from reconcile.targets.medusa.tables.customer import CUSTOMER
from reconcile.targets.medusa.tables.price_list import PRICE_SCHEMA
from reconcile.targets.medusa.tables.sales import SALES

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
PLAN = "20261101T120000Z-aaaaaaaa"
ADA = Address("customer", "ada.lovelace@example.com")

HELD: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "stores": [{"id": "store_1", "name": "Store", "default_sales_channel_id": "sc_1"}],
    "store_currencies": [{"store_id": "store_1", "currency_code": "usd"}],
    "sales_channels": [{"id": "sc_1", "name": "Web"}],
    "shipping_profiles": [{"id": "sp_1", "name": "Default", "type": "default"}],
}
"""What a Medusa holds that is ready, and has no products yet."""


def entry(address: Address, **over: Any) -> Entry:
    plain = Entry(
        address, "failed", Stage.APPLY, "The shop said no.", "", PLAN, "run-1", 1, NOON, NOON
    )
    return replace(plain, **over)


@pytest.fixture
def kept(workspace: Path) -> Quarantine:
    return Quarantine(workspace / ".reconcile" / "quarantine")


@pytest.fixture
def three(kept: Quarantine) -> Quarantine:
    """A customer whose e-mail is everywhere, and two products."""
    row = {"id": "5", "email": ADA.key, "firstname": "Ada", "dob": "1815-12-10"}
    error = f"{ADA.key} is taken."
    mapped = {"email": ADA.key, "first_name": "Ada", "has_account": True}
    facts = entry(ADA, error=error, source_id="magento:customer/5", attempts=3)
    kept.put(Document(facts, {"customers": [row]}, mapped))
    kept.put(Document(entry(Address("product", "=1+1"), code="stale", run="run-2")))
    made = {"code": "missing_required", "stage": Stage.PLAN, "run": ""}
    kept.put(Document(entry(Address("product", "P\x1b[31m"), **made)))
    return kept


def test_nothing_in_quarantine(run: Run, workspace: Path) -> None:
    result = run("quarantine", "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing is in quarantine" in result.stderr
    assert json.loads(run("quarantine", "list", "--json").stdout) == []
    assert "Nothing is in quarantine" in run("quarantine", "retry").stderr
    assert run("quarantine", "drop").exit_code == 0


def test_the_list_in_columns(run: Run, three: Quarantine) -> None:
    lines = run("quarantine", "list").stdout.splitlines()
    assert [line.split() for line in lines[:1]] == [list(command.LIST)]
    assert [line.split()[:5] for line in lines[1:]] == [
        ["product", "=1+1", "stale", "apply", "1"],
        ["product", "P\\x1b[31m", "missing_required", "plan", "1"],
        ["customer", "a***@e***.com", "failed", "apply", "3"],
    ]
    assert lines[1].endswith("2026-11-01 12:00 UTC  2026-11-01 12:00 UTC")


EVERYTHING = [
    ["list"],
    ["list", "--json"],
    ["list", "--entity", "customer"],
    ["show", str(ADA)],
    ["retry", "customer:nobody@example.com"],
    ["drop", "--entity", "customer"],
    ["drop", "customer:nobody@example.com"],
]


@pytest.mark.parametrize("words", EVERYTHING, ids=" ".join)
def test_people_are_not_named(run: Run, three: Quarantine, words: list[str]) -> None:
    said = run("quarantine", *words).output
    for secret in (ADA.key, "lovelace", "example.com", "Ada", "1815", "nobody"):
        assert secret not in said


def test_people_are_named_where_that_is_asked_for(run: Run, three: Quarantine) -> None:
    assert ADA.key in run("quarantine", "list", "--full").stdout
    assert json.loads(run("quarantine", "list", "--full", "--json").stdout)[2]["key"] == ADA.key
    shown = json.loads(run("quarantine", "show", str(ADA), "--full").stdout)
    assert shown["source"]["customers"][0]["dob"] == "1815-12-10"
    assert shown["mapped"]["first_name"] == "Ada"


def test_a_masked_record_keeps_its_shape(run: Run, three: Quarantine) -> None:
    shown = json.loads(run("quarantine", "show", str(ADA)).stdout)
    hidden = {"id": "5", "email": "***", "firstname": "***", "dob": "***"}
    assert shown["source"] == {"customers": [hidden]}
    assert shown["mapped"] == {"email": "a***@e***.com", "first_name": "***", "has_account": True}
    assert (shown["source_id"], shown["attempts"]) == ("magento:customer/5", 3)


def test_a_key_that_is_a_source_id_is_shown(run: Run, kept: Quarantine) -> None:
    nameless = Address("customer", "magento:customer/5")
    kept.put(Document(entry(nameless, source_id=nameless.key)))
    assert " magento:customer/5 " in run("quarantine", "list").stdout


FILTERS = [
    (["--entity", "product"], 2),
    (["--code", "s*"], 1),
    (["--run", "run-1"], 1),
    (["--run", PLAN], 3),
    (["--entity", "customer", "--code", "stale"], 0),
]


@pytest.mark.parametrize(("words", "count"), FILTERS)
def test_filters(run: Run, three: Quarantine, words: list[str], count: int) -> None:
    assert len(json.loads(run("quarantine", "list", "--json", *words).stdout)) == count


def test_a_record_that_is_not_there(run: Run, three: Quarantine) -> None:
    for words in (["show"], ["drop", "--yes"], ["retry"]):
        result = run("quarantine", *words, "product:nothing")
        assert (result.exit_code, "product:nothing is not in quarantine" in result.stderr) == (
            1,
            True,
        )


def test_a_damaged_file_is_named(run: Run, three: Quarantine) -> None:
    [path, *_] = (three.folder / "product").glob("*.json")
    path.write_text("{")
    result = run("quarantine", "list", "--json")
    assert (result.exit_code, len(json.loads(result.stdout))) == (0, 2)
    assert "is damaged" in result.stderr


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '"=1', "＝1", "|calc", "%0a=1"]


def test_an_export_is_text_to_a_spreadsheet(run: Run, kept: Quarantine, workspace: Path) -> None:
    for key in FORMULAS:
        kept.put(Document(entry(Address("variant", key), error=key)))
    kept.put(Document(entry(Address("variant", "1;=2"), error='a "b",\nc')))
    kept.put(Document(entry(ADA, error=f"{ADA.key} is taken")))
    assert run("quarantine", "export", "--csv", "out.csv").exit_code == 0
    out = workspace / "out.csv"
    assert out.stat().st_mode & 0o777 == 0o600
    text = out.read_text()
    assert ADA.key not in text
    titles, *rows = csv.reader(io.StringIO(text, newline=""))
    assert titles == list(command.EXPORT)
    assert len(rows) == len(FORMULAS) + 2
    for row in rows:
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row)
    told = {row[1]: dict(zip(titles, row, strict=True)) for row in rows}
    assert told["1;=2"]["error"] == 'a "b",\nc'
    assert told["'=1+1"]["attempts"] == "1"
    assert '"1;=2"' in text
    first = text
    run("quarantine", "export", "--csv", "out.csv")
    assert out.read_text() == first
    run("quarantine", "export", "--csv", "out.csv", "--full", "--entity", "customer")
    assert ADA.key in out.read_text()


def test_nothing_is_dropped_without_a_yes(run: Run, three: Quarantine) -> None:
    asked = run("quarantine", "drop", "--entity", "product")
    assert (asked.exit_code, "2 records would be removed" in asked.stdout) == (2, True)
    assert len(three.read().entries) == 3
    dropped = run("quarantine", "drop", "--entity", "product", "--yes")
    assert (dropped.exit_code, "comes back with the next plan" in dropped.stdout) == (0, True)
    assert [each.address for each in three.read().entries] == [ADA]
    assert run("quarantine", "drop", str(ADA), "--yes").exit_code == 0
    assert three.read().entries == ()


def test_ten_thousand_are_listed(run: Run, kept: Quarantine) -> None:
    for number in range(10_000):
        kept.put(Document(entry(Address("order", f"{number:09}"))))
    listed = run("quarantine", "list")
    assert len(listed.stdout.splitlines()) == 10_001
    assert "10,000 order failed" in listed.stderr


# --- plans --------------------------------------------------------------------------------------


def shops(root: Path, shop: SmallShop, number: int) -> None:
    """New snapshots of both shops, the so many-th."""
    source = shop.write(root / f"made-{number}")
    place = root / ".reconcile" / "snapshots" / "magento" / f"20261101T12000{number}Z"
    place.parent.mkdir(parents=True, exist_ok=True)
    source.folder.rename(place)
    at = NOON.replace(second=number)
    with SnapshotWriter(place.parents[1], "medusa", "https://medusa.test", at) as writer:
        tables = [table for listing in (*LISTINGS, PRICE_LISTS) for table in listing.tables]
        schemas = {table.name: table.schema for table in (*tables, *SALES)}
        schemas |= {"list_prices": PRICE_SCHEMA, "customers": CUSTOMER, "companion": COMPANION}
        for name, schema in schemas.items():
            _fill(writer, name, schema)
        writer.finish({})


def _fill(writer: SnapshotWriter, table: str, schema: pl.Schema) -> None:
    rows = [{**dict.fromkeys(schema), **row} for row in HELD.get(table, ())]
    writer.open(table, schema)
    writer.append(table, rows)
    writer.close(table, reported=len(rows), distinct=len(rows))


def made(result: Result, workspace: Path) -> Plan:
    assert result.exit_code == 2, result.output
    return file.read(
        max((workspace / "plans").glob("2*"), key=lambda each: each.stat().st_mtime_ns)
    )


NAMELESS = {"name": None}
NEEDED = "product_type:Default"
"""What every product of these shops needs."""


def told(kept: Quarantine) -> list[tuple[str, str, int]]:
    return [(str(each.address), each.code, each.attempts) for each in kept.read().entries]


def test_from_a_plan_into_quarantine_and_out_again(
    run: Run, kept: Quarantine, workspace: Path
) -> None:
    shops(workspace, shop_of(product(1), product(2, **NAMELESS), product(3, **NAMELESS)), 1)
    result = run("plan")
    made(result, workspace)
    assert "2 records are in quarantine: see `reconcile quarantine list`" in result.stderr
    assert told(kept) == [
        ("product:P2", "missing_required", 1),
        ("product:P3", "missing_required", 1),
    ]
    shown = json.loads(run("quarantine", "show", "product:P2").stdout)
    assert shown["source"]["products"][0]["sku"] == "P2"
    assert (shown["source_id"], shown["mapped"]) == ("magento:2", None)

    shops(workspace, shop_of(product(1), product(2), product(3, **NAMELESS)), 2)
    retried = run("quarantine", "retry", "--code", "missing_required", "--offline")
    plan = made(retried, workspace)
    assert [str(each.address) for each in plan.changes] == [NEEDED, "product:P2"]
    assert plan.header.scope == {"left of": "the quarantine"}
    assert told(kept) == [
        ("product:P2", "missing_required", 1),
        ("product:P3", "missing_required", 2),
    ]

    again = run("quarantine", "retry", "product:P3", "--offline", "--json")
    assert (again.exit_code, json.loads(again.stdout)["scope"]) == (0, plan.header.scope)

    shops(workspace, shop_of(product(1), product(2), product(3)), 3)
    assert "2 records left quarantine" in run("plan").stderr
    assert told(kept) == []


def test_a_retry_finds_a_record_whose_key_was_corrected(
    run: Run, kept: Quarantine, workspace: Path
) -> None:
    kept.put(Document(entry(Address("product", "OLD"), source_id="magento:1")))
    shops(workspace, shop_of(product(1, "NEW"), product(2)), 1)
    plan = made(run("quarantine", "retry", "--offline"), workspace)
    assert [str(each.address) for each in plan.changes] == [NEEDED, "product:NEW"]
    assert told(kept) == [("product:OLD", "failed", 1)]


def test_a_retry_brings_what_a_record_needs(run: Run, kept: Quarantine, workspace: Path) -> None:
    kept.put(Document(entry(Address("variant", "P1"))))
    shops(workspace, shop_of(product(1), product(2)), 1)
    plan = made(run("quarantine", "retry", "variant:P1", "--offline"), workspace)
    assert [str(each.address) for each in plan.changes] == [NEEDED, "product:P1", "variant:P1"]


def test_a_retry_reads_the_shops_anew(
    run: Run, kept: Quarantine, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.put(Document(entry(Address("product", "P1"))))
    taken: list[int] = []

    def take(_: object) -> None:
        taken.append(1)
        shops(workspace, shop_of(product(1)), 1)

    monkeypatch.setattr(command, "take_new", take)
    made(run("quarantine", "retry"), workspace)
    assert taken == [1]


def test_what_is_dropped_comes_back_with_the_next_plan(
    run: Run, kept: Quarantine, workspace: Path
) -> None:
    shops(workspace, shop_of(product(1), product(2, **NAMELESS)), 1)
    run("plan")
    run("quarantine", "drop", "--yes")
    assert told(kept) == []
    run("plan")
    assert told(kept) == [("product:P2", "missing_required", 1)]
