"""Let something happen in the sample Magento of a sandbox that is up: an order, a refund, a move.

    happen(state.magento, "invoice", order="000000012", pieces={"PO-000001": 1})

What can happen, and with which members: `reconcile.sandbox.magento.happenings`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from reconcile.errors import SandboxError
from reconcile.sandbox.state import SampleShop

_DIRECT = build_opener(ProxyHandler({}))
_TOKEN, _HAPPENINGS = "/rest/V1/integration/admin/token", "/sample/happenings"
_TIMEOUT = 60.0


def happen(shop: SampleShop, kind: str, **members: Any) -> dict[str, Any]:
    """The ids and numbers of what was made.

    Raises SandboxError when it cannot happen, or the shop does not answer.
    """
    password = {"username": shop.admin_user, "password": shop.admin_password}
    token = _post(shop.url + _TOKEN, password, {})
    authorization = {"Authorization": f"Bearer {token}"}
    made = _post(shop.url + _HAPPENINGS, {"kind": kind, **members}, authorization)
    return dict(made)


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - an address of ours
    try:
        with _DIRECT.open(request, timeout=_TIMEOUT) as response:
            return json.load(response)
    except HTTPError as refusal:
        with refusal:
            raise SandboxError(_reason(refusal.read())) from refusal
    except OSError as error:
        raise SandboxError(f"the sample Magento does not answer: {error}") from error


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")[:200]
