"""`reconcile inspect` as it is typed: who is found, what is said, what is masked."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from inspected_workspace import Workspace, field, medusa_snapshot, workspace
from magento_checkout import Bought, Store, address, order
from people_shop import PeopleShop
from small_shop import NOON, ROOTS, SmallShop, category, child, configurable, product

from reconcile import base, journal
from reconcile.base import Applied
from reconcile.canonical import to_json
from reconcile.journal import Journal, RunFacts
from reconcile.model import Action, Address, Change, Outcome, Status
from reconcile.plan import approval_file, file
from reconcile.plan.document import Approval
from reconcile.quarantine import Document, Entry, Quarantine, Stage

ADA = "ada.lovelace@example.com"
SECRETS = (ADA, "lovelace", "Lovelace", "Ada", "12 Byron Row", "555-0199", "1815-12-10")
HOSTILE = "Bag\x1b[31m\u202e [link=file:///etc]x[/link]\nSecond"


def mark(source_id: str) -> str:
    return to_json({"source_id": source_id})


def catalogue() -> SmallShop:
    shop = SmallShop().add("categories", *ROOTS, category(3, 2, "Bags", url_key="bags"))
    return shop.add(
        "products",
        product(1, "24-MB01", name="Bag &amp; Co", url_key="bag-and-co",
                category_links=[{"category_id": "3", "position": 0}], attribute_set_id="4"),
        product(2, "NAMELESS", name=None),
        configurable(6, [7, 8], sku="MJ04", name="Jacket", values=["49", "50"],
                     **{"attributes.url_key": "jacket"}),
        child(7, sku="MJ04-Red", color="49"),
        child(8, sku="MJ04-Blue", color="50"),
        product(9, "HOSTILE", name=HOSTILE),
    ).add("source_items", {"sku": "24-MB01", "source_code": "default", "quantity": "3",
                           "status": 1})  # fmt: skip


def people() -> PeopleShop:
    lives_at = {"id": 7, "firstname": "Ada", "lastname": "Lovelace", "street": ["12 Byron Row"],
                "city": "London", "postcode": "N1", "country_id": "GB",
                "telephone": "555-0199"}  # fmt: skip
    ada = {"id": 5, "email": "Ada.Lovelace@Example.com", "firstname": "Ada", "lastname": "Lovelace",
           "group_id": 1, "website_id": 1, "store_id": 1, "created_at": "2026-01-02 03:04:05",
           "dob": "1815-12-10", "addresses": [lives_at]}  # fmt: skip
    bought = order(Store(), [Bought(Decimal(10))], Bought(Decimal(5))) | {
        "entity_id": 42, "increment_id": "000000042", "customer_id": 5, "customer_is_guest": 0,
        "customer_email": ADA, "customer_firstname": "Ada", "customer_lastname": "Lovelace",
        "billing_address": address(street=["12 Byron Row"], lastname="Lovelace"),
    }  # fmt: skip
    other = {**ada, "id": 6, "email": "grace@example.com", "addresses": []}
    shop = PeopleShop(catalogue=catalogue()).add("customers", ada, other)
    return shop.add("orders", bought)


HELD: dict[str, list[dict[str, Any]]] = {
    "products": [
        {"id": "prod_1", "title": "Bag & Co", "handle": "old-handle", "status": "published",
         "external_id": "24-MB01", "metadata": mark("magento:1"), "shipping_profile_id": "sp_1"},
        {"id": "prod_9", "title": "Poster", "handle": "poster", "status": "published",
         "external_id": "POSTER", "metadata": None},
    ],
    "variants": [
        {"id": "variant_1", "product_id": "prod_1", "sku": "24-MB01", "title": "Default variant",
         "metadata": mark("magento:1")},
    ],
    "customers": [
        {"id": "cus_5", "email": ADA, "has_account": True, "first_name": "Augusta",
         "last_name": "Lovelace", "metadata": mark("magento:customer/5"), "addresses": "[]",
         "groups": "[]"},
    ],
    "orders": [
        {"id": "order_42", "number": "000000042", "email": ADA, "customer_id": "cus_5",
         "status": "completed", "currency_code": "usd", "metadata": mark("magento:order/42"),
         "touched": False, "is_draft": False, "items": "[]", "shipping_methods": "[]",
         "credit_lines": "[]", "transactions": "[]", "totals": "{}"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    root = tmp_path_factory.mktemp("snapshots")
    return people().write(root / "magento"), medusa_snapshot(root / "medusa", HELD)


@pytest.fixture
def shops(tmp_path: Path, snapshots: tuple[Any, Any]) -> Workspace:
    return workspace(tmp_path, *snapshots)


# --- who is found -------------------------------------------------------------------------------

NAMES: list[tuple[tuple[str, ...], str, list[str]]] = [
    (("MJ04",), "product:MJ04", []),
    (("24-MB01",), "product:24-MB01", ["variant:24-MB01"]),
    (("variant:24-MB01",), "variant:24-MB01", []),
    (("variant", "24-MB01"), "variant:24-MB01", []),
    (("MJ04-Red",), "variant:MJ04-Red", []),
    (("bag-and-co",), "product:24-MB01", []),
    (("old-handle",), "product:24-MB01", []),
    (("bags",), "category:bags", []),
    (("category", "3"), "category:bags", []),
    (("prod_1",), "product:24-MB01", []),
    (("variant_1",), "variant:24-MB01", []),
    (("cus_5",), f"customer:{ADA}", []),
    (("order_42",), "order:000000042", []),
    (("magento:product/1",), "product:24-MB01", []),
    (("magento:1",), "product:24-MB01", ["variant:24-MB01"]),
    (("magento:customer/5",), f"customer:{ADA}", []),
    (("product", "1"), "product:24-MB01", []),
    (("customer", "5"), f"customer:{ADA}", []),
    (("Ada.Lovelace@Example.com",), f"customer:{ADA}", []),
    ((ADA,), f"customer:{ADA}", []),
    (("000000042",), "order:000000042", []),
    (("order", "42"), "order:000000042", []),
    (("POSTER",), "product:POSTER", []),
    (("NAMELESS",), "product:NAMELESS", ["variant:NAMELESS"]),
    (("product", "NAMELESS"), "product:NAMELESS", []),
    (("24-MB01@Default Source",), "inventory_level:24-MB01@Default Source", []),
]


@pytest.mark.parametrize(("words", "found", "others"), NAMES, ids=str)
def test_a_record_is_found_by(
    shops: Workspace, words: tuple[str, ...], found: str, others: list[str]
) -> None:
    document = shops.told(*words, "--full")
    assert (document["address"], document["others"]) == (found, others)


MISSED = [
    (("24-MB02",), "product:24-MB01"),
    (("variant:24-MB1",), "variant:24-MB01"),
    (("order", "000000043"), "order:000000042"),
    (("ada.lovelase@example.com",), "customer:a***@e***.com"),
    (("zzz",), "Give a SKU"),
]


@pytest.mark.parametrize(("words", "alike"), MISSED)
def test_what_is_not_found_has_look_alikes(
    shops: Workspace, words: tuple[str, ...], alike: str
) -> None:
    result = shops.inspect(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert alike in result.stderr
    assert not any(secret in result.stderr for secret in SECRETS)


WRONG = [(("a", "b"), "is not an entity and one record"), (("product", "a", "b"), "Quote names"),
         (("nope:1",), "Neither shop's snapshot")]  # fmt: skip


@pytest.mark.parametrize(("words", "why"), WRONG)
def test_words_that_name_nothing(shops: Workspace, words: tuple[str, ...], why: str) -> None:
    result = shops.inspect(*words)
    assert (result.exit_code, why in result.stderr) == (1, True)


# --- what is said -------------------------------------------------------------------------------


def test_the_document(shops: Workspace) -> None:
    document = shops.told("product:24-MB01")
    assert list(document)[:4] == ["format", "address", "entity", "key"]
    assert (document["source_id"], document["target_id"]) == ("magento:1", "prod_1")
    assert (document["state"], document["match"]["by"]) == ("differs", "mark")
    assert document["source"]["link"] == "https://shop.test/admin/catalog/product/edit/id/1/"
    assert document["target"]["link"] == "https://medusa.test/app/products/prod_1"
    assert document["source"]["taken_at"] == "2026-11-01T12:00:00.000Z"
    assert document["source"]["records"]["products"][0]["sku"] == "24-MB01"
    assert document["source"]["records"]["source_items"][0]["quantity"] == "3"
    title = field(document, "title")
    assert title["where"].endswith("product.yml:12")
    assert [(step["said"], step["value"]) for step in title["steps"]] == [
        ("name", "Bag &amp; Co"), ("decode_entities", "Bag & Co"), ("collapse_spaces", "Bag & Co"),
    ]  # fmt: skip
    assert (title["verdict"], title["existing"]) == ("same", "Bag & Co")
    handle = field(document, "handle")
    assert (handle["verdict"], handle["desired"], handle["existing"]) == (
        "take_source", "bag-and-co", "old-handle",
    )  # fmt: skip
    assert "not known" in handle["why"]
    assert field(document, "categories")["desired"] == ["bags"]
    assert {"path": "handle", "before": "old-handle", "after": "bag-and-co"} in document["change"][
        "fields"
    ]
    states = {each["address"]: each["state"] for each in document["children"]}
    assert states == {
        "variant:24-MB01": "differs", "inventory_level:24-MB01@Default Source": "new"
    }  # fmt: skip


def test_absent_null_and_empty_are_told_apart(shops: Workspace) -> None:
    row = shops.told("product", "9", "--raw")["source"]["records"]["products"][0]
    assert (row["attributes.url_key"], row["images"], row["name"]) == (None, [], HOSTILE)
    assert "attributes.unheard_of" not in row
    shown = shops.inspect("product", "9", "--raw").stdout
    assert "images  []" in shown
    assert "attributes.url_key" in shown.split("no value: ")[1].splitlines()[0]


def test_brief_and_raw(shops: Workspace) -> None:
    brief, whole = shops.told("MJ04"), shops.told("MJ04", "--raw")
    short, long = (each["source"]["records"]["products"][0] for each in (brief, whole))
    assert set(short) < set(long)
    left = [name for name, value in long.items() if value is not None and name not in short]
    assert (brief["source"]["not_shown"], whole["source"]["not_shown"]) == (len(left), 0)
    assert f"and {len(left)} values more: --raw" in shops.inspect("MJ04").stdout


def test_only_some_fields(shops: Workspace) -> None:
    names = [each["field"] for each in shops.told("MJ04", "--field", "metadata.m*")["fields"]]
    assert names
    assert all(name.startswith("metadata.m") for name in names)
    shown = shops.inspect("MJ04", "--field", "handle").stdout
    assert "handle" in shown
    assert "external_id  " not in shown.split("Planned")[0].split("Fields")[1]


def test_a_skipped_record_names_diagnostic_and_remedy(shops: Workspace) -> None:
    result = shops.inspect("product", "NAMELESS")
    assert result.exit_code == 2
    for word in ("not carried", "missing_required", "has no 'title'", "Remedy: Give it a value"):
        assert word in result.stdout


def test_exit_codes(tmp_path: Path, snapshots: tuple[Any, Any]) -> None:
    group = {"id": "grp_1", "name": "Wholesale", "metadata": mark("magento:group/2")}
    target = medusa_snapshot(tmp_path / "medusa", {"customer_groups": [group]})
    shops = workspace(tmp_path / "w", snapshots[0], target)
    assert shops.inspect("customer_group", "Wholesale").exit_code == 0
    assert shops.inspect("customer_group", "General").exit_code == 2
    assert shops.inspect("customer_group", "Nobody").exit_code == 1


def test_text_of_shops_stays_text(shops: Workspace) -> None:
    shown = shops.inspect("product", "HOSTILE").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "Bag\\x1b[31m\\u202e [link=file:///etc]x[/link]\\nSecond" in shown
    assert not any(line.startswith("Second") for line in shown.splitlines())


def test_the_admin_may_be_elsewhere(shops: Workspace) -> None:
    settings = shops.folder / "reconcile.yml"
    text = settings.read_text()
    settings.write_text(text.replace("  # admin:", "  admin:"))
    link = shops.told("MJ04")["source"]["link"]
    assert link == "https://shop.example.com/admin_x1/catalog/product/edit/id/6/"
    settings.write_text(text.replace("  # admin: https:", "  admin: javascript:"))
    result = shops.inspect("MJ04")
    assert (result.exit_code, "`source.admin` must begin with" in result.stderr) == (1, True)


# --- people -------------------------------------------------------------------------------------

EVERYBODY = [("customer", "5"), ("order", "42"), (ADA,), ("cus_5",)]


@pytest.mark.parametrize("words", EVERYBODY)
def test_people_are_not_named(shops: Workspace, words: tuple[str, ...]) -> None:
    shops.plan()
    for more in ((), ("--raw",), ("--json",), ("--raw", "--json")):
        said = shops.inspect(*words, *more).output
        assert not [secret for secret in SECRETS if secret in said]
        assert "***" in said


def test_people_are_named_where_that_is_asked_for(shops: Workspace) -> None:
    result = shops.inspect("customer", "5", "--full", "--raw")
    assert all(secret in result.stdout for secret in SECRETS)
    assert "nothing of it is logged" in result.stderr
    document = shops.told("customer", "5", "--full")
    name = field(document, "first_name")
    assert (name["desired"], name["existing"], name["verdict"]) == ("Ada", "Augusta", "take_source")


def test_a_masked_document_keeps_its_shape(shops: Workspace) -> None:
    masked, full = (shops.told("order", "42", *more) for more in ((), ("--full",)))
    assert masked.keys() == full.keys()
    assert [each["field"] for each in masked["fields"]] == [x["field"] for x in full["fields"]]
    assert [each["verdict"] for each in masked["fields"]] == [x["verdict"] for x in full["fields"]]
    assert field(masked, "status") == field(full, "status")
    assert field(masked, "customer")["existing"] == "a***@e***.com"
    assert field(full, "customer")["existing"] == ADA
    assert masked["source"]["records"]["orders"][0]["number"] == "000000042"


def test_a_lookup_that_hit_names_its_file(shops: Workspace) -> None:
    status = field(shops.told("order", "42"), "status")
    assert [(step["did"], step["said"], step["hit"]) for step in status["steps"]] == [
        ("source", "status", None),
        ("lookup", "order_status.csv", True),
    ]
    assert status["unused"].endswith("order.yml:13")


# --- plans, runs, verifications, quarantine -----------------------------------------------------


def applied(shops: Workspace, status: Status = Status.FAILED) -> Path:
    """A run of the newest plan, in which the customer and the product came to this."""
    folder = shops.newest_plan
    made = file.read(folder)
    facts = RunFacts("20261101T130000Z-aaaaaa", made.header.id, made.digest, "1", "Ada", "t", 1)
    with Journal(folder / journal.JOURNAL, lambda: NOON, made.changes) as writer:
        writer.start(facts)
        for address in (Address("customer", ADA), Address("product", "24-MB01")):
            writer.intend("r1", [Change(address, Action.UPDATE, ())])
            outcome = Outcome(address, status, error=f"{ADA} is taken.")
            writer.settle([(Action.UPDATE, outcome)])
        writer.end({}, "")
    return folder


@pytest.mark.parametrize("words", [("product:24-MB01",), ("customer", "5")])
def test_what_runs_did_to_it(shops: Workspace, words: tuple[str, ...]) -> None:
    plan = shops.plan()
    applied(shops)
    document = shops.told(*words)
    assert [(each["event"], each["status"]) for each in document["runs"]] == [
        ("intent", ""), ("outcome", "failed"),
    ]  # fmt: skip
    assert {each["plan"] for each in document["runs"]} == {plan.header.id}
    assert document["runs"][-1]["error"] == "a***@e***.com is taken."
    assert document["plan"]["id"] == plan.header.id
    shown = shops.inspect(*words).stdout
    assert "run 20261101T130000Z-aaaaaa  outcome failed  a***@e***.com is taken." in shown


def test_a_damaged_journal_is_named(shops: Workspace) -> None:
    shops.plan()
    path = applied(shops) / journal.JOURNAL
    path.write_text(path.read_text().replace("failed", "stale", 1))
    document = shops.told("product:24-MB01")
    assert document["runs"] == []
    assert "the journal was edited" in document["damaged"][0]
    assert "cannot be read" in shops.inspect("product:24-MB01").stdout


def test_a_line_cut_short_is_no_damage(shops: Workspace) -> None:
    shops.plan()
    path = applied(shops) / journal.JOURNAL
    with path.open("ab") as torn:
        torn.write(b'{"event":"intent","change":"product:24-MB01"')
    document = shops.told("product:24-MB01")
    assert (len(document["runs"]), document["damaged"]) == (2, [])


APPROVALS = [
    ((), "approved by Ada"),
    (("product:24-*",), "left out: excluded by `product:24-*`"),
    (("product:MJ04",), "approved by Ada"),
]


@pytest.mark.parametrize(("excludes", "words"), APPROVALS)
def test_whether_its_change_is_approved(
    shops: Workspace, excludes: tuple[str, ...], words: str
) -> None:
    plan = shops.plan()
    assert shops.told("product:24-MB01")["plan"]["approval"] == "not approved"
    approval_file.write(shops.newest_plan, Approval(plan.digest, "Ada", NOON, excludes=excludes))
    planned = shops.told("product:24-MB01")["plan"]
    assert (planned["action"], planned["approval"]) == ("update", words)


def test_what_needs_an_excluded_record_is_left_out(shops: Workspace) -> None:
    plan = shops.plan()
    approval = Approval(plan.digest, "Ada", NOON, excludes=("product:MJ04",))
    approval_file.write(shops.newest_plan, approval)
    planned = shops.told("variant:MJ04-Red")["plan"]
    assert planned["approval"] == "left out: needs product:MJ04, which is excluded"


def test_another_plan_may_be_named(shops: Workspace) -> None:
    first = shops.plan()
    assert shops.told("MJ04", "--plan", first.header.id)["plan"]["id"] == first.header.id
    result = shops.inspect("MJ04", "--plan", "1999")
    assert (result.exit_code, "There is no plan '1999'" in result.stderr) == (1, True)


def test_deviations_of_verifications(shops: Workspace) -> None:
    shops.plan()
    said = {"address": "product:24-MB01", "flaw": "differs", "field": "title", "planned": "A",
            "found": "B"}  # fmt: skip
    moved = {"entity": "product", "key": "24-MB01", "target_id": "prod_1", "surprise": "changed",
             "fields": ["handle"]}  # fmt: skip
    verified = {"differences": [said], "unexpected": [moved], "unfinished": []}
    (shops.newest_plan / "verify.json").write_text(json.dumps(verified))
    found = [(each["field"], each["flaw"]) for each in shops.told("product:24-MB01")["deviations"]]
    assert found == [("title", "differs"), ("handle", "changed")]
    assert "title differs: planned A, found B" in shops.inspect("product:24-MB01").stdout


def test_what_the_quarantine_says(shops: Workspace) -> None:
    address = Address("product", "NAMELESS")
    entry = Entry(address, "missing_required", Stage.PLAN, f"{ADA} has no title.", "Name it.",
                  "p", "", 3, NOON, NOON)  # fmt: skip
    Quarantine(shops.folder / ".reconcile" / "quarantine").put(Document(entry))
    held = shops.told("product", "NAMELESS")["quarantine"]
    assert (held["code"], held["attempts"]) == ("missing_required", 3)
    assert held["error"] == "a***@e***.com has no title."


def test_what_was_last_applied_and_when(shops: Workspace) -> None:
    at = "2026-10-01T00:00:00Z"
    rows = [Applied("product", "prod_1", "handle", "old-handle", at),
            Applied("product", "prod_1", "title", "Before", at)]  # fmt: skip
    base.learn(shops.folder / ".reconcile" / "base", shops.target.url, "p", rows)
    document = shops.told("product:24-MB01")
    handle, title = field(document, "handle"), field(document, "title")
    assert (handle["base"], handle["base_at"], handle["verdict"]) == (
        "old-handle", at, "take_source",
    )  # fmt: skip
    assert f"The source changed it since it was last applied ({at})" in handle["why"]
    assert (title["base"], title["verdict"]) == ("Before", "same")
    assert f"applied   old-handle  {at}" in shops.inspect("product:24-MB01").stdout


def test_nothing_is_left_behind(shops: Workspace) -> None:
    before = sorted(path for path in shops.folder.rglob("*") if path.is_file())
    shops.inspect("MJ04")
    assert sorted(path for path in shops.folder.rglob("*") if path.is_file()) == before
    assert not list((shops.folder / ".reconcile").glob(".inspecting-*"))


def test_what_is_said_of_people_is_what_a_plan_of_everything_says(shops: Workspace) -> None:
    """Though of their tables only a few rows are read."""
    mine = {"customer", "order", "customer_group"}
    changes = [each for each in shops.plan().changes if each.address.entity in mine]
    assert {str(each.address) for each in changes} >= {f"customer:{ADA}", "order:000000042"}
    assert {each.action for each in changes} == {Action.CREATE, Action.UPDATE}
    for change in changes:
        told = shops.told(str(change.address), "--full")["change"]
        assert told["action"] == change.action.value
        assert {part["path"]: (part["before"], part["after"]) for part in told["fields"]} == {
            part.path: (part.before, part.after) for part in change.fields
        }
