"""Ways to prove who we are: a secret API key, or an administrator's e-mail and password."""

from __future__ import annotations

from requests.auth import HTTPBasicAuth

from reconcile.errors import BadAnswer
from reconcile.http import Bearer, Session
from reconcile.settings import ApiKey, Login, MedusaSettings
from reconcile.targets.medusa.protocol import companion_fault

LOGIN_PATH = "/auth/user/emailpass"


def open_session(settings: MedusaSettings) -> Session:
    """A session that knows its credentials; a login happens with the first request.

    Medusa takes a secret key as the user name of Basic auth and refuses it as a bearer. Each
    request with a key costs Medusa about 50 ms, since it is hashed slowly; one with a token 8 ms.
    """
    if isinstance(settings.auth, ApiKey):
        key = settings.auth.key
        return Session(
            settings.url,
            system="Medusa",
            auth=HTTPBasicAuth(key, ""),
            fault=companion_fault,
            secrets=(key,),
            timeout=settings.timeout,
        )
    return _logged_in(settings, settings.auth)


def _logged_in(settings: MedusaSettings, login: Login) -> Session:
    """A session with a token, which is fetched again once when it is refused (after a day)."""

    def fetch() -> str:
        body = {"email": login.username, "password": str(login.password)}
        answer = session.request("POST", LOGIN_PATH, json=body, idempotent=True, anonymous=True)
        token = answer.body.get("token") if isinstance(answer.body, dict) else None
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
        fault=companion_fault,
        secrets=(login.password,),
        timeout=settings.timeout,
    )
    return session
