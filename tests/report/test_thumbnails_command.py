"""`reconcile show --html --thumbnails`."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from samples import HOSTILE, LIMITS, MADE_AT, create, header
from scripted_server import Asked, Reply, ScriptedServer
from thumbnail_images import encoded, halves
from typed import fresh_workspace, typed

from reconcile.cli import thumbnails as small
from reconcile.model import Change
from reconcile.plan import file

IMAGE = encoded(halves())
DATA = "data:image/jpeg;base64,/9j/"

MakePlan = Callable[[Sequence[Change]], Path]


def script(asked: Asked, _: int) -> Reply:
    return Reply(body=IMAGE) if asked.path.startswith("/media/") else Reply(404)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(script) as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    fresh_workspace(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def plan(workspace: Path, server: ScriptedServer) -> MakePlan:
    """Writes a plan whose source is the server."""

    def make(changes: Sequence[Change]) -> Path:
        made = header(changes, LIMITS)
        made = replace(made, source=replace(made.source, url=server.url))
        return file.write(workspace / "plans", MADE_AT, changes, tuple, lambda: made)

    return make


def run(*options: str) -> Result:
    return typed("show", "latest", *options)


def products(server: ScriptedServer, count: int) -> list[Change]:
    return [
        create("product", f"P{n}", title="T", thumbnail=f"{server.url}/media/{n}.jpg")
        for n in range(count)
    ]


def test_the_page_holds_the_pictures(plan: MakePlan, server: ScriptedServer) -> None:
    plan(products(server, 3))
    result = run("--html", "--thumbnails")
    assert result.exit_code == 0, result.output
    assert "Pictures: 3, 3 of them fetched now" in result.stderr
    page = Path(result.stdout.strip()).read_text(encoding="utf-8")
    assert page.count(DATA) == 3
    assert len(server.asked) == 3
    assert "Pictures: 3, 0 of them fetched now" in run("--html", "--thumbnails").stderr
    assert len(server.asked) == 3
    run("--html", "--thumbnails", "--refresh")
    assert len(server.asked) == 6


@pytest.mark.parametrize("options", [(), ("--html",), ("--json",), ("--html", "--refresh")])
def test_without_the_flag_nothing_is_fetched(
    plan: MakePlan, server: ScriptedServer, options: tuple[str, ...]
) -> None:
    plan(products(server, 3))
    assert run(*options).exit_code == 0
    assert server.asked == []


def test_failures_are_told_and_fail_nothing(plan: MakePlan, server: ScriptedServer) -> None:
    changes = [
        create("product", f"P{n}", thumbnail=f"{server.url}/none/{n}.jpg", title="T")
        for n in range(7)
    ]
    plan(changes)
    result = run("--html", "--thumbnails")
    assert result.exit_code == 0
    assert "Warning: 7 of 7 images have no picture:" in result.stderr
    assert result.stderr.count("the server answered with status 404") == 5
    assert "and 2 more" in result.stderr


def test_a_limit(plan: MakePlan, server: ScriptedServer) -> None:
    plan(products(server, 5))
    result = run("--html", "--thumbnails", "--max-thumbnails", "2")
    assert "The plan names more than 2 images; the first ones get a picture." in result.stderr
    assert len(server.asked) == 2


def test_hosts_are_asked_only_when_they_are_named(
    plan: MakePlan, server: ScriptedServer, workspace: Path
) -> None:
    with ScriptedServer(script) as cdn:
        url = cdn.url.replace("127.0.0.1", "localhost")
        plan([create("product", "P", thumbnail=f"{url}/media/a.jpg")])
        refused = run("--html", "--thumbnails")
        assert "localhost is not a host to ask (see `reports.image_hosts`)" in refused.stderr
        assert cdn.asked == []
        settings = workspace / "reconcile.yml"
        text = settings.read_text(encoding="utf-8")
        named = text.replace("  # image_hosts: [cdn.example.com]", "  image_hosts: [localhost]")
        settings.write_text(named, encoding="utf-8")
        assert "Pictures: 1, 1 of them" in run("--html", "--thumbnails").stderr
        assert len(cdn.asked) == 1
    assert server.asked == []


def test_hostile_addresses(plan: MakePlan, server: ScriptedServer) -> None:
    """Those that a server has an image for, and those that lead nowhere."""
    at_shop = [f"{server.url}/media/{text}" for text in HOSTILE.values()]
    plan([create("product", "P", title="T", images=[*at_shop, *HOSTILE.values()])])
    result = run("--html", "--thumbnails")
    assert result.exit_code == 0, result.output
    assert not set("\x1b\x07\x9b\u202e") & set(result.output)
    page = Path(result.stdout.strip()).read_text(encoding="utf-8")
    assert "<script>document" not in page
    assert "<img src=" not in page
    assert page.count(DATA) == len(at_shop)


def test_without_pillow(
    plan: MakePlan, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(products(server, 1))
    known = importlib.util.find_spec
    monkeypatch.setattr(
        "reconcile.thumbnails.find_spec", lambda name: None if name == "PIL" else known(name)
    )
    result = run("--html", "--thumbnails")
    assert result.exit_code == 1
    assert "Thumbnails need Pillow, which is not installed." in result.stderr
    assert "pip install 'reconcile[thumbnails]'" in result.stderr
    assert server.asked == []
    assert run("--html").exit_code == 0


def test_thumbnails_belong_to_the_page(plan: MakePlan, server: ScriptedServer) -> None:
    plan(products(server, 1))
    result = run("--thumbnails")
    assert (result.exit_code, server.asked) == (1, [])
    assert "--thumbnails belongs to --html" in result.stderr


def test_the_default_limit_is_the_documented_one() -> None:
    assert small.MOST == 2000
