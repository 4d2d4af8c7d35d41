"""Ask a Medusa shop to let a customer choose a new password."""

from __future__ import annotations

from reconcile.errors import AnswerLost
from reconcile.http import Session

PATH = "/auth/customer/emailpass/reset-password"
_CREATED = 201


def ask_for_new_password(session: Session, email: str) -> None:
    """What a customer's own "forgotten password" does: Medusa makes a token, valid for 15 minutes,
    and tells it to the shop's subscriber of `auth.password_reset`, which sends the mail.

    Medusa answers the same for an address that nobody has. Raises SystemFault; AnswerLost when
    the mail may have gone out.
    """
    try:
        session.request("POST", PATH, json={"identifier": email}, idempotent=False, anonymous=True)
    except AnswerLost as lost:
        if lost.status != _CREATED:  # the answer is the bare word `Created`, which is no JSON
            raise
