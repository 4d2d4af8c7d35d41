"""A Medusa that is killed, as by a power cut, and started again on the same address."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from reconcile.sandbox.addresses import port_of
from reconcile.sandbox.medusa import start_medusa
from reconcile.sandbox.node import find_node
from reconcile.sandbox.places import MEDUSA, Places
from reconcile.sandbox.processes import Service, running
from reconcile.sandbox.project import Project
from reconcile.sandbox.state import MedusaShop, SandboxState


class KilledMedusa:
    """`shop` is one of `second_shop`."""

    def __init__(self, state: SandboxState, shop: MedusaShop) -> None:
        self._places, self._shop = Places.of(state.workspace), shop
        self._service = self._found()

    def kill(self) -> None:
        pid = running(self._service)
        assert pid is not None
        os.killpg(os.getpgid(pid), signal.SIGKILL)

    def start(self) -> None:
        own = self._places.root / self._service.name
        folder = own if own.exists() else self._places.project
        start_medusa(Project(folder, find_node()), self._shop, self._service)

    def _found(self) -> Service:
        """The service that listens at the shop's port."""
        port = str(port_of(self._shop.url))
        services = [self._places.service(file.stem) for file in self._files()]
        (found,) = [each for each in services if port in _words(running(each))]
        return found

    def _files(self) -> list[Path]:
        return list(self._places.run.glob(f"{MEDUSA}-*.pid"))


def _words(pid: int | None) -> list[str]:
    """The command line of a process (Linux only)."""
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0") if pid else []
