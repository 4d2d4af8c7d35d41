"""``python -m reconcile.sandbox.magento --port 8080 --size 200 --seed 1 --drift 0``.

Prints one JSON line with the URL once it answers. Credentials come from the environment
(``SAMPLE_MAGENTO_CONSUMER_KEY`` and so on, see ``--help``); without them, random ones are made and
printed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import signal
import sys
import threading
from pathlib import Path

from reconcile.sandbox.magento.application import Settings
from reconcile.sandbox.magento.auth import AccessRules, Credentials
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.happenings.journal import Journal
from reconcile.sandbox.magento.media import lead_here
from reconcile.sandbox.magento.recorded import recorded_shop
from reconcile.sandbox.magento.search_criteria import InputLimits
from reconcile.sandbox.magento.server import SampleMagento
from reconcile.sandbox.magento.shop import Shop

_PREFIX = "SAMPLE_MAGENTO_"


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted or terminated."""
    parser = _parser()
    options = parser.parse_args(arguments)
    credentials, generated = _credentials()
    try:
        shop = _shop(options)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    settings = Settings(
        access=AccessRules(integration_as_bearer=options.integration_as_bearer),
        limits=InputLimits(options.max_page_size, options.default_page_size),
    )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with SampleMagento(
        shop,
        host=options.host,
        port=options.port,
        credentials=credentials,
        settings=settings,
        journal=_journal(options),
    ) as magento:
        lead_here(magento.shop, magento.url)
        ready = {"url": magento.url, **(dataclasses.asdict(credentials) if generated else {})}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        stopped.wait()
    return 0


def _shop(options: argparse.Namespace) -> Shop:
    if options.data:
        return recorded_shop(options.data, has_inventory=not options.without_msi)
    return generated_shop(
        options.size,
        seed=options.seed,
        drift=options.drift,
        customers=options.customers,
        orders=options.orders,
        oddities=options.oddities,
        has_inventory=not options.without_msi,
    )


def _journal(options: argparse.Namespace) -> Journal | None:
    """Drift does not make another shop of it: the catalogue changes, the orders are the same."""
    if options.happenings is None:
        return None
    names = ("data", "size", "seed", "customers", "orders", "oddities")
    shop = ", ".join(f"{name} {getattr(options, name)}" for name in names)
    return Journal(options.happenings, shop)


def _credentials() -> tuple[Credentials, bool]:
    """From the environment when all are there, else random (and then they must be printed)."""
    names = [field.name for field in dataclasses.fields(Credentials)]
    found = {name: os.environ.get(f"{_PREFIX}{name.upper()}", "") for name in names}
    if all(found.values()):
        return Credentials(**found), False
    return Credentials.generate(), True


def _parser() -> argparse.ArgumentParser:
    names = ", ".join(f"{_PREFIX}{field.name.upper()}" for field in dataclasses.fields(Credentials))
    parser = argparse.ArgumentParser(
        prog="python -m reconcile.sandbox.magento",
        description="A sample Magento 2.4.7 REST API.",
        epilog=f"Credentials are read from {names}; random ones are printed when any is missing.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--data", type=Path, help="folder of recorded answers")
    parser.add_argument("--size", type=int, default=200, help="top-level products to generate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drift", type=int, default=0, help="records changed after generation")
    parser.add_argument("--customers", type=int, help="by default one for every two products")
    parser.add_argument("--orders", type=int, help="by default three for every four products")
    parser.add_argument("--oddities", action="store_true", help="one of every kind of bad record")
    parser.add_argument("--happenings", type=Path, help="file that keeps what happens in the shop")
    parser.add_argument("--without-msi", action="store_true", help="a shop without MSI")
    parser.add_argument("--integration-as-bearer", action="store_true")
    parser.add_argument("--max-page-size", type=int)
    parser.add_argument("--default-page-size", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main())
