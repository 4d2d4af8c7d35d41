"""Which images are wanted, what is kept of them, and many at once."""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from samples import change, create, many_changes
from scripted_server import Asked, Reply, ScriptedServer
from thumbnail_images import encoded, halves

from reconcile.model import Action, Json
from reconcile.progress import SilentProgress
from reconcile.thumbnails.cache import Cache
from reconcile.thumbnails.fetch import Bounds, Fetcher
from reconcile.thumbnails.gather import AT_A_TIME, Gathered, gather
from reconcile.thumbnails.hosts import Allowed
from reconcile.thumbnails.wanted import Wanted, wanted

IMAGE = encoded(halves())
QUICK = Bounds(size=100_000, seconds=2.0, connect_seconds=1.0)


def test_thumbnails_come_first_and_each_image_once() -> None:
    changes = [
        create("product", "A", images=["a1", "a2"], thumbnail="a1"),
        change(
            "product",
            "B",
            Action.UPDATE,
            ("thumbnail", "b0", "b1"),
            ("images", ["b0"], ["b1", "a2", "b2"]),
        ),
        create("category", "C", thumbnail="c", images=["c"]),
        create("product", "D", title="d", metadata__images=["d"]),
    ]
    assert wanted(changes, 10) == Wanted(("a1", "b0", "b1", "a2", "b2"))
    assert wanted(changes, 5) == Wanted(("a1", "b0", "b1", "a2", "b2"))
    assert wanted(changes, 4) == Wanted(("a1", "b0", "b1", "a2"), more=True)
    assert wanted(changes, 2) == Wanted(("a1", "b0"), more=True)


@pytest.mark.parametrize("value", [None, "", 7, {"url": "x"}, [None, 7, ["x"], {"url": "x"}, ""]])
def test_only_texts_are_addresses(value: Json) -> None:
    assert wanted([create("product", "A", images=value, thumbnail=value)], 10) == Wanted(())


def test_a_long_plan_is_cut() -> None:
    found = wanted(many_changes(4000), 100)
    assert (len(found.urls), found.more) == (100, True)


class Shop:
    """Answers with an image, or 404 below /none; counts what is under way at once."""

    def __init__(self, *, pause: float = 0.0) -> None:
        self.most, self._now, self._pause = 0, 0, pause
        self._lock = threading.Lock()

    def __call__(self, asked: Asked, _: int) -> Reply:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(self._pause)
        with self._lock:
            self._now -= 1
        return Reply(404) if asked.path.startswith("/none") else Reply(body=IMAGE)


def gathered(
    server: ScriptedServer, cache: Cache, urls: Sequence[str], *, refresh: bool = False
) -> Gathered:
    allowed = Allowed.of([server.url])
    return gather(urls, cache, lambda: Fetcher(allowed, QUICK), SilentProgress(), refresh=refresh)


def test_pictures_and_failures(tmp_path: Path) -> None:
    with ScriptedServer(Shop()) as server:
        urls = [f"{server.url}/{name}" for name in ("a", "none", "b")]
        found = gathered(server, Cache(tmp_path / "c"), [*urls, "http://elsewhere.invalid/x"])
    assert list(found.pictures) == [urls[0], urls[2]]
    assert all(uri.startswith("data:image/jpeg;base64,/9j/") for uri in found.pictures.values())
    assert [failure.url for failure in found.failures] == [urls[1], "http://elsewhere.invalid/x"]
    assert "status 404" in found.failures[0].reason
    assert found.fetched == 2


def test_what_was_made_before_is_used_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c")
    with ScriptedServer(Shop()) as server:
        url = f"{server.url}/a"
        first = gathered(server, cache, [url])
        again = gathered(server, cache, [url])
        assert len(server.asked) == 1
        assert (again.pictures, again.fetched) == (first.pictures, 0)
        assert gathered(server, cache, [url], refresh=True).fetched == 1
        assert len(server.asked) == 2


def test_failures_are_tried_again(tmp_path: Path) -> None:
    with ScriptedServer(Shop()) as server:
        for _ in range(2):
            assert gathered(server, Cache(tmp_path), [f"{server.url}/none"]).pictures == {}
        assert len(server.asked) == 2
    assert list(tmp_path.iterdir()) == []


def test_eight_at_a_time(tmp_path: Path) -> None:
    shop = Shop(pause=0.05)
    with ScriptedServer(shop) as server:
        urls = [f"{server.url}/{number}" for number in range(40)]
        found = gathered(server, Cache(tmp_path), urls)
    assert list(found.pictures) == urls
    assert shop.most == AT_A_TIME


def test_kept_pictures_are_private(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "work" / "thumbnails")
    with ScriptedServer(Shop()) as server:
        gathered(server, cache, [f"{server.url}/a"])
    (file,) = (tmp_path / "work" / "thumbnails").iterdir()
    assert file.suffix == ".jpg"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"<svg onload=owned()>", b"\xff\xd8\xff" + bytes(70_000)])
def test_what_else_lies_in_the_cache_is_no_picture(tmp_path: Path, content: bytes) -> None:
    cache = Cache(tmp_path)
    cache.put("u", content)
    assert cache.get("u") is None


@pytest.mark.parametrize("url", ["../../x", "a/b", "\ud800", "\0", "ü" * 5000])
def test_any_address_has_a_file_of_its_own(tmp_path: Path, url: str) -> None:
    cache = Cache(tmp_path)
    cache.put(url, b"\xff\xd8\xff one")
    assert cache.get(url) == b"\xff\xd8\xff one"
    assert [len(file.name) for file in tmp_path.iterdir()] == [68]
