"""The systems a catalogue can be read from, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconcile.settings import MagentoSettings, PeopleSettings
from reconcile.sources.magento_rest import records as magento_records
from reconcile.sources.magento_rest.admin_links import admin_link as magento_admin_link
from reconcile.sources.magento_rest.reader import MagentoReader
from reconcile.sources.magento_rest.records.origins import MADE_OF as MAGENTO_MADE_OF
from reconcile.sources.magento_rest.records.origins import ORIGINS as MAGENTO_ORIGINS
from reconcile.sources.magento_rest.records.origins import PARTS as MAGENTO_PARTS
from reconcile.systems import (
    OptionChoices,
    OrderWords,
    Origin,
    Reader,
    RecordsReader,
    Tables,
)


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source: how it is opened, how its snapshots are read, what mappings choose."""

    open: Callable[[MagentoSettings, PeopleSettings], Reader]
    records: RecordsReader
    choices: OptionChoices
    main: Mapping[str, str] = field(default_factory=dict)
    """Entity -> the table that holds one row per record of it, for those read in windows."""
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    """Entity -> the tables where a person finds the rows its records are made of."""
    paths: Mapping[str, str] = field(default_factory=dict)
    """Entity -> the column of its records that says the path of its page, without the suffix."""
    order_words: Callable[[Tables], OrderWords] = lambda _: OrderWords()
    """What filters of orders may say."""
    parts: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    """Entity -> rows of other tables that are a part of its records, likewise."""
    made_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Column of records -> columns of the tables, where they have other names."""
    admin: str = ""
    """Where its administration is, below the address of the shop."""
    admin_link: Callable[[str, str, str], str | None] = lambda *_: None
    """(address of the administration, entity, source id) -> the page that shows a record."""


SOURCES: Mapping[str, SourceKind] = {
    "magento": SourceKind(
        MagentoReader,
        magento_records.records,
        magento_records.CHOICES,
        {
            "customer": "customers",
            "order": "orders",
            "invoice": "invoices",
            "shipment": "shipments",
            "credit_memo": "credit_memos",
        },
        MAGENTO_ORIGINS,
        {"product": "attributes.url_key", "category": "attributes.url_path"},
        magento_records.order_words,
        parts=MAGENTO_PARTS,
        made_of=MAGENTO_MADE_OF,
        admin="/admin",
        admin_link=magento_admin_link,
    ),
}
