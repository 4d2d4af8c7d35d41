"""Which servers may be asked for images. The addresses come from shops, so nobody vouches for them.

An address is judged in the form in which it is sent: prepared by `requests`, and with nothing in
the place of the server that two readers of addresses could take for different hosts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import requests

_PORTS = {"http": 80, "https": 443}
_SERVER = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
LONGEST = 4000
"""Characters of an address; no shop has longer ones, and servers refuse them."""


class Refused(Exception):
    """An address that is not asked, with the reason."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """`shops`: the hosts of the two shops, each with the ports it may be asked at. `hosts`: those
    the settings name, at any port."""

    shops: Mapping[str, frozenset[int]] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, shops: Iterable[str], hosts: Iterable[str] = ()) -> Allowed:
        """From the addresses of the shops and the names of further hosts."""
        ports: dict[str, frozenset[int]] = {}
        for shop in shops:
            parts = _parts(shop)
            own = ports.get(_host(parts), frozenset(_PORTS.values()))
            ports[_host(parts)] = own | {_port(parts)}
        return cls(ports, frozenset(_host(_parts(_address(host))) for host in hosts))

    def checked(self, url: str) -> str:
        """The address as it is to be sent. Raises Refused."""
        parts = _parts(url)
        host, port = _host(parts), _port(parts)
        if host in self.hosts or port in self.shops.get(host, ()):
            return parts.geturl()
        place = host if host not in self.shops else f"{host}:{port}"
        raise Refused(f"{place} is not a host to ask (see `reports.image_hosts`)")


def _address(host: str) -> str:
    return f"https://[{host}]/" if ":" in host else f"https://{host}/"


def _parts(url: str) -> SplitResult:
    """The address taken apart, in ASCII. Raises Refused for one that is not plain http or https."""
    if len(url) > LONGEST:
        raise Refused("the address is too long")
    if url.partition(":")[0].strip().lower() not in _PORTS:
        raise Refused("the address does not begin with https:// or http://")
    try:
        parts = urlsplit(requests.Request("GET", url).prepare().url or "")
    except (requests.RequestException, ValueError):
        raise Refused("that is no web address") from None
    if parts.scheme not in _PORTS or not _SERVER.fullmatch(parts.netloc) or not parts.hostname:
        raise Refused("the address names no plain host")
    return parts._replace(fragment="")


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".")


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise Refused("that is no web address") from None
