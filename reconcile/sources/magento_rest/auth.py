"""How requests to Magento prove who sends them."""

from __future__ import annotations

from collections.abc import Callable

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256
from requests.auth import AuthBase
from requests_oauthlib import OAuth1

from reconcile.http import Bearer
from reconcile.settings import BearerToken, Login, OAuthKeys, Secret

Credentials = OAuthKeys | BearerToken | Login


def authentication(credentials: Credentials, sign_in: Callable[[Login], str]) -> AuthBase:
    """What signs each request. `sign_in` returns a fresh admin token for a user and password.

    Magento 2.4.4 and later accept only HMAC-SHA256 signatures (measured on 2.4.7).
    """
    if isinstance(credentials, OAuthKeys):
        return OAuth1(
            str(credentials.consumer_key),
            client_secret=str(credentials.consumer_secret),
            resource_owner_key=str(credentials.access_token),
            resource_owner_secret=str(credentials.access_token_secret),
            signature_method=SIGNATURE_HMAC_SHA256,
        )
    if isinstance(credentials, BearerToken):
        token = str(credentials.token)
        return Bearer(lambda: token)
    login = credentials
    return Bearer(lambda: sign_in(login))


def secrets_of(credentials: Credentials) -> list[Secret]:
    """The texts that must never be shown."""
    if isinstance(credentials, OAuthKeys):
        return [
            credentials.consumer_key,
            credentials.consumer_secret,
            credentials.access_token,
            credentials.access_token_secret,
        ]
    return [credentials.token if isinstance(credentials, BearerToken) else credentials.password]
