"""What a snapshot asks a Magento for, recorded from the sample shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cassettes.recording import SANDBOX, cassette
from planning import NOON
from sales_records import with_sales

from reconcile import snapshot
from reconcile.canonical import from_json
from reconcile.progress import SilentProgress
from reconcile.sandbox.magento.auth import Credentials
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.server import SampleMagento
from reconcile.settings import MagentoSettings, OAuthKeys, Secret
from reconcile.sources.magento_rest.reader import MagentoReader

HOME = "http://magento.test:80"
DUST = "0.000000000000028421709430404"


def _settings(url: str, keys: Credentials) -> MagentoSettings:
    auth = OAuthKeys(
        Secret(keys.consumer_key),
        Secret(keys.consumer_secret),
        Secret(keys.access_token),
        Secret(keys.access_token_secret),
    )
    return MagentoSettings(url, auth, concurrency=1)


@contextmanager
def _shop() -> Iterator[MagentoSettings]:
    """A sample shop of two products and two orders to record from, or the cassette's address."""
    keys = Credentials.generate()
    if not SANDBOX:
        yield _settings(HOME, keys)
        return
    with SampleMagento(with_sales(generated_shop(2), 2), credentials=keys) as magento:
        yield _settings(magento.url, keys)


def test_a_snapshot_of_a_tiny_shop(tmp_path: Path) -> None:
    with (
        _shop() as settings,
        cassette("magento_snapshot", HOME),
        closing(MagentoReader(settings)) as reader,
    ):
        taken = snapshot.take(reader, tmp_path, SilentProgress(), NOON)
    assert taken.is_complete
    products = taken.scan("products").select("sku", "price").collect().rows()
    assert products == [("PO-000001", "235.5"), ("CA-000002", "172.99")]
    rows = {name: facts.rows for name, facts in taken.tables.items()}
    assert (rows["categories"], rows["attributes"], rows["stock_items"]) == (45, 47, 2)
    people = ("customers", "orders", "invoices", "shipments", "credit_memos")
    assert [rows[table] for table in people] == [2] * len(people)
    orders = taken.scan("orders").select("number", "grand_total", "tax_amount").collect().rows()
    assert orders == [(f"00000000{number}", "36.05", DUST) for number in (1, 2)]
    documents = taken.scan("orders").collect()["document"]
    assert [from_json(text)["items"][0]["sku"] for text in documents] == ["LAMP-Amber"] * 2
