"""Systems that can be written, each by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconcile.settings import MedusaSettings
from reconcile.systems import ExistingReader, Tables, Target
from reconcile.targets import medusa

TARGETS: Mapping[str, Callable[[MedusaSettings], Target]] = {"medusa": medusa.Medusa}
EXISTING: Mapping[str, ExistingReader] = {"medusa": medusa.existing}
DEFAULTS: Mapping[str, Callable[[Tables, MedusaSettings], Mapping[str, str]]] = {
    "medusa": medusa.defaults
}
CURRENCIES: Mapping[str, Callable[[Tables], frozenset[str]]] = {"medusa": medusa.currencies}


def open_target(settings: MedusaSettings, system: str = "medusa") -> Target:
    """A target, not yet connected to. The caller closes it."""
    return TARGETS[system](settings)
