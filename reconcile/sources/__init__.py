"""The systems a catalogue can be read from, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconcile.settings import MagentoSettings, PeopleSettings
from reconcile.sources.magento_rest import records as magento_records
from reconcile.sources.magento_rest.reader import MagentoReader
from reconcile.sources.magento_rest.records.origins import ORIGINS as MAGENTO_ORIGINS
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
    order_words: Callable[[Tables], OrderWords] = lambda _: OrderWords()
    """What filters of orders may say."""


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
        magento_records.order_words,
    ),
}
