"""What happened to a shop, one JSON object a line; the first line says to which shop."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Journal:
    """``shop`` describes the shop; the journal of another one is begun anew."""

    path: Path
    shop: str

    def read(self) -> Iterator[dict[str, Any]]:
        """Everything that happened, in order."""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.is_file() else []
        if not lines or json.loads(lines[0]) != {"shop": self.shop}:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps({"shop": self.shop}) + "\n", encoding="utf-8")
            return
        yield from (json.loads(line) for line in lines[1:])

    def append(self, what: Mapping[str, Any]) -> None:
        """Note one more; the file is complete when this returns."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")
