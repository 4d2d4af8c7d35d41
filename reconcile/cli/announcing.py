"""Telling whom the settings name what a run found. Whatever goes wrong here is a warning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconcile.errors import ReconcileError
from reconcile.notify.message import Message, State

if TYPE_CHECKING:
    from reconcile.cli.context import Context
    from reconcile.config import Config
    from reconcile.settings import NotifySettings, Recipient

COMMANDS = frozenset({"drift", "snapshot", "plan", "apply", "verify"})
"""Those whose failures are told; people look at what the others print."""


def announce(context: Context, message: Message) -> None:
    """Send it per settings. Never raises, whatever the receivers or the settings are like."""
    try:
        config = _telling(context)
        if config is not None:
            _send(context, config, message)
    except KeyboardInterrupt:
        context.warn("Stopped; not everybody was told of this run.")
    except Exception as error:  # the run is done: telling of it changes nothing about that
        context.warn(f"Not everybody was told of this run: an unforeseen {type(error).__name__}.")


def announce_failure(context: Context) -> None:
    """Tell of the errors a command ended with, if it is one that people are told of."""
    if context.command in COMMANDS and context.errors:
        first, *rest = map(str, context.errors)
        message = Message(
            command=context.command,
            state=State.FAILED,
            headline=first,
            started=context.began,
            ended=datetime.now(UTC),
            dangers=tuple(rest),
        )
        announce(context, message)


def whole(config: Config, settings: NotifySettings, message: Message) -> Message:
    """The message with the link and the shops of the settings where it has none, safe to send."""
    from reconcile.notify.safe import safe

    shops = message.shops or _shops(config)
    return safe(replace(message, link=message.link or settings.link, shops=shops), config.secrets)


def warn_of(context: Context, recipient: Recipient) -> None:
    """Say it when a message and its secret travel unencrypted."""
    from reconcile.notify.send import name

    if recipient.in_clear:
        context.warn(f"{name(recipient)} is not encrypted: what is sent there can be read.")


def _telling(context: Context) -> Config | None:
    """The settings, if they can be read and name anybody."""
    try:
        config = context.config
    except ReconcileError:
        return None  # the command has told of that already
    return config if "notify" in config.document.value else None


def _send(context: Context, config: Config, message: Message) -> None:
    from reconcile.cli.printable import printable
    from reconcile.notify.send import send, wants

    settings = config.notify
    for recipient in settings.to:
        if wants(recipient, message.state):
            warn_of(context, recipient)
    failures = send(whole(config, settings, message), settings.to)
    for sentence in (*settings.faults, *failures):
        context.warn(printable(sentence))


def _shops(config: Config) -> tuple[str, ...]:
    """The addresses of both shops, as far as their settings are whole."""
    readers: tuple[Callable[[], str], ...] = (
        lambda: config.magento.url,
        lambda: config.medusa.url,
    )
    return tuple(url for read in readers if (url := _address(read)))


def _address(read: Callable[[], str]) -> str:
    try:
        return read()
    except ReconcileError:
        return ""
