"""One image from a server that may do anything, and from no other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dripping_server import DrippingServer
from scripted_server import Asked, Reply, ScriptedServer

from reconcile.thumbnails.fetch import Bounds, Fetcher, NotFetched
from reconcile.thumbnails.hosts import LONGEST, Allowed, Refused

IMAGE = b"the bytes of an image"
QUICK = Bounds(size=1000, seconds=0.6, connect_seconds=0.5)


def place(server: ScriptedServer) -> str:
    return server.url.removeprefix("http://")


REPLIES = {
    "/good.jpg": Reply(body=IMAGE),
    "/gr%C3%B6%C3%9Fe%20a.jpg": Reply(body=IMAGE),
    "/large.jpg": Reply(body=bytes(5000)),
    "/lying.jpg": Reply(body=bytes(5000), headers={"Content-Length": "1"}),
    "/packed.jpg": Reply(body=IMAGE, headers={"Content-Encoding": "gzip"}),
    "/cut.jpg": Reply(body=bytes(900), cut_after=100),
    "/silent.jpg": Reply(silent=True),
    "/cookie.jpg": Reply(body=IMAGE, headers={"Set-Cookie": "a=b; Path=/"}),
    "/loop.jpg": Reply(302, headers={"Location": "/loop.jpg"}),
    "/moved.jpg": Reply(301, headers={"Location": "good.jpg"}),
}


def script(asked: Asked, _: int) -> Reply:
    """`/away.jpg` leads to what stands behind its question mark."""
    path, _mark, query = asked.path.partition("?")
    if path == "/away.jpg":
        return Reply(302, headers={"Location": query})
    return REPLIES.get(path, Reply(404))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(script) as running:
        yield running


@pytest.fixture
def fetcher(server: ScriptedServer) -> Iterator[Fetcher]:
    with closing(Fetcher(Allowed.of([server.url]), QUICK)) as made:
        yield made


@pytest.mark.parametrize("path", ["/good.jpg", "/good.jpg?a=1#b", "/größe a.jpg", "/moved.jpg"])
def test_good_images(server: ScriptedServer, fetcher: Fetcher, path: str) -> None:
    assert fetcher.fetch(server.url + path) == IMAGE


FAILURES = {
    "/none.jpg": "status 404",
    "/large.jpg": "more than 1,000 bytes",
    "/lying.jpg": "no whole answer",
    "/packed.jpg": "the server packed the image",
    "/cut.jpg": "no whole answer",
    "/silent.jpg": "no whole answer",
    "/loop.jpg": "more than 5 redirects",
}


@pytest.mark.parametrize("path", FAILURES)
def test_failures_have_a_reason(server: ScriptedServer, fetcher: Fetcher, path: str) -> None:
    with pytest.raises(NotFetched, match=FAILURES[path]):
        fetcher.fetch(server.url + path)
    assert fetcher.fetch(f"{server.url}/good.jpg") == IMAGE


def test_a_loop_ends(server: ScriptedServer, fetcher: Fetcher) -> None:
    with pytest.raises(NotFetched):
        fetcher.fetch(f"{server.url}/loop.jpg")
    assert len(server.asked) == 6


def test_nothing_but_the_address_is_sent(
    server: ScriptedServer, fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ann password hidden\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for path in ("/cookie.jpg", "/moved.jpg", "/good.jpg"):
        fetcher.fetch(server.url + path)
    names = {"host", "accept", "accept-encoding", "user-agent", "connection"}
    assert [set(asked.headers) - names for asked in server.asked] == [set()] * 4
    assert {asked.method for asked in server.asked} == {"GET"}


FOREIGN = (
    "http://{foreign}/good.jpg",
    "http://{own}@{foreign}/good.jpg",
    "http://{foreign}#@{own}/good.jpg",
    "http://{foreign}\\@{own}/good.jpg",
    "http://{own}\\@{foreign}/good.jpg",
    "http://{own}%00@{foreign}/good.jpg",
    "//{foreign}/good.jpg",
    "\thttp://{foreign}/good.jpg",
    "HTTP://{foreign}/good.jpg",
    "http:///{foreign}/good.jpg",
    "http:{foreign}/good.jpg",
    "http://localhost:{port}/good.jpg",
    "http://127.1:{port}/good.jpg",
    "http://2130706433:{port}/good.jpg",
    "http://０x7f000001:{port}/good.jpg",
    "http://[::ffff:127.0.0.1]:{port}/good.jpg",
)
"""Ways to write, or to hide, another server than the allowed one."""


@pytest.mark.parametrize("address", FOREIGN)
@pytest.mark.parametrize("redirected", [False, True], ids=["asked", "redirected"])
def test_a_foreign_server_is_never_contacted(
    server: ScriptedServer, fetcher: Fetcher, address: str, redirected: bool
) -> None:
    with ScriptedServer(script) as foreign:
        port = foreign.url.rpartition(":")[2]
        url = address.format(own=place(server), foreign=place(foreign), port=port)
        if redirected:
            url = f"{server.url}/away.jpg?{url.strip()}"
        with pytest.raises((Refused, NotFetched)):
            fetcher.fetch(url)
        assert foreign.asked == []


def test_a_redirect_to_an_allowed_server_is_followed(server: ScriptedServer) -> None:
    with ScriptedServer(script) as other:
        allowed = Allowed.of([server.url, other.url])
        with closing(Fetcher(allowed, QUICK)) as fetcher:
            assert fetcher.fetch(f"{server.url}/away.jpg?{other.url}/good.jpg") == IMAGE


OTHER_SCHEMES = (
    "file:///etc/passwd",
    "ftp://{own}/good.jpg",
    "data:image/png;base64,AAAA",
    "javascript:owned()",
    "gopher://{own}/1",
    "good.jpg",
    "/etc/passwd",
    "",
)


@pytest.mark.parametrize("address", OTHER_SCHEMES)
@pytest.mark.parametrize("redirected", [False, True], ids=["asked", "redirected"])
def test_only_http_is_spoken(
    server: ScriptedServer, fetcher: Fetcher, address: str, redirected: bool
) -> None:
    url = address.format(own=place(server))
    if not redirected:
        with pytest.raises(Refused, match="https:// or http://"):
            fetcher.fetch(url)
        assert server.asked == []
    elif ":" in url:
        with pytest.raises(Refused, match="https:// or http://"):
            fetcher.fetch(f"{server.url}/away.jpg?{url}")


MALFORMED = (
    "http://",
    "http://[::1",
    "http://{own}x/good.jpg",
    "http://{host}:99999999/good.jpg",
    "http://\ud800/good.jpg",
    "http://{own}/" + "a" * LONGEST,
    "http://..../a.jpg",
    "http://a b/c.jpg",
    "http://{own}\r\nX-Injected: 1/a.jpg",
)


@pytest.mark.parametrize("address", MALFORMED)
def test_malformed_addresses(server: ScriptedServer, fetcher: Fetcher, address: str) -> None:
    with pytest.raises(Refused):
        fetcher.fetch(address.format(own=place(server), host="127.0.0.1"))
    assert server.asked == []


@pytest.mark.parametrize("location", ["http://[::1/", "\xff\xfe", "http://\xe9\xff/"])
def test_malformed_redirects(location: str) -> None:
    with (
        ScriptedServer(lambda *_: Reply(302, headers={"Location": location})) as server,
        closing(Fetcher(Allowed.of([server.url]), QUICK)) as fetcher,
        pytest.raises((Refused, NotFetched)),
    ):
        fetcher.fetch(server.url)


DRIPS = {
    "nothing": b"",
    "headers": b"HTTP/1.1 200 OK\r\nX: ",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
    "body without a length": b"HTTP/1.1 200 OK\r\n\r\n",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n",
    "redirect": b"HTTP/1.1 302 Found\r\nX: ",
}


@pytest.mark.parametrize("start", DRIPS.values(), ids=DRIPS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_drips_is_cut_off(scheme: str, start: bytes) -> None:
    if scheme == "https":  # the handshake drips: a record of 16,000 bytes
        start = b"\x16\x03\x03\x3e\x80"
    with DrippingServer(start) as server:
        with closing(Fetcher(Allowed.of([f"{scheme}://{server.place}"]), QUICK)) as fetcher:
            began = time.monotonic()
            with pytest.raises(NotFetched):
                fetcher.fetch(f"{scheme}://{server.place}/a.jpg")
            assert time.monotonic() - began < 2
        assert server.ended.wait(2)


def test_time_counts_over_redirects() -> None:
    def slow(*_: object) -> Reply:
        time.sleep(0.25)
        return Reply(302, headers={"Location": "/again"})

    with (
        ScriptedServer(slow) as running,
        closing(Fetcher(Allowed.of([running.url]), QUICK)) as fetcher,
        pytest.raises(NotFetched, match=r"more than 0\.6 seconds"),
    ):
        fetcher.fetch(running.url)


def test_no_server_there() -> None:
    with ScriptedServer(script) as gone:
        url = gone.url
    with (
        closing(Fetcher(Allowed.of([url]), QUICK)) as fetcher,
        pytest.raises(NotFetched, match="no connection"),
    ):
        fetcher.fetch(url)


ALLOWED = Allowed.of(
    ["https://Shop.example:8443/de", "http://api.shop.example:9000"],
    ["cdn.example", "bücher.example"],
)


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example:8443/a.jpg",
        "http://SHOP.example/a.jpg",
        "https://shop.example./a.jpg",
        "http://api.shop.example:9000/static/a.jpg",
        "https://cdn.example:4443/a.jpg",
        "https://bücher.example/a.jpg",
        "https://xn--bcher-kva.example/a.jpg",
    ],
)
def test_hosts_that_may_be_asked(url: str) -> None:
    assert ALLOWED.checked(url).isascii()


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example:22/a.jpg",
        "http://api.shop.example:8443/a.jpg",
        "https://other.shop.example/a.jpg",
        "https://shop.example.evil.example/a.jpg",
        "https://evilshop.example/a.jpg",
        "https://cdn.example.evil.example/a.jpg",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_hosts_that_may_not(url: str) -> None:
    with pytest.raises(Refused, match=r"is not a host to ask \(see `reports\.image_hosts`\)"):
        ALLOWED.checked(url)
