"""A request after routing: the shop, the store scope, and the parts of the path and the query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.auth import Gate
from reconcile.sandbox.magento.errors import no_such, not_json, required, wrong_type
from reconcile.sandbox.magento.query_string import Tree, text_of
from reconcile.sandbox.magento.search_criteria import InputLimits
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import Table


@dataclass(frozen=True, slots=True)
class Call:
    """``path`` holds the decoded placeholders of the route, ``scope`` a store code or ``all``."""

    shop: Shop
    scope: str
    path: Mapping[str, str]
    query: Tree
    body: bytes
    limits: InputLimits
    gate: Gate

    def table(self, name: str) -> Table:
        """A table as this call's scope sees it."""
        return self.shop.table(name, self.scope)

    def path_id(self, name: str) -> int:
        """A numeric placeholder. Raises MagentoError when it is no number."""
        text = self.path[name]
        if not text.lstrip("-").isdigit():
            raise no_such(name, text)
        return int(text)

    def text(self, name: str) -> str:
        """A required query parameter. Raises MagentoError when it is missing."""
        value = text_of(self.query, name)
        if value is None:
            raise required(name)
        return value

    def integer(self, name: str, default: int) -> int:
        """An optional whole number. Raises MagentoError for anything else."""
        value = text_of(self.query, name)
        if value is None:
            return default
        if not value.lstrip("-").isdigit():
            raise wrong_type(name, value)
        return int(value)

    def json(self) -> dict[str, Any]:
        """The request body. Raises MagentoError when it is no JSON object."""
        try:
            body = json.loads(self.body or b"{}")
        except ValueError as error:
            raise not_json() from error
        if not isinstance(body, dict):
            raise not_json()
        return body
