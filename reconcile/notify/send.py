"""A message to all who are to have it. Nothing here raises: what failed is told in sentences."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial

from reconcile.notify import email, github_summary, slack, webhook
from reconcile.notify.message import Message, State
from reconcile.notify.post import post
from reconcile.notify.smtp import hand_over
from reconcile.notify.tries import NotSent, repeated
from reconcile.settings import Email, GithubSummary, Recipient, Slack, Unusable, Webhook, When

Sleep = Callable[[float], None]

_TOLD_OF = {
    When.ALWAYS: frozenset(State),
    When.DRIFT: frozenset({State.DRIFT, State.FAILED}),
    When.FAILURE: frozenset({State.FAILED}),
}


def wants(recipient: Recipient, state: State) -> bool:
    """Whether the recipient's `when` covers how a run ended."""
    return state in _TOLD_OF[recipient.when]


def send(message: Message, recipients: Iterable[Recipient], sleep: Sleep = time.sleep) -> list[str]:
    """Tell each recipient whose `when` covers it; a sentence for each that could not be told."""
    wanted = [each for each in recipients if wants(each, message.state)]
    faults = [(each, deliver(message, each, sleep)) for each in wanted]
    return [f"{name(each)} was not told: {why}." for each, why in faults if why]


def name(recipient: Recipient) -> str:
    """`slack (reconcile.yml:40)`: the address itself is a secret."""
    return f"{recipient.kind} ({recipient.where})"


def deliver(message: Message, recipient: Recipient, sleep: Sleep = time.sleep) -> str:
    """Send it, whatever `when` says. Why that failed, without secrets; "" when it arrived."""
    try:
        repeated(_attempt(message, recipient), sleep)
    except NotSent as fault:
        return fault.why
    except Exception as error:  # its words may hold the address: the name alone is told
        return f"an unforeseen {type(error).__name__}"
    return ""


def _attempt(message: Message, recipient: Recipient) -> Callable[[], None]:
    match recipient:
        case Slack():
            return partial(post, recipient.url, slack.payload(message), {})
        case Webhook():
            return partial(_signed, message, recipient)
        case Email():
            mail = email.letter(message, recipient.sender, recipient.to)
            return partial(hand_over, mail, recipient.server)
        case GithubSummary():
            return partial(_summarised, message, recipient)
        case Unusable():
            return partial(_useless, recipient)


def _signed(message: Message, recipient: Webhook) -> None:
    """Each try is signed anew, so that its timestamp is fresh."""
    body = webhook.payload(message)
    stamp = int(time.time())
    post(recipient.url, body, webhook.headers(message, body, recipient.secret, stamp))


def _summarised(message: Message, recipient: GithubSummary) -> None:
    """Nothing to do outside GitHub's jobs."""
    if recipient.file is not None:
        github_summary.append(message, recipient.file)


def _useless(recipient: Unusable) -> None:
    raise NotSent(recipient.why)
