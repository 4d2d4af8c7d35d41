"""The section `notify` of reconcile.yml as settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from reconcile.config.addresses import sends_in_clear
from reconcile.config.receivers import mail_server, mails_in_clear, page, person, receiver
from reconcile.config.references import REFERENCE, filled_at
from reconcile.errors import SettingsError
from reconcile.marked_yaml import Document
from reconcile.settings import (
    NO_SECRET,
    Email,
    GithubSummary,
    NotifySettings,
    Recipient,
    Secret,
    Slack,
    Unusable,
    Webhook,
    When,
)

_PAGES_OF_JOBS = ("CI_JOB_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "BUILD_URL")
"""Variables in which GitLab, Buildkite, CircleCI and Jenkins name the page of a job."""
_GITHUB = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
_SHOPS_CHOICES = ("url", "username", "email", "view", "views", "sales_channel", "shipping_profile")
_NO_SECRETS = frozenset({*_SHOPS_CHOICES, "admin", "image_hosts", "from", "link", "state"})
"""Settings that may be variables without being secrets."""
_SHORTEST_PATH = 12
"""Characters: a shorter path of a webhook, such as `drift`, could be any word."""

Read = TypeVar("Read")


def notify(document: Document, variables: Mapping[str, str]) -> NotifySettings:
    """Who is told. What is wrong, such as a variable without a value, stands in the settings: one
    recipient does not keep the others from being told."""
    if "notify" not in document.value:
        return NotifySettings()
    count = len(document.value["notify"]["to"])
    recipients = (_recipient(document, index, variables) for index in range(count))
    link, faults = _link(document, variables)
    return NotifySettings(link, tuple(recipients), faults)


def job_page(variables: Mapping[str, str]) -> str:
    """The page of the CI job this runs in; "" when it runs in none."""
    parts = [variables.get(name, "") for name in _GITHUB]
    github = "{}/{}/actions/runs/{}".format(*parts) if all(parts) else ""
    found = [github, *(variables.get(name, "") for name in _PAGES_OF_JOBS)]
    return next((each for each in found if _is_page(each)), "")


def secrets(document: Document, variables: Mapping[str, str]) -> tuple[str, ...]:
    """The values of the variables that stand for secrets, and what of them is one by itself."""
    found = {variables.get(name, "").strip() for name in _secret_names(document.value, "")}
    parts = {part for each in found if "://" in each for part in _parts_of(each)}
    return tuple(sorted(each for each in found | parts if each))


def _secret_names(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _secret_names(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _secret_names(part, key)
    elif isinstance(value, str) and key not in _NO_SECRETS:
        yield from REFERENCE.findall(value)


def _parts_of(address: str) -> Iterator[str]:
    """The path of a webhook, the password of a mail server."""
    rest = address.partition("://")[2]
    password = rest.rpartition("@")[0].partition(":")[2]
    path = rest.partition("/")[2].rstrip("/")
    yield from (password, unquote(password), path if len(path) >= _SHORTEST_PATH else "")


def _is_page(text: str) -> bool:
    try:
        return bool(text and page(text))
    except ValueError:
        return False


def _link(document: Document, variables: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    if "link" not in document.value["notify"]:
        return job_page(variables), ()
    try:
        text = filled_at(document, ("notify", "link"), variables)
        return _checked(document, ("notify", "link"), page, text), ()
    except SettingsError as error:
        return job_page(variables), (str(error),)


def _recipient(document: Document, index: int, variables: Mapping[str, str]) -> Recipient:
    written = document.value["notify"]["to"][index]
    kind = next(kind for kind in _READERS if kind in written)
    when = When(written.get("when", When.DRIFT))
    try:
        return _READERS[kind](document, index, variables, when)
    except SettingsError as error:
        return Unusable(kind, error.message.rstrip("."), error.remedy, when, error.where)


def _slack(document: Document, index: int, variables: Mapping[str, str], when: When) -> Slack:
    path = ("notify", "to", index)
    url = _checked(
        document, (*path, "slack"), receiver, filled_at(document, path, variables)["slack"]
    )
    return Slack(url, when, document.where(*path), sends_in_clear(url))


def _webhook(document: Document, index: int, variables: Mapping[str, str], when: When) -> Webhook:
    path = ("notify", "to", index)
    given = filled_at(document, path, variables)
    url = _checked(document, (*path, "webhook"), receiver, given["webhook"])
    secret = Secret(given["secret"]) if "secret" in given else NO_SECRET
    return Webhook(url, secret, when, document.where(*path), sends_in_clear(url))


def _email(document: Document, index: int, variables: Mapping[str, str], when: When) -> Email:
    path = ("notify", "to", index)
    given = filled_at(document, path, variables)

    def server(text: str) -> Any:
        return mail_server(text, starttls=given.get("starttls", True))

    reached = _checked(document, (*path, "smtp"), server, given["smtp"])
    return Email(
        to=tuple(
            _checked(document, (*path, "email", place), person, text)
            for place, text in enumerate(given["email"])
        ),
        sender=_checked(document, (*path, "from"), person, given["from"]),
        server=reached,
        when=when,
        where=document.where(*path),
        in_clear=mails_in_clear(reached),
    )


def _summary(
    document: Document, index: int, variables: Mapping[str, str], when: When
) -> GithubSummary:
    file = variables.get("GITHUB_STEP_SUMMARY", "")
    return GithubSummary(Path(file) if file else None, when, document.where("notify", "to", index))


_READERS: Mapping[str, Callable[[Document, int, Mapping[str, str], When], Recipient]] = {
    "slack": _slack,
    "webhook": _webhook,
    "email": _email,
    "github_summary": _summary,
}


def _checked(
    document: Document, path: tuple[str | int, ...], read: Callable[[str], Read], text: str
) -> Read:
    try:
        return read(text)
    except ValueError as problem:
        name = ".".join(map(str, path))
        raise SettingsError(f"`{name}` {problem}.", where=document.where(*path)) from None
