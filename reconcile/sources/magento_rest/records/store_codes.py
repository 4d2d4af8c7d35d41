"""Store views, websites and customer groups by id: people know them by their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.sources.magento_rest.records import customer_groups
from reconcile.systems import Tables


@dataclass(frozen=True, slots=True)
class StoreCodes:
    """`locales` are those of views as Medusa writes them: `de-DE`."""

    views: Mapping[str, str] = field(default_factory=dict)
    locales: Mapping[str, str] = field(default_factory=dict)
    websites: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def read(tables: Tables) -> StoreCodes:
    """Whatever the snapshot knows of them."""
    views = tables.scan("store_views").select("id", "code", "locale").collect()
    websites = tables.scan("websites").select("id", "code").collect()
    return StoreCodes(
        views=dict(views.select("id", "code").drop_nulls().iter_rows()),
        locales={
            id_: locale.replace("_", "-")
            for id_, locale in views.select("id", "locale").drop_nulls().iter_rows()
        },
        websites=dict(websites.drop_nulls().iter_rows()),
        groups=customer_groups.names(tables),
    )
