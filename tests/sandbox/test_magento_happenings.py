"""What happens in the sample shop while it runs: seen at once, refused whole, kept for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from magento_client import Reader
from sales_equations import shop_faults

from reconcile.errors import SandboxError
from reconcile.sandbox.happen import happen
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.happenings import KINDS, Happenings
from reconcile.sandbox.magento.happenings.journal import Journal
from reconcile.sandbox.magento.server import SampleMagento
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.state import SampleShop, Selection

AT = "2026-11-21 10:00:00"
PENDING, PAID, COMPLETE, HELD = "000000040", "000000061", "000000003", "000000010"
SENT = "000000001"
SKU = "LA-000001"

HAPPENINGS: list[tuple[str, dict[str, Any]]] = [
    ("invoice", {"order": PENDING}),
    ("ship", {"order": PAID, "tracks": [{"carrier_code": "ups", "title": "U", "number": "1"}]}),
    ("track", {"shipment": SENT, "number": "2"}),
    ("refund", {"order": COMPLETE, "pieces": {}, "more": 3}),
    ("cancel", {"order": "2000000050"}),
    ("release", {"order": HELD}),
    ("hold", {"order": HELD}),
    ("comment", {"order": SENT, "text": "Called back", "status": "picking"}),
    ("place", {"lines": {SKU: 2}, "tax": 6, "percent_off": 10}),
    ("join", {"email": "new@example.org", "addresses": [{"city": "Lansing"}]}),
    ("move", {"customer": "new@example.org", "city": "Bergen"}),
    ("rename", {"customer": 3, "email": "other@example.org"}),
    ("forget", {"customer": 5}),
]
"""One of each kind, on the shop below."""

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("explode", {}, "cannot happen"),
    ("invoice", {}, "order"),
    ("invoice", {"order": "999"}, "no 999 among the orders"),
    ("invoice", {"order": COMPLETE}, "nothing to invoice"),
    ("ship", {"order": PAID, "pieces": {"none": 1}}, "no row none"),
    ("refund", {"order": COMPLETE, "more": 1000}, "refunded"),
    ("cancel", {"order": COMPLETE}, "nothing to cancel"),
    ("move", {"customer": "nobody@example.org"}, "no customer"),
    ("move", {"customer": 1, "address": 1}, "no address 1"),
    ("place", {"lines": {"none": 1}}, "no product"),
]


def sample() -> Shop:
    return generated_shop(12, seed=8, customers=40, orders=80)


def shown(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    names = ("customers", "orders", "invoices", "shipments", "creditmemos")
    return {name: list(shop.table(name).records()) for name in names}


def test_one_of_each_kind_is_tried() -> None:
    assert {kind for kind, _ in HAPPENINGS} == KINDS.keys()


def test_all_totals_still_add_up() -> None:
    shop = sample()
    happenings = Happenings(shop, clock=lambda: AT)
    for kind, members in HAPPENINGS:
        happenings.happen(kind, **members)
    assert shop_faults(shop) == []


@pytest.mark.parametrize(("kind", "members", "message"), REFUSED)
def test_what_cannot_happen_changes_nothing(
    tmp_path: Path, kind: str, members: dict[str, Any], message: str
) -> None:
    shop, journal = sample(), Journal(tmp_path / "journal", "one")
    before = shown(shop)
    with pytest.raises(ValueError, match=message):
        Happenings(shop, journal).happen(kind, **members)
    assert shown(shop) == before
    assert list(journal.read()) == []


def test_what_happened_is_still_so_after_a_restart(tmp_path: Path) -> None:
    shop, journal = sample(), Journal(tmp_path / "journal", "one")
    happenings = Happenings(shop, journal, clock=lambda: AT)
    for kind, members in HAPPENINGS:
        happenings.happen(kind, **members)
    again = sample()
    Happenings(again, Journal(tmp_path / "journal", "one"))
    assert shown(again) == shown(shop)
    another = sample()
    Happenings(another, Journal(tmp_path / "journal", "another"))
    assert shown(another) == shown(sample())


@pytest.fixture
def running() -> Iterator[tuple[SampleMagento, SampleShop]]:
    """The shop, and the way a sandbox knows it."""
    with SampleMagento(sample()) as magento:
        known = magento.credentials
        yield (
            magento,
            SampleShop(
                magento.url,
                Selection(),
                admin_user=known.admin_user,
                admin_password=known.admin_password,
            ),
        )


def test_a_running_shop_shows_it_at_once(running: tuple[SampleMagento, SampleShop]) -> None:
    magento, shop = running
    with Reader(magento) as reader:
        number = magento.shop.table("orders").find("increment_id", PENDING)
        assert number is not None
        path = f"orders/{number[0]}"
        before = reader.json(path)
        made = happen(shop, "invoice", order=PENDING)
        after = reader.json(path)
        invoice = reader.json(f"invoices/{made['entity_id']}")
    assert (before["state"], after["state"]) == ("new", "processing")
    assert after["updated_at"] > before["updated_at"]
    assert invoice["increment_id"] == made["increment_id"]
    assert invoice["grand_total"] == after["total_paid"] == before["grand_total"]


def test_a_refusal_is_told(running: tuple[SampleMagento, SampleShop]) -> None:
    _, shop = running
    with pytest.raises(SandboxError, match="nothing to invoice"):
        happen(shop, "invoice", order=COMPLETE)


def test_strangers_let_nothing_happen(running: tuple[SampleMagento, SampleShop]) -> None:
    magento, shop = running
    before = shown(magento.shop)
    with pytest.raises(SandboxError):
        happen(SampleShop(shop.url, Selection(), admin_user="x", admin_password="y"), "invoice")
    with Reader(magento) as reader:
        reader._session.headers["Authorization"] = "Bearer wrong"
        answer = reader._session.post(f"{magento.url}/sample/happenings", json={"kind": "join"})
    assert answer.status_code == 401
    assert shown(magento.shop) == before
