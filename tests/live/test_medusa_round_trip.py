"""What is written through the phases is what the existing frames read back, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from medusa_writing import Held, Run, create, ids_of, price, read, settings_of, write

from reconcile.model import Change, Json
from reconcile.sandbox.state import MedusaShop
from reconcile.targets.medusa import Medusa

pytestmark = pytest.mark.live

CHANNEL, PROFILE = "Default Sales Channel", "Default Shipping Profile"
ODD = 'Tést ☃ "quoted" \\ <b>&amp;</b> \u2028 a\tb 👟'
LONG = "word ☃ " * 9_000
METADATA: dict[str, Json] = {
    "text": ODD,
    "number": 7,
    "fraction": Decimal("12.345"),
    "flag": False,
    "list": [1, "two", None, {"three": [3]}],
    "map": {"b": {"c": ""}, "a": None},
}


def with_metadata(**fields: Json) -> dict[str, Json]:
    return {**fields, **{f"metadata__{key}": written for key, written in METADATA.items()}}


def variant(sku: str, product: str, color: str, **fields: Json) -> Change:
    fields = {"title": f"{color} one", "prices": [price("usd", "10")], **fields}
    return create(
        f"variant:{sku}",
        [f"product:{product}"],
        sku=sku,
        product=product,
        options={"Color": color, "Größe": "S"},
        **fields,
    )


CREATES = [
    create("customer_group:Whole, sale", **with_metadata(name="Whole, sale")),
    create(
        "stock_location:North ☃",
        [f"sales_channel:{CHANNEL}"],
        **with_metadata(name="North ☃", sales_channels=[CHANNEL]),
    ),
    create("product_type:Bäg, big", value="Bäg, big"),
    create("product_tag:new, shiny", value="new, shiny"),
    create("product_tag:Sale", value="Sale"),
    create(
        "category:men",
        **with_metadata(name="Men", handle="men", is_active=True, rank=0, external_id="11"),
    ),
    create(
        "category:men/tops",
        ["category:men"],
        name=ODD,
        handle="tops",
        parent="men",
        rank=1,
        is_internal=True,
        description=LONG,
    ),
    create("category:men/caps", ["category:men"], name="C", handle="caps", parent="men", rank=0),
    create(
        "product:P/1",
        [
            "category:men/tops",
            "category:men",
            "product_tag:Sale",
            "product_tag:new, shiny",
            "product_type:Bäg, big",
            f"sales_channel:{CHANNEL}",
            f"shipping_profile:{PROFILE}",
        ],
        **with_metadata(
            title=ODD,
            subtitle="",
            description=LONG,
            handle="p-1",
            status="published",
            external_id="P/1",
            thumbnail="https://img.example/b.jpg",
            images=["https://img.example/b.jpg", "https://img.example/a b.jpg?x=1,2"],
            options=[
                {"title": "Color", "values": ["Blue", "Red, dark"]},
                {"title": "Größe", "values": ["S"]},
            ],
            categories=["men", "men/tops"],
            tags=["Sale", "new, shiny"],
            type="Bäg, big",
            sales_channels=[CHANNEL],
            shipping_profile=PROFILE,
            weight="12.345",
            length="0.1",
            height="3",
            width="1000.5",
            origin_country="de",
            hs_code="6109",
            mid_code="m",
            material="Cotton 100%",
            discountable=False,
            is_giftcard=True,
        ),
    ),
    create(
        "product:plain",
        title="Plain",
        handle="plain",
        status="draft",
        external_id="plain",
        options=[{"title": "Title", "values": ["Default"]}],
    ),
    variant(
        "A,b/ü",
        "P/1",
        "Red, dark",
        **with_metadata(
            title=ODD,
            barcode="b-1",
            ean="4006381333931",
            upc="036000291452",
            manage_inventory=True,
            allow_backorder=True,
            weight="0.333",
            length="1.5",
            height="2",
            width="3.25",
            origin_country="fr",
            hs_code="1",
            mid_code="2",
            material="Wool",
            prices=[
                price("eur", "12.345"),
                price("usd", "34"),
                price("usd", "30.1", "5"),
                price("usd", "9.99", "10", "20.5"),
                price("usd", "0.005", "100"),
            ],
        ),
    ),
    variant("blue", "P/1", "Blue", manage_inventory=False, prices=[]),
    create(
        "variant:one",
        ["product:plain"],
        sku="one",
        product="plain",
        title="Default",
        options={"Title": "Default"},
        prices=[price("usd", "1234567.89")],
    ),
    *(
        create(
            f"inventory_level:{sku}@North ☃",
            [f"variant:{sku}", "stock_location:North ☃"],
            variant=sku,
            location="North ☃",
            stocked_quantity=quantity,
        )
        for sku, quantity in (("A,b/ü", "0"), ("one", "17.5"))
    ),
    create(
        "price_list:Spring/1",
        ["customer_group:Whole, sale"],
        title="Spring/1",
        description=ODD,
        type="sale",
        status="active",
        starts_at="2026-11-01T00:00:00.000Z",
        ends_at="2026-12-01T23:59:59.999Z",
        customer_groups=["Whole, sale"],
    ),
    create("price_list:Open", title="Open", description="d", type="override", status="draft"),
    *(
        create(
            f"list_price:Spring/1/{sku}/usd/{low or 'any'}",
            ["price_list:Spring/1", f"variant:{sku}"],
            price_list="Spring/1",
            variant=sku,
            currency_code="usd",
            min_quantity=low,
            amount=amount,
        )
        for sku, low, amount in (
            ("A,b/ü", None, "9.995"),
            ("A,b/ü", "2.5", "9"),
            ("one", "10", "8"),
        )
    ),
]


@pytest.fixture(scope="module")
def target(fresh_medusa: MedusaShop) -> Iterator[Medusa]:
    opened = Medusa(settings_of(fresh_medusa))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def known(target: Medusa, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The ids of what an empty shop holds."""
    shop = read(target, tmp_path_factory.mktemp("empty"))
    return ids_of(shop)


