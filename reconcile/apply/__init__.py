"""Executes an approved plan, change by change, and can be resumed after any crash.

run.py        what may be applied, the journal around it, the report
execution.py  phases in order, waves within a phase, what is skipped and why
dispatch.py   requests side by side
pressure.py   how much at once the target bears now
breaker.py    ends the run when the target is down
batches.py    units cut into requests
delivery.py   one request: refusals are split, lost answers looked up
precheck.py   right before a request: is the target still what was planned for?
stale.py      the comparison itself; own_traces.py: what a plan moves by itself
look_ahead.py whose place is taken, asked in bulk for records that are sent one by one
ledger.py     outcomes and ids known so far; writes the journal
lock.py       one writer per target, on this machine
state_lock.py the same among several machines
"""

from reconcile.apply.execution import INTERRUPTED, Surroundings
from reconcile.apply.run import Report, apply_plan

__all__ = ["INTERRUPTED", "Report", "Surroundings", "apply_plan"]
