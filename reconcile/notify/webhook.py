"""A message as JSON, signed so that its receiver knows who sent it, and when.

`X-Reconcile-Signature` is `sha256=` and the HMAC-SHA256, in hexadecimal, of `<timestamp>.<body>`;
the timestamp (seconds since 1970) stands in `X-Reconcile-Timestamp`. `X-Reconcile-Id` and the field
`id` are the same however often a message arrives.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from reconcile import __version__
from reconcile.canonical import moment_text
from reconcile.notify.message import Message

FORMAT = 1
SIGNATURE, TIMESTAMP, ID = "X-Reconcile-Signature", "X-Reconcile-Timestamp", "X-Reconcile-Id"


def payload(message: Message) -> bytes:
    """The body to post. `link` and `run` are null when there are none."""
    body = {
        "format": FORMAT,
        "id": message.id,
        "tool_version": __version__,
        "command": message.command,
        "state": message.state.value,
        "headline": message.headline,
        "counts": [{"name": row.name, "numbers": dict(row.numbers)} for row in message.counts],
        "dangers": list(message.dangers),
        "shops": list(message.shops),
        "link": message.link or None,
        "run": message.run or None,
        "started": moment_text(message.started),
        "ended": moment_text(message.ended),
    }
    return json.dumps(body, ensure_ascii=False).encode()


def headers(message: Message, body: bytes, secret: str, timestamp: int) -> Mapping[str, str]:
    """What travels beside the body; without a secret there is no signature."""
    known = {ID: message.id, TIMESTAMP: str(timestamp)}
    return known | ({SIGNATURE: signature(body, secret, timestamp)} if secret else {})


def signature(body: bytes, secret: str, timestamp: int) -> str:
    signed = f"{timestamp}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
