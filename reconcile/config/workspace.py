"""A workspace: the folder with reconcile.yml, and what that file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconcile.config import artifacts, shops
from reconcile.config.addresses import plain_host
from reconcile.config.environment import environment
from reconcile.config.notify import notify, secrets
from reconcile.config.people import people
from reconcile.config.redirects import check_redirects, redirects
from reconcile.config.references import filled_text
from reconcile.config.schema import check
from reconcile.errors import SettingsError
from reconcile.marked_yaml import Document, read
from reconcile.settings import (
    ArtifactSettings,
    MagentoSettings,
    MedusaSettings,
    NotifySettings,
    PeopleSettings,
    RedirectSettings,
)

FILE_NAME = "reconcile.yml"
MAPPINGS = "mappings/magento"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a workspace. Paths are absolute.

    The shops' sections are filled in from the environment only when they are asked for, so that
    plans can be made, read and approved on a machine that has no credentials.
    """

    workspace: Path
    mappings: Path
    plans: Path
    reports: Path
    work: Path
    """The git-ignored work folder: snapshots, logs."""
    limits: Mapping[str, float]
    """Overrides of the default limits, by name (see plan/limits.py)."""
    transforms: Path | None
    """A Python file with the user's own transforms."""
    document: Document
    variables: Mapping[str, str] = field(repr=False)

    @property
    def magento(self) -> MagentoSettings:
        """Raises SettingsError for a variable without a value or an address that is none."""
        return shops.magento(self.document, self.variables)

    @property
    def magento_admin(self) -> str:
        """The address of Magento's administration, "" for the shop's own with `/admin`."""
        return shops.magento_admin(self.document, self.variables)

    @property
    def medusa(self) -> MedusaSettings:
        """Raises SettingsError for a variable without a value or an address that is none."""
        return shops.medusa(self.document, self.variables)

    @property
    def medusa_choices(self) -> MedusaSettings:
        """The same without address and credentials, for work on snapshots alone."""
        return shops.medusa_choices(self.document, self.variables)

    @property
    def people(self) -> PeopleSettings:
        """How customers and orders are carried, without the key of the sealed hashes."""
        return people(self.document, self.workspace, self.work, self.variables, with_key=False)

    @property
    def people_with_key(self) -> PeopleSettings:
        """The same with the key. Raises SettingsError for a variable without a value."""
        return people(self.document, self.workspace, self.work, self.variables, with_key=True)

    @property
    def notify(self) -> NotifySettings:
        """Who is told what runs find; a recipient whose settings are wrong says so itself."""
        return notify(self.document, self.variables)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that no message may repeat, as far as they are set."""
        return secrets(self.document, self.variables)

    @property
    def artifacts(self) -> ArtifactSettings:
        """How plans are packed. Raises SettingsError for a variable without a value."""
        return artifacts.artifacts(self.document, self.variables)

    @property
    def masked_reports(self) -> bool:
        """Whether HTML reports show personal data masked."""
        return bool(self.document.value.get("reports", {}).get("personal_data") != "full")

    @property
    def image_hosts(self) -> tuple[str, ...]:
        """Hosts beside the two shops' own that images may be fetched from."""
        return tuple(self.document.value.get("reports", {}).get("image_hosts", ()))

    @property
    def redirects(self) -> RedirectSettings:
        """How addresses of pages are made in both shops."""
        return redirects(self.document)

    @property
    def state(self) -> str:
        """Where machines share what they need: an fsspec URL, or "" when nothing is shared.

        Raises SettingsError for a variable without a value.
        """
        text = filled_text(self.document, "state", self.variables)
        return text if not text or "://" in text else str(self.workspace / text)

    @property
    def locks(self) -> Path:
        """The user's folder for locks on this machine, for all workspaces alike (XDG)."""
        named = Path(self.variables.get("XDG_STATE_HOME", ""))
        home = named if named.is_absolute() else Path.home() / ".local" / "state"
        return home / "reconcile" / "locks"

    @property
    def base(self) -> Path:
        """What was last applied to the target."""
        return self.work / "base"

    @property
    def quarantine(self) -> Path:
        """Records that could not be carried."""
        return self.work / "quarantine"

    @property
    def history(self) -> Path:
        """What earlier drift runs found."""
        return self.work / "history"

    @property
    def snapshots(self) -> Path:
        return self.work / "snapshots"


def load(workspace: Path) -> Config:
    """Read a workspace's settings. Raises SettingsError with file, line and remedy."""
    folder = workspace.resolve()
    document = read(_as_shown(folder / FILE_NAME), SettingsError)
    check(document)
    _check_image_hosts(document)
    check_redirects(document)
    paths = document.value.get("paths", {})
    return Config(
        workspace=folder,
        mappings=_mappings(document, folder, paths.get("mappings", MAPPINGS)),
        plans=folder / paths.get("plans", "plans"),
        reports=folder / paths.get("reports", "reports"),
        work=folder / paths.get("work", ".reconcile"),
        limits={name: float(value) for name, value in document.value.get("limits", {}).items()},
        transforms=_transforms(document, folder),
        document=document,
        variables=environment(folder),
    )


def find_workspace(start: Path) -> Path:
    """The nearest folder with a reconcile.yml, upward. Raises SettingsError when there is none."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise SettingsError(
        f"There is no {FILE_NAME} in {start.resolve()} or above it.",
        remedy="`reconcile init` writes one here; --workspace names another folder.",
    )


def shipped_mappings() -> Path:
    """The mappings that come with the tool: packed into the wheel, beside it in a checkout."""
    package = Path(__file__).parents[1]
    packed = package / "_mappings"
    return packed if packed.is_dir() else package.parent / "mappings"


def _as_shown(file: Path) -> Path:
    """The file as errors name it: relative when it lies below the current folder."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _mappings(document: Document, folder: Path, named: str) -> Path:
    if (folder / named).is_dir():
        return folder / named
    if named == MAPPINGS:
        return shipped_mappings() / "magento"
    raise _absent(document, named, "paths", "mappings")


def _transforms(document: Document, folder: Path) -> Path | None:
    named: str | None = document.value.get("transforms")
    if named is None:
        return None
    if not (folder / named).is_file():
        raise _absent(document, named, "transforms")
    return folder / named


def _check_image_hosts(document: Document) -> None:
    for place, host in enumerate(document.value.get("reports", {}).get("image_hosts", ())):
        if not plain_host(host):
            raise SettingsError(
                "`reports.image_hosts` must name hosts alone.",
                where=document.where("reports", "image_hosts", place),
                remedy="Write `cdn.example.com`, without https://, port and path.",
            )


def _absent(document: Document, named: str, *path: Any) -> SettingsError:
    return SettingsError(
        f"`{'.'.join(path)}` names {named}, which does not exist.",
        where=document.where(*path),
        remedy="Paths are relative to reconcile.yml. Correct the name or remove the line.",
    )
