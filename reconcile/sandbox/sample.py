"""Start the sample Magento as a service."""

from __future__ import annotations

import sys
from pathlib import Path

from reconcile.sandbox.addresses import answers, port_of
from reconcile.sandbox.environment import inherited
from reconcile.sandbox.places import MAGENTO, Places
from reconcile.sandbox.processes import Launch, start
from reconcile.sandbox.state import SampleShop, Selection

# Making a shop of 100,000 products takes a while.
_TIMEOUT = 600.0
_PACKAGE_PARENT = Path(__file__).parents[2]
_CREDENTIALS = (
    "consumer_key",
    "consumer_secret",
    "access_token",
    "access_token_secret",
    "admin_user",
    "admin_password",
)


def start_magento(places: Places, shop: SampleShop) -> None:
    """Start the sample Magento at the port in its address, and wait until it answers."""
    port = str(port_of(shop.url))
    module = [sys.executable, "-P", "-m", "reconcile.sandbox.magento", "--port", port]
    launch = Launch(
        command=[*module, *_options(shop.selection), "--happenings", str(places.happenings)],
        environment={**inherited(), "PYTHONPATH": str(_PACKAGE_PARENT), **_credentials(shop)},
        folder=places.workspace,
        ready=lambda: answers(shop.url),
        timeout=_TIMEOUT,
    )
    start(places.service(MAGENTO), launch)


def describe(selection: Selection) -> str:
    """What the sample Magento serves, in a few words."""
    if selection.data is not None:
        return f"recorded answers in {selection.data}"
    counted = [
        f"{value:,} {name}"
        for name in ("customers", "orders")
        if (value := getattr(selection, name)) is not None
    ]
    drift = [f"drift {selection.drift}"] if selection.drift else []
    odd = ["oddities"] if selection.oddities else []
    parts = [f"{selection.size:,} products", *counted, f"seed {selection.seed}", *drift, *odd]
    return ", ".join(parts)


def _options(selection: Selection) -> list[str]:
    if selection.data is not None:
        return ["--data", selection.data]
    names = ("size", "seed", "drift", "customers", "orders")
    options = {name: getattr(selection, name) for name in names}
    known = {name: value for name, value in options.items() if value is not None}
    words = [word for name, value in known.items() for word in (f"--{name}", str(value))]
    return [*words, "--oddities"] if selection.oddities else words


def _credentials(shop: SampleShop) -> dict[str, str]:
    """By environment, where other users of the machine cannot read them."""
    return {f"SAMPLE_MAGENTO_{name.upper()}": getattr(shop, name) for name in _CREDENTIALS}
