"""A shop that is changed step by step, and what the last reading of it found."""

from __future__ import annotations

from pathlib import Path

from medusa_writing import Held, Run, change, create, ids_of, price, read, settings_of, write

from reconcile.model import Action, Change, Json
from reconcile.sandbox.state import MedusaShop
from reconcile.targets.medusa import Medusa
from reconcile.targets.medusa.auth import open_session
from reconcile.targets.medusa.client import MedusaClient

METADATA_KEYS = ("kept", "changed", "gone", "added")
PARENTS = {
    "variant": ("product",),
    "inventory_level": ("variant", "location"),
    "list_price": ("price_list", "variant"),
}


class Shop:
    """`client` is for what only a person in the admin would do. Close it at the end."""

    def __init__(self, shop: MedusaShop, folder: Path) -> None:
        self.target = Medusa(settings_of(shop))
        self._session = open_session(settings_of(shop))
        self.client = MedusaClient(self._session)
        self._folder, self._readings = folder, 0
        self.held: dict[str, Held] = {}
        self.read()

    def close(self) -> None:
        self._session.close()
        self.target.close()

    def read(self) -> dict[str, Held]:
        self._readings += 1
        self.held = read(self.target, self._folder / str(self._readings), METADATA_KEYS)
        return self.held

    def write(self, *changes: Change) -> Run:
        run = write(self.target, changes, ids_of(self.held))
        self.read()
        return run

    def id(self, address: str) -> str:
        return ids_of(self.held)[address]

    def update(self, address: str, action: Action = Action.UPDATE, **fields: Json) -> Change:
        """A change as a plan makes it: with the values before, and the references it needs."""
        entity, _, key = address.partition(":")
        record = self.held[entity][key]
        names = {"location": "stock_location"}
        refs = {
            f"{names.get(field, field)}:{record[field]}": None for field in PARENTS.get(entity, ())
        }
        return change(address, record["target_id"], action, record, refs, **fields)


def marked(**fields: Json) -> dict[str, Json]:
    return {**fields, "metadata__kept": "k", "metadata__changed": 1, "metadata__gone": [1]}


def new_product(key: str, *colors: str, **fields: Json) -> list[Change]:
    """A product with one variant for each colour, whose SKU is `<key>-<colour>`."""
    product = create(
        f"product:{key}",
        title=key.title(),
        handle=key,
        status="published",
        external_id=key,
        options=[{"title": "Color", "values": sorted(colors)}],
        **marked(**fields),
    )
    return [product, *(new_variant(key, color) for color in colors)]


def new_variant(product: str, color: str, **fields: Json) -> Change:
    sku = f"{product}-{color}"
    values = {
        "sku": sku,
        "product": product,
        "title": color,
        "options": {"Color": color},
        "prices": [price("usd", "10")],
        **fields,
    }
    return create(f"variant:{sku}", [f"product:{product}"], **values)


def new_category(path: str, rank: int, **fields: Json) -> Change:
    parent, _, handle = path.rpartition("/")
    below = {"parent": parent} if parent else {}
    refs = [f"category:{parent}"] if parent else []
    return create(
        f"category:{path}", refs, name=handle.title(), handle=handle, rank=rank, **below, **fields
    )
