"""Addresses of the servers: take them apart and put them together."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

LOOPBACK = "127.0.0.1"
_DIRECT = build_opener(ProxyHandler({}))


def local_url(port: int) -> str:
    """The HTTP address of a server of ours."""
    return f"http://{LOOPBACK}:{port}"


def port_of(url: str) -> int | None:
    """The port that an address names, None when it leaves it out."""
    return urlsplit(url).port


def with_port(url: str, port: int) -> str:
    """The same address at another port."""
    parts = urlsplit(url)
    account, at, _ = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{account}{at}{parts.hostname}:{port}").geturl()


def with_database(url: str, name: str) -> str:
    """The same PostgreSQL server, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def database_of(url: str) -> str:
    """The name of the database in a PostgreSQL address."""
    return urlsplit(url).path.lstrip("/")


def answers(url: str) -> bool:
    """Whether an HTTP server of ours answers there, with whatever status; no proxy is asked."""
    try:
        with _DIRECT.open(url, timeout=5):
            return True
    except HTTPError as refusal:
        refusal.close()
        return True
    except OSError:
        return False
