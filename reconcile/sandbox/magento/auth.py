"""Who may read what: admin tokens, integration tokens, OAuth 1.0a signatures, permissions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from reconcile.sandbox.magento.errors import not_authorized, sign_in_incorrect
from reconcile.sandbox.magento.oauth import OAuthVerifier
from reconcile.sandbox.magento.request import Request


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an administrator of this shop would hand out; the secrets never show in a repr."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)
    admin_user: str = "admin"
    admin_password: str = field(default="", repr=False)

    @classmethod
    def generate(cls) -> Credentials:
        """New random credentials, 32 characters each as Magento's are."""
        key, secret, token, token_secret = (secrets.token_hex(16) for _ in range(4))
        return cls(key, secret, token, token_secret, admin_password=secrets.token_urlsafe(15))


@dataclass(frozen=True, slots=True)
class AccessRules:
    """Store settings. ``permissions`` None lets the integration read everything."""

    permissions: frozenset[str] | None = None
    integration_as_bearer: bool = False
    token_lifetime: timedelta = timedelta(hours=1)


def _now() -> datetime:
    return datetime.now(UTC)


class Gate:
    """Checks every request against the credentials and hands out admin tokens."""

    def __init__(self, credentials: Credentials, clock: Callable[[], datetime] = _now) -> None:
        self._credentials = credentials
        self._clock = clock
        self._issued: dict[str, datetime] = {}
        self._oauth = OAuthVerifier(
            credentials.consumer_key,
            credentials.consumer_secret,
            credentials.access_token,
            credentials.access_token_secret,
        )

    def sign_in(self, user: str, password: str) -> str:
        """A new admin token. Raises MagentoError 401 for the wrong name or password."""
        known = self._credentials
        right_user = secrets.compare_digest(user.encode(), known.admin_user.encode())
        right_password = secrets.compare_digest(password.encode(), known.admin_password.encode())
        if not (right_user and right_password):
            raise sign_in_incorrect()
        token = secrets.token_hex(16)
        self._issued[token] = self._clock()
        return token

    def revoke_tokens(self) -> None:
        """Forget all admin tokens, as when they have expired."""
        self._issued.clear()

    def check(self, request: Request, resource: str, rules: AccessRules) -> None:
        """Raises MagentoError when ``request`` may not read ``resource``."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_valid_token(value.strip(), rules):
            return
        allowed = rules.permissions is None or resource in rules.permissions
        if self._is_integration(scheme.lower(), value.strip(), request, rules) and allowed:
            return
        raise not_authorized(resource)

    def _is_valid_token(self, token: str, rules: AccessRules) -> bool:
        issued = self._issued.get(token)
        return issued is not None and self._clock() - issued < rules.token_lifetime

    def _is_integration(
        self, scheme: str, value: str, request: Request, rules: AccessRules
    ) -> bool:
        if scheme == "oauth":
            self._oauth.verify(request, value)
            return True
        return (
            scheme == "bearer"
            and rules.integration_as_bearer
            and secrets.compare_digest(value.encode(), self._credentials.access_token.encode())
        )
