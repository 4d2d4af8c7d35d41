"""Settings: `reconcile.yml`, `.env` and the environment become a `Config`.

workspace.py     where the workspace is; the Config; the shipped mappings
schema.py        the document against settings_schema.json, errors with line and remedy
references.py    ${NAME} -> value
shops.py         the filled-in sections -> MagentoSettings, MedusaSettings
notify.py        the section `notify` -> NotifySettings; the CI job's page
receivers.py     what addresses of receivers, mail servers and people may look like
addresses.py     what a shop's address may look like
environment.py   the only reader of os.environ
approver.py      who is at the keyboard, or which CI job
"""

from reconcile.config.addresses import sends_in_clear
from reconcile.config.approver import approver
from reconcile.config.environment import environment
from reconcile.config.workspace import FILE_NAME, Config, find_workspace, load, shipped_mappings

__all__ = [
    "FILE_NAME",
    "Config",
    "approver",
    "environment",
    "find_workspace",
    "load",
    "sends_in_clear",
    "shipped_mappings",
]
