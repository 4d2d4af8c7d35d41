"""One request for many products only where the shop goes by the variants' own products."""

from __future__ import annotations

from typing import Any, cast

import pytest
from medusa_fakes import FakeSession

from reconcile.http import Session
from reconcile.model import Action, Address, Change, FieldChange, Json
from reconcile.systems import Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.variant_update import variant_update_phase

HOMES = {"v1": "p1", "v2": "p2", "v3": "p2"}


class Shop:
    """Answers for variants; `moves` makes an update take a variant to the product it is sent to."""

    def __init__(self, *, moves: bool) -> None:
        self.moves = moves
        self.homes = dict(HOMES)

    def __call__(self, method: str, path: str, query: Any, body: Json) -> Json:
        if method == "GET":
            ids = {value for name, value in query if name == "id[]"}
            found = [{"id": each, "product_id": self.homes[each]} for each in sorted(ids)]
            return {"variants": found}
        product = path.split("/")[3]
        changed = [each["id"] for each in body["update"]]
        if self.moves:
            self.homes |= dict.fromkeys(changed, product)
        return {"updated": [{"id": each, "product_id": self.homes[each]} for each in changed]}


def unit(identity: str) -> Unit:
    fields = (FieldChange("title", "old", "new"),)
    return Unit(Change(Address("variant", identity), Action.UPDATE, fields, target_id=identity))


@pytest.mark.parametrize(
    ("moves", "sent"),
    [
        (False, [("p1", ["v2"]), ("p1", ["v1", "v2", "v3"])]),
        (True, [("p1", ["v2"]), ("p2", ["v2"]), ("p1", ["v1"]), ("p2", ["v2", "v3"])]),
    ],
)
def test_a_shop_is_tried_once_and_nothing_ends_up_elsewhere(
    moves: bool, sent: list[tuple[str, list[str]]]
) -> None:
    shop = Shop(moves=moves)
    session = FakeSession(shop)
    phase = variant_update_phase(MedusaClient(cast("Session", session)))
    units = phase.units([each for name in HOMES for each in unit(name).changes])
    payloads = [phase.payload(each, HOMES.__getitem__) for each in units]
    phase.send(units, payloads)
    posts = [
        (path.split("/")[3], [each["id"] for each in body["update"]])
        for method, path, _, body in session.requests
        if method == "POST"
    ]
    assert posts == sent
    assert shop.homes == HOMES
    session.requests.clear()
    phase.send(units, payloads)
    assert len([1 for method, *_ in session.requests if method == "POST"]) == (2 if moves else 1)
