"""The section `redirects` of reconcile.yml: how addresses of pages are made in both shops."""

from __future__ import annotations

from reconcile.errors import SettingsError
from reconcile.marked_yaml import Document
from reconcile.settings import RedirectSettings

SECTION, HANDLE = "redirects", "{handle}"
TEMPLATES = ("product", "category")


def redirects(document: Document) -> RedirectSettings:
    return RedirectSettings(**document.value.get(SECTION, {}))


def check_redirects(document: Document) -> None:
    """Raises SettingsError for a template that would give all pages one address."""
    section = document.value.get(SECTION, {})
    for name in TEMPLATES:
        template = section.get(name, f"/{HANDLE}")
        if HANDLE not in template or not template.startswith("/"):
            example = getattr(RedirectSettings(), name)
            raise SettingsError(
                f"`{SECTION}.{name}` must begin with / and have {HANDLE} in it.",
                where=document.where(SECTION, name),
                remedy=f"Write a path of the new shop such as `{example}`.",
            )
