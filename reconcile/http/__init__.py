"""The one HTTP session both shops use.

`session.py` sends and repeats, `retry.py` says what may be repeated and when, `answers.py` reads
bodies and turns refusals into errors, `credentials.py` holds tokens that expire. This is the only
room that knows `requests` and `tenacity`.
"""

from reconcile.http.answers import Answer, Refusal, fault_of, message_of
from reconcile.http.credentials import Bearer
from reconcile.http.failures import Interrupted
from reconcile.http.session import Session, Traffic

__all__ = [
    "Answer",
    "Bearer",
    "Interrupted",
    "Refusal",
    "Session",
    "Traffic",
    "fault_of",
    "message_of",
]
