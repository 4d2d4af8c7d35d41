"""Ways to prove who we are: a secret API key, or an administrator's e-mail and password."""

from __future__ import annotations

import base64

import requests
from requests.auth import AuthBase

from reconcile.errors import BadAnswer
from reconcile.http import Bearer, Session
from reconcile.settings import ApiKey, MedusaSettings

LOGIN_PATH = "/auth/user/emailpass"


class KeyAuth(AuthBase):
    """A secret API key. Medusa takes it as the user name of Basic auth, and refuses it as Bearer.

    Each request with a key costs Medusa about 50 ms (it is hashed slowly), one with a token 8 ms.
    """

    def __init__(self, key: str) -> None:
        self._header = f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


def open_session(settings: MedusaSettings) -> Session:
    """A session that knows its credentials; a login happens with the first request.

    A token that is refused, for instance because a day has passed, is renewed once.
    """
    if isinstance(settings.auth, ApiKey):
        key = settings.auth.key
        return Session(
            settings.url,
            system="Medusa",
            auth=KeyAuth(key),
            secrets=(key,),
            timeout=settings.timeout,
        )
    login = settings.auth

    def fetch() -> str:
        body = {"email": login.username, "password": str(login.password)}
        answer = session.request(
            "POST", LOGIN_PATH, json=body, idempotent=True, anonymous=True
        ).body
        token = answer.get("token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise BadAnswer(
                f"Medusa answered {LOGIN_PATH} without a token.",
                remedy="Check that the url leads to a Medusa v2 server with e-mail logins.",
            )
        return token

    session = Session(
        settings.url,
        system="Medusa",
        auth=Bearer(fetch),
        secrets=(login.password,),
        timeout=settings.timeout,
    )
    return session
