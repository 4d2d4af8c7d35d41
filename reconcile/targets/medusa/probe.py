"""What `reconcile check` asks a Medusa shop: can it be reached, and is it ready to sell?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconcile.errors import AuthenticationFailed, PermissionMissing, SystemFault
from reconcile.model import Finding
from reconcile.settings import MedusaSettings
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.defaults import chosen_channel, chosen_profile
from reconcile.targets.medusa.phases.people import People
from reconcile.targets.medusa.probe_people import probe_people
from reconcile.targets.medusa.tables.inventory import STOCK_LOCATIONS
from reconcile.targets.medusa.tables.listing import Listing, Record
from reconcile.targets.medusa.tables.lookup import SALES_CHANNELS, SHIPPING_PROFILES
from reconcile.targets.medusa.tables.store import REGIONS, STORES

SYSTEM = "medusa"
ADMIN = "Set it up in the Medusa admin under Settings."
OTHER_KEY = (
    "Use a secret API key (sk_...) that is not revoked, or an administrator's e-mail and password."
)


def probe(people: People, settings: MedusaSettings) -> Iterator[Finding]:
    """Every finding, each with its remedy; stops where nothing further can be asked."""
    client = people.client
    try:
        stores = _all(client, STORES)
    except SystemFault as fault:
        yield from _closed(fault)
        return
    yield _good("connection", f"{settings.url} answers")
    yield _good("credentials", "accepted")
    try:
        yield from _readiness(client, settings, stores[0] if stores else {})
        yield from probe_people(people)
    except SystemFault as fault:
        yield Finding(SYSTEM, "permissions", ok=False, message=fault.message, remedy=fault.remedy)


def _closed(fault: SystemFault) -> Iterator[Finding]:
    if isinstance(fault, (AuthenticationFailed, PermissionMissing)):
        yield _good("connection", "the shop answers")
        remedy = OTHER_KEY if isinstance(fault, AuthenticationFailed) else fault.remedy
        yield Finding(SYSTEM, "credentials", ok=False, message=fault.message, remedy=remedy)
    else:
        yield Finding(SYSTEM, "connection", ok=False, message=fault.message, remedy=fault.remedy)


def _readiness(
    client: MedusaClient, settings: MedusaSettings, store: Mapping[str, Any]
) -> Iterator[Finding]:
    channels, locations = _all(client, SALES_CHANNELS), _all(client, STOCK_LOCATIONS)
    yield _channel(channels, settings, store)
    yield _profile(_all(client, SHIPPING_PROFILES), settings)
    yield _locations(locations)
    yield _currencies(store)
    yield _regions(_all(client, REGIONS))


def _channel(
    channels: Sequence[Record], settings: MedusaSettings, store: Mapping[str, Any]
) -> Finding:
    channel = chosen_channel(channels, settings.sales_channel, store)
    if channel is None:
        wanted = f"named '{settings.sales_channel}'" if settings.sales_channel else "by default"
        return _bad(
            "sales channel",
            f"there is no sales channel {wanted} (there are: {_names(channels)})",
            "Create it in the Medusa admin, or name another as `target.sales_channel`.",
        )
    if channel.get("is_disabled"):
        return _bad("sales channel", f"'{channel['name']}' is disabled", "Enable it in Medusa.")
    return _good("sales channel", str(channel["name"]))


def _profile(profiles: Sequence[Record], settings: MedusaSettings) -> Finding:
    profile = chosen_profile(profiles, settings.shipping_profile)
    if profile is not None:
        return _good("shipping profile", str(profile["name"]))
    if settings.shipping_profile:
        said = f"there is none named '{settings.shipping_profile}' (there are: {_names(profiles)})"
    elif profiles:
        said = f"there are several and none is of type 'default': {_names(profiles)}"
    else:
        said = "there is none; products without one cannot be checked out"
    remedy = "Create one in the Medusa admin, or name one as `target.shipping_profile`."
    return _bad("shipping profile", said, remedy)


def _locations(locations: Sequence[Record]) -> Finding:
    if not locations:
        return _good("stock locations", "none yet; those of the plan will be created")
    silent = [each for each in locations if not each.get("sales_channels")]
    note = f"; no sales channel sells from {_names(silent)}" if silent else ""
    return _good("stock locations", f"{_names(locations)}{note}")


def _currencies(store: Mapping[str, Any]) -> Finding:
    codes = [each["currency_code"] for each in store.get("supported_currencies") or ()]
    if not codes:
        return _bad("currencies", "the store sells in no currency", ADMIN)
    return _good("currencies", ", ".join(sorted(codes)))


def _regions(regions: Sequence[Record]) -> Finding:
    if not regions:
        return _bad("regions", "there is no region, so nobody can buy", ADMIN)
    said = ", ".join(f"{each['name']} ({each['currency_code']})" for each in regions)
    return _good("regions", said)


def _all(client: MedusaClient, listing: Listing) -> list[Record]:
    return [record for page in client.pages(listing) for record in page.records]


def _names(records: Sequence[Record]) -> str:
    return ", ".join(f"'{record['name']}'" for record in records) or "none"


def _good(subject: str, message: str) -> Finding:
    return Finding(SYSTEM, subject, ok=True, message=message)


def _bad(subject: str, message: str, remedy: str) -> Finding:
    return Finding(SYSTEM, subject, ok=False, message=message, remedy=remedy)
