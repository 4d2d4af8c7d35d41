"""Long-running programs that outlive the command which starts them.

A service is started in a session of its own, with its output in a log file, and is remembered in
a pid file: `<pid> <when the kernel started it>`. The second part tells our process from a later
one that got the same number, so a stale pid file can never lead us to a stranger's process.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconcile.errors import SandboxError

# The shell ends at once, so the program is adopted by init and never becomes our zombie. Its
# output goes to the shell's standard error, which is the log; the pid is all that comes back.
_DETACHED = '"$@" >&2 </dev/null & echo $!'
_PATIENCE = 20.0
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Service:
    """A name, the file that remembers the running process, its log, and how to end it politely."""

    name: str
    pid_file: Path
    log: Path
    polite: signal.Signals = signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a service. `account` is the user id to run as, None for the current user."""

    command: Sequence[str | Path]
    environment: Mapping[str, str]
    folder: Path
    ready: Callable[[], bool]
    account: int | None = None
    timeout: float = 120.0


def free_port(preferred: int | None = None) -> int:
    """A TCP port on the loopback address that nobody listens on: the preferred one if possible."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SandboxError("no free TCP port on 127.0.0.1")


def start(service: Service, launch: Launch) -> int:
    """Start a service unless it runs, wait until it is ready, and give its pid.

    Raises SandboxError with the last lines of its log when it ends early or is not ready in
    time; it is stopped then, as it is when the wait is interrupted.
    """
    pid = running(service)
    if pid is not None:
        return pid
    pid = _spawn(service, launch)
    try:
        _await_ready(service, launch)
    except BaseException:
        stop(service)
        raise
    return pid


def running(service: Service) -> int | None:
    """The pid of the service, None when it does not run (whatever its pid file says)."""
    try:
        pid, _, started = service.pid_file.read_text().strip().partition(" ")
        return int(pid) if started and _start_of(int(pid)) == started else None
    except (OSError, ValueError):
        return None


def stop(service: Service) -> bool:
    """Stop a service and all processes of its group; True when it was running.

    It is killed when its polite signal does not help within twenty seconds.
    """
    pid = running(service)
    if pid is not None:
        group = _group_of(pid)
        _send(group, service.polite)
        if not _wait(lambda: running(service) is None, _PATIENCE):
            _send(group, signal.SIGKILL)
            _wait(lambda: running(service) is None, _PATIENCE)
    service.pid_file.unlink(missing_ok=True)
    return pid is not None


def is_zombie(pid: int) -> bool:
    """Whether a process has ended, and its parent has not taken notice yet (Linux only)."""
    return _stat(pid)[:1] == ["Z"]


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _spawn(service: Service, launch: Launch) -> int:
    command = ["/bin/sh", "-c", _DETACHED, "sh", *map(str, launch.command)]
    with service.log.open("a") as log:
        shell = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            check=True,
            cwd=launch.folder,
            env=dict(launch.environment),
            start_new_session=True,
            **as_account(launch.account),
        )
    pid = int(shell.stdout)
    service.pid_file.write_text(f"{pid} {_start_of(pid) or ''}\n")
    return pid


def as_account(account: int | None) -> dict[str, Any]:
    """Arguments of `subprocess.run` that drop root's rights for those of `account`, if any."""
    return {} if account is None else {"user": account, "group": account, "extra_groups": []}


def _await_ready(service: Service, launch: Launch) -> None:
    def settled() -> bool:
        return launch.ready() or running(service) is None

    in_time = _wait(settled, launch.timeout)
    if in_time and running(service) is not None:
        return
    fault = "ended before it was ready" if in_time else f"was not ready in {launch.timeout:.0f} s"
    raise SandboxError(
        f"{service.name} {fault}; its last words:\n{tail(service.log)}",
        remedy=f"the whole log is {service.log}",
    )


def _wait(reached: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _send(group: int | None, number: signal.Signals) -> None:
    if group is not None:
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _start_of(pid: int) -> str | None:
    """When a process started, as text that no later process with this pid shares; None if dead."""
    if Path("/proc/self/stat").exists():
        return _start_from_proc(pid)
    return _start_from_ps(pid)


def _start_from_proc(pid: int) -> str | None:
    """Boot id and start time in ticks since boot: proc(5), fields 3 and 22 of `stat`."""
    fields = _stat(pid)
    if not fields or fields[0] in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{fields[19]}"


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on; the second may contain blanks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _start_from_ps(pid: int) -> str | None:
    answer = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = answer.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()