@pytest.fixture(scope="module")
def created(target: Medusa, known: dict[str, str]) -> Run:
    run = write(target, CREATES, known)
    assert run.refused == {}
    return run


@pytest.fixture(scope="module")
def shop(target: Medusa, created: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Held]:
    return read(target, tmp_path_factory.mktemp("created"), list(METADATA))


def canonical(path: str, written: Any) -> Any:
    """Decimals within JSON are texts in canonical form; sets are sorted."""
    if isinstance(written, Decimal):
        return str(written)
    return sorted(written) if path in {"categories", "tags"} else written


@pytest.mark.parametrize("change", CREATES, ids=lambda change: str(change.address))
def test_what_is_created_is_read_back(change: Change, shop: dict[str, Held]) -> None:
    record = shop[change.address.entity][change.address.key]
    wanted = {path: canonical(path, after) for path, after in change.after.items()}
    assert {path: record[path] for path in wanted} == wanted


@pytest.mark.parametrize("change", CREATES, ids=lambda change: str(change.address))
def test_ids_are_learned(change: Change, shop: dict[str, Held], created: Run) -> None:
    record = shop[change.address.entity][change.address.key]
    assert created.ids[str(change.address)] == record["target_id"]


def test_marks_are_read_back(shop: dict[str, Held]) -> None:
    marks = {
        entity: {record["source_id"] for key, record in records.items() if record["managed"]}
        for entity, records in shop.items()
    }
    assert marks["product"] == {"s-P/1", "s-plain"}
    assert marks["variant"] == {"s-A,b/ü", "s-blue", "s-one"}
    assert marks["category"] == {"s-men", "s-men/tops", "s-men/caps"}
    assert marks["customer_group"] == {"s-Whole, sale"}
    assert marks["stock_location"] == {"s-North ☃"}
    assert marks["price_list"] == {"s-Spring/1", "s-Open"}
    assert marks["product_type"] == marks["sales_channel"] == set()


def test_every_create_is_found_again(target: Medusa, created: Run) -> None:
    found = target.lookup(CREATES)
    assert {str(address): found.get(address) for address in (each.address for each in CREATES)} == {
        str(each.address): created.ids[str(each.address)] for each in CREATES
    }


def test_what_is_not_there_is_not_found(target: Medusa, created: Run) -> None:
    strangers = [
        create("product:other", external_id="other"),
        create("variant:other", sku="other"),
        create("category:other", handle="other"),
        create("customer_group:other", name="other"),
        create("price_list:other", title="other"),
        create("inventory_level:other@North ☃", variant="other", location="North ☃"),
        create("list_price:Open/one/usd/any", price_list="Open", variant="one"),
    ]
    assert target.lookup(strangers) == {}


def test_writing_again_makes_no_twins(
    target: Medusa, created: Run, known: dict[str, str], shop: dict[str, Held], tmp_path: Path
) -> None:
    """A level or list price that is there is set; everything with a unique name is refused."""
    again = [each for each in CREATES if each.address.entity in {"inventory_level", "list_price"}]
    run = write(target, again, {**known, **created.ids})
    assert run.refused == {}
    held = read(target, tmp_path)
    for entity in ("inventory_level", "list_price"):
        assert {key: record["target_id"] for key, record in held[entity].items()} == {
            key: record["target_id"] for key, record in shop[entity].items()
        }
