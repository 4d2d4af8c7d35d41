"""A PostgreSQL server of our own: made, started, stopped, removed.

It listens on the loopback address only and opens no Unix socket, since the path of a workspace
may be longer than a socket's may be. As root it runs as `nobody`, because PostgreSQL refuses to
run as root; that leaves no new account behind on the machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from reconcile.errors import SandboxError
from reconcile.private_file import write_private
from reconcile.sandbox.addresses import LOOPBACK, port_of
from reconcile.sandbox.install import Installation
from reconcile.sandbox.places import POSTGRES, Places, is_root
from reconcile.sandbox.processes import Launch, as_account, is_zombie, running, start
from reconcile.sandbox.state import PostgresServer

USER = "medusa"
_OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A crash of the machine may lose the last half second of a sandbox, never damage it.
    "synchronous_commit": "off",
    # The log shall hold no statements, for they hold what is in the shop.
    "log_min_error_statement": "panic",
    "log_min_messages": "error",
}
_CLUSTER = ("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync")


def start_postgres(places: Places, installation: Installation, server: PostgresServer) -> None:
    """Start the server at the port in its address; its files are made first where missing."""
    home, service = places.postgres, places.service(POSTGRES)
    programs = _programs(home, installation)
    if not (home / "data" / "PG_VERSION").exists():
        _create(home, programs, server)
    _forget_dead_server(home / "data")
    launch = Launch(
        command=[programs / "postgres", "-D", home / "data", *_options(server)],
        environment=_environment(),
        folder=home,
        ready=lambda: _is_ready(home / "data", running(service)),
        account=_account(),
    )
    start(service, launch)


def remove_postgres(home: Path) -> None:
    """Delete the database files at `home`; a server that still runs on them is stopped."""
    control = home / "native" / "bin" / "pg_ctl"
    if control.exists() and (home / "data" / "postmaster.pid").exists():
        _run([control, "-D", home / "data", "-m", "fast", "stop"], home, check=False)
    shutil.rmtree(home, ignore_errors=True)


def _options(server: PostgresServer) -> list[str]:
    options = {"port": str(port_of(server.url)), **_OPTIONS}
    return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]


def _programs(home: Path, installation: Installation) -> Path:
    """The folder of PostgreSQL's programs; for root a copy, where `nobody` can reach it."""
    if not is_root():
        return installation.postgres / "bin"
    copy = home / "native"
    if not copy.exists():
        partial = home / "native.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(installation.postgres, partial, symlinks=True)
        home.parent.chmod(0o755)
        _hand_over(home)
        partial.rename(copy)
    return copy / "bin"


def _create(home: Path, programs: Path, server: PostgresServer) -> None:
    """Make an empty cluster whose only account is USER, with the password in the address."""
    data, password = home / "data", home / "password"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, mode=0o700)
    write_private(password, f"{urlsplit(server.url).password}\n")
    _hand_over(home)
    try:
        _run([programs / "initdb", "-D", data, "-U", USER, f"--pwfile={password}", *_CLUSTER], home)
    finally:
        password.unlink()


def _hand_over(home: Path) -> None:
    """Give all files to the account that the server runs under, if it is another than ours."""
    account = _account()
    if account is not None:
        for path in (home, *home.rglob("*")):
            os.chown(path, account, account, follow_symlinks=False)


def _run(command: list[str | Path], home: Path, *, check: bool = True) -> None:
    result = subprocess.run(
        command,
        cwd=home,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **as_account(_account()),
    )
    if check and result.returncode:
        raise SandboxError(f"PostgreSQL's {Path(command[0]).name} failed:\n{result.stdout}")


def _forget_dead_server(data: Path) -> None:
    """A killed server that init has not buried yet still counts as running for PostgreSQL."""
    lock = data / "postmaster.pid"
    if lock.exists() and is_zombie(int(lock.read_text().splitlines()[0])):
        lock.unlink()


def _is_ready(data: Path, pid: int | None) -> bool:
    """Whether postmaster.pid is this process's (line 1), and says that it is ready (line 8)."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _account() -> int | None:
    if not is_root():
        return None
    import pwd  # not on Windows

    return pwd.getpwnam("nobody").pw_uid


def _environment() -> dict[str, str]:
    """Nothing of the caller's: PGDATA, PGPORT and the like would change what is started."""
    return {"PATH": os.defpath, "LC_ALL": "C"}
