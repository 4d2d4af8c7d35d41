"""The filled-in sections of reconcile.yml as settings of the two shops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconcile.config.addresses import normal_address
from reconcile.config.references import filled, filled_at
from reconcile.errors import SettingsError
from reconcile.marked_yaml import Document
from reconcile.settings import (
    ApiKey,
    BearerToken,
    Login,
    MagentoSettings,
    MedusaSettings,
    OAuthKeys,
    Secret,
)

_OF_ACCESS = ("system", "url", "auth")


def magento(document: Document, variables: Mapping[str, str]) -> MagentoSettings:
    """Raises SettingsError for a variable without a value or an address that is none."""
    section = filled(document, "source", variables)
    further: dict[str, Any] = {"views": tuple(section.get("views", ()))}
    if "admin" in section:
        further["admin"] = _address(document, "source", section["admin"], "admin")
    return MagentoSettings(
        url=_address(document, "source", section["url"]),
        auth=_magento_auth(section["auth"]),
        **{**_choices(section), **further},
    )


def magento_admin(document: Document, variables: Mapping[str, str]) -> str:
    """The address of Magento's administration, "" where none is written; needs no credentials.

    Raises SettingsError for a variable without a value or an address that is none.
    """
    if "admin" not in document.value["source"]:
        return ""
    text = str(filled_at(document, ("source", "admin"), variables))
    return _address(document, "source", text, "admin")


def medusa(document: Document, variables: Mapping[str, str]) -> MedusaSettings:
    """Raises SettingsError for a variable without a value or an address that is none."""
    section = filled(document, "target", variables)
    return MedusaSettings(
        url=_address(document, "target", section["url"]),
        auth=_medusa_auth(section["auth"]),
        **_choices(section),
    )


def medusa_choices(document: Document, variables: Mapping[str, str]) -> MedusaSettings:
    """What the section says beside address and credentials, which are empty here."""
    section = filled(document, "target", variables, without=_OF_ACCESS)
    return MedusaSettings(url="", auth=ApiKey(Secret("")), **section)


def _choices(section: Mapping[str, Any]) -> dict[str, Any]:
    """What is left to the defaults when it is not written."""
    return {name: value for name, value in section.items() if name not in _OF_ACCESS}


def _address(document: Document, section: str, text: str, name: str = "url") -> str:
    try:
        return normal_address(text)
    except ValueError as problem:
        written = document.value[section][name]
        given = f" (given by {written})" if written.startswith("${") else ""
        raise SettingsError(
            f"`{section}.{name}`{given} {problem}.",
            where=document.where(section, name),
            remedy="Write it as in a browser, for example `https://shop.example.com`.",
        ) from None


def _magento_auth(auth: Mapping[str, str]) -> OAuthKeys | BearerToken | Login:
    if auth["method"] == "bearer":
        return BearerToken(Secret(auth["token"]))
    if auth["method"] == "password":
        return Login(auth["username"], Secret(auth["password"]))
    return OAuthKeys(
        consumer_key=Secret(auth["consumer_key"]),
        consumer_secret=Secret(auth["consumer_secret"]),
        access_token=Secret(auth["access_token"]),
        access_token_secret=Secret(auth["access_token_secret"]),
    )


def _medusa_auth(auth: Mapping[str, str]) -> ApiKey | Login:
    if auth["method"] == "password":
        return Login(auth["email"], Secret(auth["password"]))
    return ApiKey(Secret(auth["api_key"]))
