"""What the address of a shop may look like. No message repeats it: it may hold a password."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_NAME = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
"""Letters may be of any script."""


def normal_address(text: str) -> str:
    """An http(s) address without a trailing slash. Raises ValueError with what is wrong."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise ValueError("is not a web address") from None
    _refuse(parts)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    place = f"{host}:{port}" if port else f"{host}"
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}"


def _refuse(parts: SplitResult) -> None:
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must begin with https:// or http://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user or a password; those belong under `auth`")
    if not parts.hostname or any(char.isspace() for char in parts.netloc + parts.path):
        raise ValueError("is not a web address")
    if parts.query or parts.fragment:
        raise ValueError("must end before `?` and `#`")


def plain_host(text: str) -> bool:
    """Whether a text is the name or number of a host and nothing more."""
    return bool(_NAME.fullmatch(text)) or _is_number(text)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def sends_in_clear(address: str) -> bool:
    """Whether credentials would cross a network unencrypted: plain http to another machine."""
    parts = urlsplit(address)
    return parts.scheme == "http" and not _is_this_machine(parts.hostname or "")


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
