"""Medusa v2 over its Admin API. Facts of the API are those of 2.21, read in its source or seen.

target.py    what the stages get: probe, pull, phases, lookup
tables/      what is downloaded, one file per noun      pull.py  downloads it
existing/    the downloaded tables as comparable records
phases/      how each kind of change is written
lookup.py    which creates exist already                 probe.py, defaults.py  is it ready?
"""

from reconcile.targets.medusa.admin_links import admin_link
from reconcile.targets.medusa.defaults import currencies, defaults
from reconcile.targets.medusa.existing import existing
from reconcile.targets.medusa.lacking import lacking
from reconcile.targets.medusa.target import Medusa

__all__ = ["Medusa", "admin_link", "currencies", "defaults", "existing", "lacking"]
