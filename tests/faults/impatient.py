"""The tool, but for the pause in which requests of a killed run are given time to end."""

import importlib
from functools import partial

from reconcile.apply import Surroundings
from reconcile.cli import main

importlib.import_module("reconcile.cli.apply").Surroundings = partial(  # type: ignore[attr-defined]
    Surroundings, quiet=0.1
)
main()
