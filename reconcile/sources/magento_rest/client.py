"""Asking Magento: addresses with a store scope, and one page of a list."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reconcile.errors import BadAnswer, SystemFault
from reconcile.http import Refusal, Session, Traffic
from reconcile.model import Json
from reconcile.settings import BearerToken, Login, MagentoSettings
from reconcile.sources.magento_rest.auth import authentication, secrets_of
from reconcile.sources.magento_rest.criteria import Parameters
from reconcile.sources.magento_rest.faults import magento_fault, words_of
from reconcile.sources.magento_rest.wire import integer, members

SCOPE_ALL = "all"
_TOKEN_PATH = "/rest/V1/integration/admin/token"  # noqa: S105 (an address, no token)


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """One page of a list. `total` and `page_size` are what Magento says, None when it does not."""

    items: list[Any]
    total: int | None
    page_size: int | None

    def cut_by(self, asked: int) -> int:
        """The size of this page: what was asked for, or less when the shop says so."""
        return min(asked, self.page_size or asked)


class MagentoClient:
    """GET requests to one shop. Safe to use from several threads; it cannot write."""

    def __init__(
        self, settings: MagentoSettings, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._bearer = isinstance(settings.auth, BearerToken)
        self._accepted = False
        self._session = Session(
            settings.url,
            system="Magento",
            auth=authentication(settings.auth, self._sign_in),
            words=words_of,
            fault=self._fault,
            secrets=secrets_of(settings.auth),
            timeout=settings.timeout,
            pool_size=settings.concurrency + 1,
            sleep=sleep,
        )

    @property
    def traffic(self) -> Traffic:
        return self._session.traffic

    def close(self) -> None:
        self._session.close()

    def get(
        self,
        path: str,
        parameters: Parameters | None = None,
        *,
        scope: str = SCOPE_ALL,
        attempts: int | None = None,
    ) -> Json:
        """The answer to `/rest/<scope>/V1/<path>`. Raises as `Session.request` does, and
        PageTooLarge, NotOffered."""
        answer = self._session.request(
            "GET",
            f"/rest/{scope}/V1/{path}",
            params=parameters or [],
            server_error_attempts=2,
            attempts=attempts,
        )
        self._accepted = True
        return answer.body

    def page(
        self, path: str, parameters: Parameters, *, scope: str = SCOPE_ALL, attempts: int | None
    ) -> ListAnswer:
        """One page of a list. Raises BadAnswer when the answer is no list, else as `get` does."""
        body = self.get(path, parameters, scope=scope, attempts=attempts)
        if not isinstance(body, dict) or "items" not in body:
            raise BadAnswer(
                f"Magento answered {path} with something that is not a list of records.",
                remedy="Check that the url leads to Magento 2's REST API and not to a proxy.",
            )
        items = body["items"] or []
        return ListAnswer(
            items=list(items.values()) if isinstance(items, dict) else list(items),
            total=integer(body.get("total_count")),
            page_size=integer(members(body.get("search_criteria")).get("page_size")),
        )

    def _sign_in(self, login: Login) -> str:
        body = {"username": login.username, "password": str(login.password)}
        answer = self._session.request(
            "POST", _TOKEN_PATH, json=body, idempotent=True, anonymous=True
        )
        if not isinstance(answer.body, str):
            raise BadAnswer("Magento answered the sign-in with something that is not a token.")
        return answer.body

    def _fault(self, refusal: Refusal) -> SystemFault:
        return magento_fault(refusal, proven=self._accepted or not self._bearer)
