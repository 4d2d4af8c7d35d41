"""What a snapshot asks a Magento for, recorded from the sample shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cassettes.recording import SANDBOX, cassette
from planning import NOON

from reconcile import snapshot
from reconcile.progress import SilentProgress
from reconcile.sandbox.magento.auth import Credentials
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.server import SampleMagento
from reconcile.settings import MagentoSettings, OAuthKeys, Secret
from reconcile.sources.magento_rest.reader import MagentoReader

HOME = "http://magento.test:80"


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
    """The sample shop of two products to record from, or the address in the cassette."""
    keys = Credentials.generate()
    if not SANDBOX:
        yield _settings(HOME, keys)
        return
    with SampleMagento(generated_shop(2), credentials=keys) as magento:
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
