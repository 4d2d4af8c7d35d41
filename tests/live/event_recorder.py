"""Notes every event that a Medusa of ours tells its subscribers."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORDER = """\
const { appendFileSync } = require("node:fs")
module.exports = {
  config: { event: "*" },
  default: async ({ event }) => appendFileSync(%s, JSON.stringify(event) + "\\n"),
}
"""
"""A subscriber of whatever passes the event bus."""


@dataclass(frozen=True)
class EventRecorder:
    """`extension` is laid over the shop's project; what is heard lies beside it."""

    folder: Path

    @property
    def extension(self) -> Path:
        return self.folder / "extension"

    @property
    def _heard(self) -> Path:
        return self.folder / "events"

    def lay_out(self) -> Path:
        """Write the subscriber and return the extension."""
        subscribers = self.extension / "src" / "subscribers"
        subscribers.mkdir(parents=True)
        (subscribers / "recorder.js").write_text(RECORDER % json.dumps(str(self._heard)))
        return self.extension

    def events(self) -> list[Mapping[str, Any]]:
        """Every event since the shop was started: name and data, once no more come."""
        size = -1
        while size != (size := self._heard.stat().st_size if self._heard.exists() else 0):
            time.sleep(0.3)
        lines = self._heard.read_text().splitlines() if size else []
        return [json.loads(line) for line in lines]
