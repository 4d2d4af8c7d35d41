"""SIGKILL for a process of the tool at a chosen moment of a chosen request.

The proxy knows what the tool cannot: whether a request has come, has been carried out, or has been
answered. So the product needs no hook to be killed at the worst moment.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from faults.proxy import Dropped, FaultProxy, Passing

BEFORE_SEND = "arrived"
"""The intent is in the journal; the shop never hears of the request."""
UNDER_WAY = "forwarded"
"""The shop is at work on the request, and finishes it after the tool is dead."""
AFTER_SEND = "done"
"""The shop has done it; no answer has left it."""
BEFORE_JOURNAL = "answered"
"""The answer is on its way into the tool, which has to journal it yet."""
MOMENTS = (BEFORE_SEND, UNDER_WAY, AFTER_SEND, BEFORE_JOURNAL)

IMPATIENT = Path(__file__).with_name("impatient.py")
LONGEST = 300.0
"""Seconds a process of the tool may take."""


Process = subprocess.Popen[str]


def start(workspace: Path, *words: str, limits: str = "", patient: bool = False) -> Process:
    """One command in a process of its own; `limits` is Python that it begins with.

    Unless it is `patient` it does not wait for requests of a killed run to end, for `killed` did.
    """
    program = ["-m", "reconcile"] if patient else [str(IMPATIENT)]
    become = f"{limits}\nimport os, sys\nos.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    return subprocess.Popen(
        [sys.executable, "-c", become, *program, "-q", "-w", str(workspace), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: Process) -> tuple[int, str]:
    """Its exit code and what it said on stderr."""
    _, words = process.communicate(timeout=LONGEST)
    return process.returncode, words


@dataclass(slots=True)
class Killer:
    """Kills `victim` at the moment of its n-th write (from 1) to a path that holds `part`.

    A request that is killed before it was sent is gone, unless it is only late: by `lag` seconds.
    """

    victim: Process
    moment: str
    number: int
    part: str = ""
    lag: float = 0.0
    seen: int = 0
    struck: bool = False

    def __call__(self, moment: str, passing: Passing) -> None:
        if self.struck or not passing.writes or self.part not in passing.path:
            return
        if moment == self.moment:
            self.seen += 1
            if self.seen == self.number:
                self.struck = True
                self.victim.kill()
                self.victim.wait(LONGEST)
                time.sleep(self.lag)
                if moment == BEFORE_SEND and not self.lag:
                    raise Dropped


def killed(proxy: FaultProxy, workspace: Path, moment: str, number: int, part: str = "") -> int:
    """Apply the newest plan and kill it there; its exit code (-9, or its own when it was faster).

    Nothing of it is under way any more when this returns.
    """
    process = start(workspace, "apply", "latest")
    proxy.watch = Killer(process, moment, number, part)
    code, _ = ended(process)
    proxy.watch = lambda _moment, _passing: None
    proxy.idle(LONGEST)
    return code


def killed_at_journal(workspace: Path, journal: Path, lines: int) -> int:
    """Apply the newest plan and kill it as soon as its journal has grown by so many lines."""
    process = start(workspace, "apply", "latest")
    await_lines(journal, lines, process)
    process.kill()
    return ended(process)[0]


def await_lines(journal: Path, lines: int, process: Process) -> None:
    """Wait until a journal has grown by so many lines, or the process that writes it has ended."""
    goal, deadline = _lines(journal) + lines, time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < deadline and _lines(journal) < goal:
        time.sleep(0.0005)


def _lines(journal: Path) -> int:
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def files_at_most(size: int) -> str:
    """For `start`: no file may grow beyond so many bytes, as on a disk that is full."""
    return f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"


OWN_RIGHTS_ONLY = """
import ctypes
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
"""
"""For `start`: what a file's mode forbids is forbidden, even for root."""
