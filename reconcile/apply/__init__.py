"""Executes an approved plan, change by change, and can be resumed after any crash.

run.py        what may be applied, the journal around it, the report
execution.py  phases in order, waves within a phase, what is skipped and why
dispatch.py   requests side by side
batches.py    units cut into requests
delivery.py   one request: refusals are split, lost answers looked up
ledger.py     outcomes and ids known so far; writes the journal
"""

from reconcile.apply.execution import INTERRUPTED, Surroundings
from reconcile.apply.run import Report, apply_plan

__all__ = ["INTERRUPTED", "Report", "Surroundings", "apply_plan"]
