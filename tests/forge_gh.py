"""The `gh` of tests/workflow_runner.py: the requests our workflows make, to a forge in a folder."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(os.environ["FORGE"])
PULLS = ROOT / "pulls.json"


def main() -> None:
    if sys.argv[1:] == ["auth", "setup-git"]:
        return
    parser = ArgumentParser()
    parser.add_argument("command", choices=["api"])
    parser.add_argument("path")
    parser.add_argument("--method", default="GET")
    parser.add_argument("-f", dest="texts", action="append", default=[])
    parser.add_argument("-F", dest="typed", action="append", default=[])
    given = parser.parse_args()
    assert os.environ["GH_TOKEN"]
    url = urlsplit(given.path)
    repository = f"repos/{os.environ['GITHUB_REPOSITORY']}/"
    assert url.path.startswith(repository), url.path
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    fields = dict(text.split("=", 1) for text in given.texts)
    for name, text in (each.split("=", 1) for each in given.typed):
        fields[name] = Path(text[1:]).read_text() if text.startswith("@") else text
    answer(given.method, url.path.removeprefix(repository).split("/"), query, fields)


def answer(method: str, path: list[str], query: dict[str, str], fields: dict[str, str]) -> None:
    match (method, path):
        case ("GET", ["actions", "artifacts"]):
            found = (json.loads(each.read_text()) for each in (ROOT / "artifacts").glob("*.json"))
            say({"artifacts": [each for each in found if each["name"] == query["name"]]})
        case ("GET", ["actions", "artifacts", number, "zip"]):
            path = ROOT / "artifacts" / f"{int(number):04}.zip"
            sys.stdout.buffer.write(path.read_bytes())
        case ("GET", ["pulls"]):
            owner, _, head = query["head"].partition(":")
            assert owner == os.environ["GITHUB_REPOSITORY_OWNER"]
            wanted = {"head": head, "base": query["base"], "state": query["state"]}
            say([each for each in pulls() if wanted.items() <= each.items()])
        case ("POST", ["pulls"]):
            checked(fields)
            PULLS.write_text(
                json.dumps([*pulls(), {"number": len(pulls()) + 1, "state": "open", **fields}])
            )
            say({})
        case ("PATCH", ["pulls", number]):
            checked(fields)
            others = [each | fields if each["number"] == int(number) else each for each in pulls()]
            PULLS.write_text(json.dumps(others))
            say({})
        case _:
            sys.exit(f"no such request: {method} {path}")


def checked(fields: dict[str, str]) -> None:
    if len(fields["body"]) > 65_536:
        sys.exit("body is too long (maximum is 65536 characters)")


def pulls() -> list[dict[str, Any]]:
    return json.loads(PULLS.read_text()) if PULLS.exists() else []


def say(value: object) -> None:
    sys.stdout.write(json.dumps(value))


main()
