"""Where the sandbox keeps its files.

    <cache>/medusa-<version>-<pins>/    Medusa and PostgreSQL as npm installed them, shared
    <workspace>/.reconcile/sandbox/
        state.json                      ports, passwords and keys (mode 0600)
        run/<service>.pid               what runs now
        logs/<service>.log
        happenings.ndjson               what was made to happen in the sample Magento
        medusa/                         the Medusa project: configuration, routes, uploads
        postgres/                       the database files, unless the user is root

PostgreSQL refuses to run as root, and the account it then runs under cannot look into /root, so
for root the database files and a copy of the PostgreSQL programs live in /var/lib/reconcile.
"""

from __future__ import annotations

import hashlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import SandboxError
from reconcile.sandbox.processes import Service

POSTGRES, MEDUSA, MAGENTO = "postgres", "medusa", "magento"
# SIGINT is PostgreSQL's "fast" shutdown: it does not wait for its clients to leave.
_FAST_SHUTDOWN = signal.SIGINT
_FOR_ROOT = Path("/var/lib/reconcile")


def is_root() -> bool:
    """Whether this process has the rights that PostgreSQL refuses to run with."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one workspace's sandbox."""

    workspace: Path

    @classmethod
    def of(cls, workspace: Path | str) -> Places:
        """The places of a workspace given by any path to it."""
        return cls(Path(workspace).expanduser().resolve())

    @property
    def name(self) -> str:
        """Eight characters that tell this workspace from the others on the machine."""
        return hashlib.sha256(str(self.workspace).encode()).hexdigest()[:8]

    @property
    def root(self) -> Path:
        return self.workspace / ".reconcile" / "sandbox"

    @property
    def state(self) -> Path:
        return self.root / "state.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def happenings(self) -> Path:
        return self.root / "happenings.ndjson"

    @property
    def project(self) -> Path:
        return self.root / "medusa"

    @property
    def postgres(self) -> Path:
        return _FOR_ROOT / f"sandbox-{self.name}" if is_root() else self.root / "postgres"

    @property
    def dotenv(self) -> Path:
        return self.workspace / ".env"

    def service(self, name: str) -> Service:
        """Where the process of that name is remembered and where it logs."""
        pid_file, log = self.run / f"{name}.pid", self.logs / f"{name}.log"
        if name == POSTGRES:
            return Service(name, pid_file, log, polite=_FAST_SHUTDOWN)
        return Service(name, pid_file, log)

    def make(self) -> None:
        """Create the folders; only their owner may look inside. Raises SandboxError on Windows."""
        if os.name == "nt":
            raise SandboxError(
                "the sandbox runs on Linux and macOS only",
                remedy="run it in WSL; all other commands work on Windows too",
            )
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        self.run.mkdir(exist_ok=True)
        self.logs.mkdir(exist_ok=True)
