"""The section `artifacts` of reconcile.yml: how packed plans hold personal data."""

from __future__ import annotations

from collections.abc import Mapping

from reconcile.config.references import filled
from reconcile.errors import SettingsError
from reconcile.marked_yaml import Document
from reconcile.settings import NO_SECRET, ArtifactSettings, PersonalData, Secret

SECTION, KEY = "artifacts", "RECONCILE_ARTIFACT_KEY"


def artifacts(document: Document, variables: Mapping[str, str]) -> ArtifactSettings:
    """Without such a section they are encrypted, with the key in RECONCILE_ARTIFACT_KEY.

    Raises SettingsError when they are to be encrypted and the variable with the key has no value.
    """
    section = document.value.get(SECTION, {})
    personal_data = PersonalData(section.get("personal_data", PersonalData.ENCRYPTED))
    if personal_data is PersonalData.PLAIN:
        return ArtifactSettings(personal_data, NO_SECRET)
    return ArtifactSettings(personal_data, _key(document, variables))


def _key(document: Document, variables: Mapping[str, str]) -> Secret:
    try:
        if "key" in document.value.get(SECTION, {}):
            return Secret(filled(document, SECTION, variables)["key"])
        if value := variables.get(KEY, "").strip():
            return Secret(value)
    except SettingsError as error:
        raise SettingsError(error.message, where=error.where, remedy=_REMEDY) from None
    raise SettingsError(f"The environment variable {KEY} is not set.", remedy=_REMEDY)


_REMEDY = (
    "It is the key that packed plans are encrypted with. Make one with `openssl rand -base64 32`, "
    "keep it in .env beside reconcile.yml, and give the same to every machine that packs or "
    "unpacks. In a place where nobody else can read, `artifacts: {personal_data: plain}` does "
    "without."
)
