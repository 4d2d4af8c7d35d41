"""A plain HTTP client for tests of the sample Magento: bearer token in, parsed JSON out."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import requests

from reconcile.sandbox.magento.server import SampleMagento


class Reader:
    """Reads ``/rest/<scope>/V1/...`` as the administrator."""

    def __init__(self, magento: SampleMagento, scope: str = "all") -> None:
        self._root = f"{magento.url}/rest/{scope}/V1/"
        self._session = requests.Session()
        known = magento.credentials
        token = magento.gate.sign_in(known.admin_user, known.admin_password)
        self._session.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def get(self, path: str, **query: str) -> requests.Response:
        return self._session.get(self._root + path, params=query, timeout=60)

    def json(self, path: str, **query: str) -> Any:
        response = self.get(path, **query)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: object) -> Any:
        response = self._session.post(self._root + path, data=json.dumps(body), timeout=60)
        assert response.status_code == 200, response.text
        return response.json()

    def everything(self, path: str) -> list[dict[str, Any]]:
        """All items of a list in one answer."""
        answer = self.json(path, **{"searchCriteria[pageSize]": "0"})
        assert len(answer["items"]) == answer["total_count"]
        return list(answer["items"])


def encoded(sku: str) -> str:
    """A SKU as one path segment."""
    return quote(sku, safe="")


def where(field: str, condition: str, value: str) -> dict[str, str]:
    """Query parameters of a search with one condition."""
    prefix = "searchCriteria[filter_groups][0][filters][0]"
    return {
        f"{prefix}[field]": field,
        f"{prefix}[condition_type]": condition,
        f"{prefix}[value]": value,
    }
