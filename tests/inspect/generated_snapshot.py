"""A generated Magento, read into a snapshot."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from small_shop import NOON

from reconcile.progress import SilentProgress
from reconcile.sandbox.magento.auth import Credentials
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.server import SampleMagento
from reconcile.sandbox.magento.shop import Shop
from reconcile.settings import MagentoSettings, OAuthKeys, Secret
from reconcile.snapshot import Snapshot, take
from reconcile.sources.magento_rest.reader import MagentoReader


def generated(root: Path, size: int, orders: int) -> Snapshot:
    """Of so many products, customers and orders, odd ones among them."""
    return snapshot_of(root, generated_shop(size, customers=size, orders=orders, oddities=True))


def integration(credentials: Credentials) -> OAuthKeys:
    return OAuthKeys(
        consumer_key=Secret(credentials.consumer_key),
        consumer_secret=Secret(credentials.consumer_secret),
        access_token=Secret(credentials.access_token),
        access_token_secret=Secret(credentials.access_token_secret),
    )


def snapshot_of(root: Path, shop: Shop) -> Snapshot:
    with SampleMagento(shop) as magento:
        login = integration(magento.credentials)
        settings = MagentoSettings(magento.url, login, timeout=10.0)
        with closing(MagentoReader(settings)) as reader:
            return take(reader, root, SilentProgress(), NOON)
