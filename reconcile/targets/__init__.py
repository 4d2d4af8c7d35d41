"""Systems that can be written, each by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reconcile.settings import MedusaSettings, PeopleSettings
from reconcile.systems import ExistingReader, Lacking, Tables, Target
from reconcile.targets import medusa

TARGETS: Mapping[str, Callable[[MedusaSettings, PeopleSettings | None], Target]] = {
    "medusa": medusa.Medusa
}
EXISTING: Mapping[str, ExistingReader] = {"medusa": medusa.existing}
DEFAULTS: Mapping[str, Callable[[Tables, MedusaSettings], Mapping[str, str]]] = {
    "medusa": medusa.defaults
}
CURRENCIES: Mapping[str, Callable[[Tables], frozenset[str]]] = {"medusa": medusa.currencies}
MAIN: Mapping[str, Mapping[str, str]] = {
    "medusa": {
        "customer": "customers",
        "order": "orders",
        "invoice": "invoices",
        "shipment": "shipments",
        "credit_memo": "credit_memos",
    }
}
"""Entity -> the table that holds one row per record of it, for those read in windows."""
ADMIN_LINKS: Mapping[str, Callable[[str, str, str, str], str | None]] = {
    "medusa": medusa.admin_link
}
"""(address of the shop, entity, target id, id of the record it lives in) -> the page of the shop's
own administration that shows a record."""
LACKING: Mapping[str, Callable[[Tables, PeopleSettings], Sequence[Lacking]]] = {
    "medusa": medusa.lacking
}
"""What a target cannot hold, as its snapshot shows it and the settings want it."""


def open_target(
    settings: MedusaSettings, system: str = "medusa", people: PeopleSettings | None = None
) -> Target:
    """A target, not yet connected to. The caller closes it.

    `people` says how customers and orders are carried (None: as a new workspace says).
    """
    return TARGETS[system](settings, people)
