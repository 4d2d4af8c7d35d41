"""A Magento 2 shop as a system that can be read, over its REST API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from reconcile.http import Traffic
from reconcile.model import Finding
from reconcile.settings import MagentoSettings, OrdersMode, Passwords, PeopleSettings
from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.attributes import load_attribute_sets, load_attributes
from reconcile.sources.magento_rest.categories import load_categories
from reconcile.sources.magento_rest.client import MagentoClient
from reconcile.sources.magento_rest.customer_groups import load_customer_groups
from reconcile.sources.magento_rest.customers import load_customers
from reconcile.sources.magento_rest.inventory import load_inventory
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.orders import load_orders
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.probe import probe
from reconcile.sources.magento_rest.products import load_products
from reconcile.sources.magento_rest.salable import COMPOSED, load_salable
from reconcile.sources.magento_rest.sales import load_sales
from reconcile.sources.magento_rest.stock_items import StockItems
from reconcile.sources.magento_rest.stores import load_stores, read_stores
from reconcile.sources.magento_rest.wire import identity, text
from reconcile.systems import Progress, Row, TableSink

_DEFAULTS = PeopleSettings()


class MagentoReader:
    """Reads a catalogue, its customers and, unless they are to be skipped, their orders.

    `salable` also reads salable quantities, one request per SKU.
    """

    name = "magento"

    def __init__(
        self,
        settings: MagentoSettings,
        people: PeopleSettings = _DEFAULTS,
        *,
        salable: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = settings.url
        self._settings, self._people, self._salable = settings, people, salable
        self._client = MagentoClient(settings, sleep=sleep)

    @property
    def traffic(self) -> Traffic:
        """Requests sent and bytes received so far."""
        return self._client.traffic

    def probe(self) -> Iterator[Finding]:
        """One finding per thing that must be readable."""
        with_orders = self._people.orders is not OrdersMode.SKIP
        return probe(self._client, self._settings, with_orders=with_orders)

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        """Write all tables of `tables.py`.

        Raises SystemFault, SettingsError for a view, HashesError for sealed hashes gone bad.
        """
        settings = self._settings
        passwords = _passwords(self._people)
        with Pages(
            self._client, concurrency=settings.concurrency, page_size=settings.page_size
        ) as pages:
            loading = Loading(sink, progress)
            versions = _Pull(self._client, pages, loading, settings).run(salable=self._salable)
            _load_people(loading, pages, self._people, passwords)
        return versions

    def close(self) -> None:
        self._client.close()


def _passwords(people: PeopleSettings) -> list[Row]:
    """Rows of the table customer_passwords; none when passwords are not carried, or there is no
    file of them yet."""
    if people.passwords is not Passwords.CARRY or people.hashes is None:
        return []
    from reconcile.sealed_hashes import index  # needs cryptography, which few snapshots do

    known = index(people.hashes)
    return [
        {"customer_id": each, "seal": known.seals.get(each), "unfit": known.unfit.get(each)}
        for each in sorted({*known.seals, *known.unfit})
    ]


def _load_people(
    loading: Loading, pages: Pages, people: PeopleSettings, passwords: Sequence[Row]
) -> None:
    """What refers is read before what it refers to: a record that is made meanwhile never lacks
    its order, nor an order its customer."""
    if people.orders is not OrdersMode.SKIP:
        load_sales(loading, pages)
        load_orders(loading, pages)
    load_customers(loading, pages)
    loading.listed("customer_passwords", tables.CUSTOMER_PASSWORDS, passwords, dict)


class _Pull:
    """The catalogue of one snapshot, table by table."""

    def __init__(
        self, client: MagentoClient, pages: Pages, loading: Loading, settings: MagentoSettings
    ) -> None:
        self._client, self._pages, self._loading = client, pages, loading
        self._settings = settings
        self._stock = StockItems(loading, client, pages)
        self._skus: list[str] = []

    def run(self, *, salable: bool) -> Mapping[str, str]:
        stores = read_stores(self._client)
        scopes = stores.scopes(self._settings.view, self._settings.views)
        storefront = stores.storefront(self._settings.view)
        load_stores(self._loading, stores, scopes[0])
        load_customer_groups(self._loading, self._pages)
        load_attribute_sets(self._loading, self._pages)
        codes = load_attributes(self._loading, self._pages, scopes[0], text(storefront.get("id")))
        load_categories(self._loading, self._pages, scopes)
        has_inventory = load_inventory(self._loading, self._pages)
        self._stock.load()
        notice = self._notice_salable if salable and has_inventory else self._stock.notice
        load_products(self._loading, self._pages, scopes, codes, notice)
        self._stock.finish()
        if salable and has_inventory:
            load_salable(self._loading, self._client, self._pages, self._skus)
        return {
            "msi": "yes" if has_inventory else "no",
            "storefront": identity(storefront, "code"),
            "views": ",".join(scopes),
        }

    def _notice_salable(self, product: Row) -> None:
        self._stock.notice(product)
        if product["sku"] and product["type_id"] not in COMPOSED:
            self._skus.append(product["sku"])
