"""``POST integration/admin/token``."""

from __future__ import annotations

from reconcile.sandbox.magento.call import Call
from reconcile.sandbox.magento.errors import required


def admin_token(call: Call) -> str:
    """A new token as a bare JSON string. Raises MagentoError 400 or 401."""
    body = call.json()
    for name in ("username", "password"):
        if not isinstance(body.get(name), str):
            raise required(name)
    return call.gate.sign_in(body["username"], body["password"])
