"""What addresses of receivers, mail servers and people may look like.

Raises ValueError with what is wrong, as the end of a sentence that never repeats the address.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from reconcile.config.addresses import sends_in_clear
from reconcile.settings import Encryption, MailServer, Secret

_PORTS = {"smtp": 587, "smtps": 465}
_PERSON = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+")
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".test")


def receiver(text: str) -> Secret:
    """An https address, or an http one inside a private network."""
    parts = _parts(text)
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must begin with https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user or a password")
    if parts.scheme == "http" and not _is_private(parts.hostname or ""):
        raise ValueError("must begin with https://: it leads out of the private network")
    return Secret(text)


def mail_server(text: str, *, starttls: bool) -> MailServer:
    """`smtp://user:password@host:port`, or `smtps://...` for TLS from the first byte."""
    parts = _parts(text)
    if parts.scheme not in _PORTS:
        raise ValueError("must begin with smtp:// or smtps://")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must end after the port; write `/`, `?` and `#` of a password as %xx")
    plain = Encryption.STARTTLS if starttls else Encryption.NONE
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        encryption=Encryption.TLS if parts.scheme == "smtps" else plain,
        username=unquote(parts.username or ""),
        password=Secret(unquote(parts.password or "")),
    )


def mails_in_clear(server: MailServer) -> bool:
    """Whether mails, and the password, would cross a network unencrypted."""
    host = f"[{server.host}]" if ":" in server.host else server.host
    return server.encryption is Encryption.NONE and sends_in_clear(f"http://{host}")


def person(text: str) -> str:
    """An e-mail address, without a name before it."""
    if not (_PERSON.fullmatch(text) and text.isascii() and text.isprintable()):
        raise ValueError("is not an e-mail address such as ops@example.com")
    return text


def page(text: str) -> str:
    """An address for people to open."""
    if _parts(text).scheme not in {"http", "https"}:
        raise ValueError("must begin with https:// or http://")
    return text


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if not parts.hostname or not text.isprintable() or any(map(str.isspace, text)):
        raise ValueError("is not an address")
    return parts


def _is_private(host: str) -> bool:
    """Names without a dot are those of one network, such as containers'."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_ENDINGS)
