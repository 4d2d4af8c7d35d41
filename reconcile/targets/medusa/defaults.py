"""Which sales channel and shipping profile a shop's products get when a mapping says `default`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reconcile.settings import MedusaSettings
from reconcile.systems import Tables
from reconcile.targets.medusa.tables.listing import Record

DEFAULT_TYPE = "default"
"""The type of the shipping profile that Medusa creates for itself."""


def defaults(tables: Tables, settings: MedusaSettings) -> Mapping[str, str]:
    """Entity -> key of its default record, for those that have one."""
    store = next(iter(_records(tables, "stores")), {})
    channel = chosen_channel(_records(tables, "sales_channels"), settings.sales_channel, store)
    profile = chosen_profile(_records(tables, "shipping_profiles"), settings.shipping_profile)
    found = {"sales_channel": channel, "shipping_profile": profile}
    return {entity: str(record["name"]) for entity, record in found.items() if record}


def currencies(tables: Tables) -> frozenset[str]:
    """The currencies the shop sells in. Prices in others are stored, and never shown."""
    return frozenset(record["currency_code"] for record in _records(tables, "store_currencies"))


def _records(tables: Tables, table: str) -> list[Record]:
    return list(tables.scan(table).collect().iter_rows(named=True))


def chosen_channel(
    channels: Sequence[Record], name: str, store: Mapping[str, Any]
) -> Record | None:
    """The channel of that name; without a name the store's default, or the only one."""
    if name:
        return _only([channel for channel in channels if channel["name"] == name])
    default = store.get("default_sales_channel_id")
    return _only([each for each in channels if each["id"] == default]) or _only(channels)


def chosen_profile(profiles: Sequence[Record], name: str) -> Record | None:
    """The profile of that name; without a name the only one, or the only one of type default."""
    if name:
        return _only([profile for profile in profiles if profile["name"] == name])
    return _only(profiles) or _only([each for each in profiles if each["type"] == DEFAULT_TYPE])


def _only(records: Sequence[Record]) -> Record | None:
    return records[0] if len(records) == 1 else None
