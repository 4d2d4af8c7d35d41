"""Create, copy and drop databases on a PostgreSQL server, through the client that Medusa brings."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from reconcile.errors import SandboxError
from reconcile.sandbox.project import Project

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Databases:
    """The databases of one server, which `url` (its maintenance database) gives access to."""

    project: Project
    url: str

    def exists(self, name: str) -> bool:
        """Whether there is a database of that name."""
        (rows,) = self._run("select datname from pg_database")
        return name in {row["datname"] for row in rows}

    def create(self, name: str) -> None:
        """Make an empty database, in place of one of that name if there is one."""
        self._run(_drop(name), f'create database "{name}"')

    def copy(self, source: str, target: str) -> None:
        """Make `target` a copy of `source`, which nobody may be connected to."""
        self._run(_drop(target), f'create database "{target}" template "{source}"')

    def rename(self, name: str, to: str) -> None:
        """Rename a database that nobody is connected to."""
        self._run(f'alter database "{name}" rename to "{to}"')

    def drop(self, *names: str) -> None:
        """Drop the databases of these names, where they exist, and their connections."""
        self._run(*(_drop(name) for name in names))

    def _run(self, *statements: str) -> list[Rows]:
        """The rows that each statement gives. Raises SandboxError with PostgreSQL's own words."""
        result = subprocess.run(
            self.project.command("sql.js"),
            input=json.dumps(statements),
            cwd=self.project.folder,
            env=self.project.environment({"DATABASE_URL": self.url}),
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise SandboxError(f"PostgreSQL refused: {result.stderr.strip()}", remedy=_REMEDY)
        answers: list[Rows] = json.loads(result.stdout)
        return answers


_REMEDY = "the database user must be able to reach the server and to create databases (CREATEDB)"


def _drop(name: str) -> str:
    return f'drop database if exists "{name}" with (force)'
