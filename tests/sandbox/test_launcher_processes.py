from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconcile.errors import SandboxError
from reconcile.sandbox import processes
from reconcile.sandbox.processes import Launch, Service, free_port, running, start, stop

SLEEP = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); {SLEEP}"
CHILD = f"subprocess.Popen([sys.executable, '-c', '{SLEEP}'])"
PARENT = f"import subprocess, sys; print({CHILD}.pid); {SLEEP}"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service("sleeper", tmp_path / "sleeper.pid", tmp_path / "sleeper.log")
    yield service
    stop(service)


def launch(code: str, ready: Callable[[], bool] = lambda: True, timeout: float = 30) -> Launch:
    command = [sys.executable, "-uc", code]
    return Launch(command, environment={}, folder=Path(), ready=ready, timeout=timeout)


def prints(service: Service) -> Callable[[], bool]:
    return lambda: service.log.exists() and service.log.stat().st_size > 0


def alive(pid: int) -> bool:
    return processes._start_of(pid) is not None


def test_a_service_runs_in_its_own_session_until_it_is_stopped(service: Service) -> None:
    pid = start(service, launch(SLEEP))
    assert running(service) == pid
    assert os.getsid(pid) != os.getsid(0)
    assert stop(service)
    assert (running(service), alive(pid), service.pid_file.exists()) == (None, False, False)


def test_starting_what_runs_gives_the_same_process(service: Service) -> None:
    assert start(service, launch(SLEEP)) == start(service, launch(SLEEP))


def test_stopping_what_does_not_run_says_so(service: Service) -> None:
    assert not stop(service)


def test_an_early_end_is_reported_with_the_last_words(service: Service) -> None:
    with pytest.raises(SandboxError, match=r"(?s)sleeper ended before it was ready.*no such table"):
        start(service, launch("print('no such table')", ready=lambda: False))
    assert not service.pid_file.exists()


def test_what_is_not_ready_in_time_is_stopped(service: Service) -> None:
    with pytest.raises(SandboxError, match="was not ready in 0 s"):
        start(service, launch(SLEEP, ready=lambda: False, timeout=0.2))
    assert running(service) is None


def test_an_interrupted_start_leaves_no_process(service: Service) -> None:
    seen: list[int | None] = []

    def interrupted() -> bool:
        seen.append(running(service))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start(service, launch(SLEEP, ready=interrupted))
    (pid,) = seen
    assert pid is not None
    assert not alive(pid)


def test_a_stubborn_service_is_killed(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_PATIENCE", 0.3)
    pid = start(service, launch(STUBBORN, ready=prints(service)))
    assert stop(service)
    assert not alive(pid)


def test_the_children_of_a_service_are_stopped_with_it(service: Service) -> None:
    start(service, launch(PARENT, ready=prints(service)))
    child = int(service.log.read_text())
    stop(service)
    assert processes._wait(lambda: not alive(child), 10)


@pytest.mark.parametrize("started", ["", " some-boot/123", " "])
def test_a_stale_pid_file_never_leads_to_a_strangers_process(
    service: Service, started: str
) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP]) as stranger:
        service.pid_file.write_text(f"{stranger.pid}{started}\n")
        assert running(service) is None
        assert not stop(service)
        assert stranger.poll() is None
        stranger.kill()


def test_a_process_that_is_dead_but_not_buried_does_not_run(service: Service) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP]) as process:
        started = processes._start_of(process.pid)
        service.pid_file.write_text(f"{process.pid} {started}\n")
        assert running(service) == process.pid
        process.send_signal(signal.SIGKILL)
        assert processes._wait(lambda: running(service) is None, 10)


@pytest.mark.parametrize("start_of", [processes._start_from_proc, processes._start_from_ps])
def test_a_start_is_stable_and_none_for_the_dead(start_of: Callable[[int], str | None]) -> None:
    assert start_of(os.getpid()) is not None
    assert start_of(os.getpid()) == start_of(os.getpid())
    assert start_of(2**22 + 1) is None


def test_the_preferred_port_is_given_unless_it_is_taken() -> None:
    wanted = free_port()
    assert free_port(wanted) == wanted
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", wanted))
        taken.listen()
        assert free_port(wanted) != wanted
