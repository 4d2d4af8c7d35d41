"""Medusa's own client asks whoever wants to be asked before it sends anything again."""

from __future__ import annotations

from contextlib import closing

import pytest
from scripted_server import Reply, ScriptedServer

from reconcile.errors import SystemFault, Unreachable
from reconcile.model import Action, Address, Change
from reconcile.settings import ApiKey, MedusaSettings, Secret
from reconcile.targets.medusa.target import Medusa

BAGS = Change(Address("category", "bags"), Action.CREATE, (), source_id="magento:category/1")


def test_a_busy_medusa_is_not_asked_again_against_the_will_of_the_run() -> None:
    asked: list[tuple[int | None, float]] = []

    def patience(fault: SystemFault, seconds: float) -> bool:
        asked.append((fault.status, seconds))
        return False

    busy = Reply(429, headers={"Retry-After": "30"})
    with ScriptedServer(lambda *_: busy) as server:
        settings = MedusaSettings(server.url, ApiKey(Secret("sk_test")))
        with closing(Medusa(settings)) as target:
            target.ask_before_retry(patience)
            with pytest.raises(Unreachable):
                target.lookup([BAGS])
        assert len(server.asked) == 1
    assert asked == [(429, 30.0)]
