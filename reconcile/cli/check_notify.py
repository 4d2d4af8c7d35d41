"""What `reconcile check` says of those whom the settings name to be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from reconcile.cli.announcing import warn_of, whole
from reconcile.cli.context import Context
from reconcile.model import Finding
from reconcile.notify.message import Message, State
from reconcile.settings import GithubSummary, Recipient, Unusable, When

SYSTEM = "notify"
_WHEN = {
    When.ALWAYS: "told of every run",
    When.DRIFT: "told of differences and failures",
    When.FAILURE: "told of failures",
}
_REMEDY = "Check the address, and what its receiver needs."


def recipients(context: Context, *, test: bool) -> Iterator[Finding]:
    """A finding for each. With `test`, a message is sent to all, whatever their `when` says."""
    settings = context.config.notify
    for fault in settings.faults:
        yield Finding(SYSTEM, "link", ok=False, message=fault)
    if not settings.to:
        if test:
            yield Finding(SYSTEM, "nobody", ok=True, message="the settings name nobody to be told")
        return
    message = whole(context.config, settings, _test(context))
    for each in settings.to:
        warn_of(context, each)
        yield _tested(each, message) if test else _configured(each)


def _test(context: Context) -> Message:
    return Message(
        command="check",
        state=State.SAME,
        headline="This is a test: what runs find will be told here.",
        started=context.began,
        ended=datetime.now(UTC),
    )


def _configured(recipient: Recipient) -> Finding:
    if isinstance(recipient, Unusable):
        return _finding(recipient, ok=False, found=recipient.why, remedy=recipient.remedy)
    if _elsewhere(recipient):
        return _finding(recipient, ok=True, found="nothing to write to: no job of GitHub's")
    return _finding(recipient, ok=True, found=_WHEN[recipient.when])


def _tested(recipient: Recipient, message: Message) -> Finding:
    from reconcile.notify.send import deliver

    if isinstance(recipient, Unusable) or _elsewhere(recipient):
        return _configured(recipient)
    why = deliver(message, recipient)
    if why:
        return _finding(recipient, ok=False, found=f"the test was not sent: {why}", remedy=_REMEDY)
    return _finding(recipient, ok=True, found="the test was sent")


def _elsewhere(recipient: Recipient) -> bool:
    return isinstance(recipient, GithubSummary) and recipient.file is None


def _finding(recipient: Recipient, *, ok: bool, found: str, remedy: str = "") -> Finding:
    where = f"{recipient.where}: " if recipient.where else ""
    return Finding(SYSTEM, recipient.kind, ok=ok, message=where + found, remedy=remedy)
