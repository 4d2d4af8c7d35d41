"""Pictures of many images: from the cache, or fetched, several at a time."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue

from reconcile.systems import Progress
from reconcile.thumbnails.cache import Cache
from reconcile.thumbnails.fetch import Fetcher, NotFetched
from reconcile.thumbnails.hosts import Refused
from reconcile.thumbnails.picture import NotDrawn, picture

AT_A_TIME = 8
TASK = "images"


@dataclass(frozen=True, slots=True)
class Failure:
    """An image of which there is no picture. Both texts are the shop's own, in part."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """`pictures`: address of an image -> `data:` address of its small picture. `fetched` counts
    those that were not in the cache."""

    pictures: dict[str, str]
    failures: tuple[Failure, ...] = ()
    fetched: int = 0


@dataclass(frozen=True, slots=True)
class _Got:
    content: bytes = b""
    reason: str = ""
    was_cached: bool = False


def gather(
    urls: Sequence[str],
    cache: Cache,
    fetcher: Callable[[], Fetcher],
    progress: Progress,
    *,
    refresh: bool = False,
) -> Gathered:
    """Pictures of these images. One that cannot be had is a failure and nothing more.

    `fetcher` makes one for each thread. With `refresh` the cache is written only. Raises OSError
    where the cache cannot be written.
    """
    progress.start(TASK, total=len(urls))
    with _fetchers(fetcher) as idle:

        def work(url: str) -> _Got:
            got = _Got() if refresh else _cached(cache, url)
            if not got.content:
                got = _fetched(url, cache, idle)
            progress.advance(TASK)
            return got

        results = dict(zip(urls, _at_once(work, urls), strict=True))
    progress.finish(TASK)
    return Gathered(
        {url: _embedded(got.content) for url, got in results.items() if got.content},
        tuple(Failure(url, got.reason) for url, got in results.items() if got.reason),
        sum(1 for got in results.values() if got.content and not got.was_cached),
    )


def _at_once(work: Callable[[str], _Got], urls: Sequence[str]) -> list[_Got]:
    """Results in the order of the addresses; what has not begun is left when one raises."""
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        under_way: list[Future[_Got]] = [threads.submit(work, url) for url in urls]
        try:
            return [each.result() for each in under_way]
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def _fetchers(make: Callable[[], Fetcher]) -> Iterator[SimpleQueue[Fetcher]]:
    """As many as threads; each is used by one at a time."""
    made = [make() for _ in range(AT_A_TIME)]
    idle: SimpleQueue[Fetcher] = SimpleQueue()
    for each in made:
        idle.put(each)
    try:
        yield idle
    finally:
        for each in made:
            each.close()


def _cached(cache: Cache, url: str) -> _Got:
    return _Got(cache.get(url) or b"", was_cached=True)


def _fetched(url: str, cache: Cache, idle: SimpleQueue[Fetcher]) -> _Got:
    fetcher = idle.get()
    try:
        content = picture(fetcher.fetch(url))
    except (NotFetched, NotDrawn, Refused) as error:
        return _Got(reason=str(error))
    finally:
        idle.put(fetcher)
    cache.put(url, content)
    return _Got(content)


def _embedded(content: bytes) -> str:
    return f"data:image/jpeg;base64,{b64encode(content).decode()}"
