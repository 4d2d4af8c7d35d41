"""A small mail server for tests: it keeps what it gets, and refuses what it is told to."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from served import Served


@dataclass(frozen=True, slots=True)
class Mail:
    """What came, from whom and to whom the envelope says, and whether over TLS."""

    sender: str
    to: tuple[str, ...]
    content: EmailMessage
    login: str
    encrypted: bool


class MailServer(Served):
    """Use as a context. `replies` scripts answers per command: `{"MAIL": [451, 250]}` is first 451,
    then 250 for ever. With `tls` it offers STARTTLS, or begins with it if `implicit`."""

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        *,
        implicit: bool = False,
        replies: Mapping[str, list[int]] | None = None,
    ) -> None:
        self.tls, self.implicit = tls, implicit
        self.mails: list[Mail] = []
        self.said: list[str] = []
        self._replies = {verb: list(codes) for verb, codes in (replies or {}).items()}
        super().__init__(_Server(self))

    def reply(self, verb: str, usual: int) -> int:
        codes = self._replies.get(verb, [])
        return usual if not codes else codes.pop(0) if len(codes) > 1 else codes[0]


class _Server(socketserver.ThreadingTCPServer):
    def __init__(self, owner: MailServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Session)


class _Session(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.owner = self.server.owner
        self.file: Any = None
        self.sender, self.login, self.encrypted = "", "", False
        self.to: list[str] = []
        try:
            if self.owner.implicit:
                self._encrypt()
            self.file = self.request.makefile("rb")
            self._say(self.owner.reply("CONNECT", 220))
            while line := self.file.readline():
                self._obey(line.decode().strip())
        except OSError:
            return  # the client does not trust the certificate, or hung up

    def finish(self) -> None:
        if self.file:
            self.file.close()
        self.request.close()

    def _encrypt(self) -> None:
        assert self.owner.tls is not None
        self.request = self.owner.tls.wrap_socket(self.request, server_side=True)
        self.encrypted = True

    def _say(self, code: int, text: str = "as you wish, top-secret-password") -> None:
        self.request.sendall(f"{code} {text}\r\n".encode())

    def _obey(self, line: str) -> None:
        self.owner.said.append(line)
        verb = line.partition(" ")[0].upper()
        known = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "QUIT": self._quit,
        }
        others = {"MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._data}
        act = (known | others).get(verb)
        act(line) if act else self._say(self.owner.reply(verb, 250))

    def _ehlo(self, _: str) -> None:
        offered = ["STARTTLS"] if self.owner.tls and not self.encrypted else []
        lines = ["mail.example", *offered, "AUTH PLAIN"]
        marks = ["-"] * (len(lines) - 1) + [" "]
        text = "".join(f"250{mark}{line}\r\n" for mark, line in zip(marks, lines, strict=True))
        self.request.sendall(text.encode())

    def _starttls(self, _: str) -> None:
        self._say(220)
        self.file.close()
        self._encrypt()
        self.file = self.request.makefile("rb")

    def _quit(self, _: str) -> None:
        self._say(self.owner.reply("QUIT", 221))
        self.request.shutdown(socket.SHUT_RDWR)

    def _auth(self, line: str) -> None:
        self.login = base64.b64decode(line.rpartition(" ")[2]).decode().strip("\0")
        self._say(self.owner.reply("AUTH", 235))

    def _mail(self, line: str) -> None:
        code = self.owner.reply("MAIL", 250)
        self.sender, self.to = _address(line), []
        self._say(code)

    def _rcpt(self, line: str) -> None:
        code = self.owner.reply("RCPT", 250)
        self.to += [_address(line)] if code == 250 else []
        self._say(code)

    def _data(self, _: str) -> None:
        self._say(354)
        content = b""
        while (line := self.file.readline()) != b".\r\n":
            content += line.removeprefix(b".")
        code = self.owner.reply("DATA", 250)
        if code == 250:
            mail = cast("EmailMessage", message_from_bytes(content, policy=default))
            kept = Mail(self.sender, tuple(self.to), mail, self.login, self.encrypted)
            self.owner.mails.append(kept)
        self._say(code)


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """A context with a fresh certificate for the host, and the file that makes one trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "certificate.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return context, trusted
