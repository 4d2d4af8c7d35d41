"""From a request to a response, without sockets."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from reconcile.sandbox.magento import html, media
from reconcile.sandbox.magento.auth import AccessRules, Credentials, Gate
from reconcile.sandbox.magento.call import Call
from reconcile.sandbox.magento.encoding import php_json, xml
from reconcile.sandbox.magento.errors import MagentoError, method_not_supported, unknown_store
from reconcile.sandbox.magento.happenings import Happenings
from reconcile.sandbox.magento.happenings.journal import Journal
from reconcile.sandbox.magento.projection import project
from reconcile.sandbox.magento.query_string import parse_query, text_of
from reconcile.sandbox.magento.request import Request, Response
from reconcile.sandbox.magento.routes import find_route
from reconcile.sandbox.magento.search_criteria import InputLimits
from reconcile.sandbox.magento.shop import ALL_STORES, Shop

HAPPENINGS = "/sample/happenings"
"""Where ``POST`` of ``{"kind", ...}`` lets something happen; no Magento has it."""

_REST_PATH = re.compile(r"/rest(?:/(?P<store>(?!V1/)[^/]+))?/V1/(?P<rest>.*)")
_METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})


@dataclass(slots=True)
class Settings:
    """The store settings that shape answers; a test may change them while the server runs."""

    access: AccessRules = field(default_factory=AccessRules)
    limits: InputLimits = field(default_factory=InputLimits)
    maintenance: bool = False
    max_url_bytes: int | None = None


class Application:
    """Answers Magento REST requests over one shop."""

    def __init__(
        self,
        shop: Shop,
        credentials: Credentials,
        settings: Settings,
        journal: Journal | None = None,
    ) -> None:
        self.shop = shop
        self.settings = settings
        self.gate = Gate(credentials)
        self.happenings = Happenings(shop, journal)

    def answer(self, request: Request) -> Response:
        """The response to ``request``; every failure is one of Magento's own answers."""
        longest = self.settings.max_url_bytes
        if longest is not None and len(request.url) > longest:
            return html.uri_too_long()
        if self.settings.maintenance:
            return html.maintenance()
        if request.path == HAPPENINGS:
            return self._happen(request)
        matched = _REST_PATH.fullmatch(request.path)
        if not matched:
            return media.image(self.shop, request)
        accept = request.headers.get("accept", "*/*")
        if accept.startswith("text/html"):
            return html.not_acceptable()
        encode = xml if accept.startswith("application/xml") else php_json
        media_type = "application/xml" if encode is xml else "application/json"
        try:
            status, body = 200, encode(self._data(request, matched["store"], matched["rest"]))
        except MagentoError as error:
            status, body = error.status, encode(error.body())
        return Response(status, body, f"{media_type}; charset=utf-8")

    def _happen(self, request: Request) -> Response:
        try:
            self.gate.check(request, "Sample::happenings", self.settings.access)
            what = json.loads(request.body or b"{}")
            return Response(200, php_json(self.happenings.happen(**what)))
        except MagentoError as error:
            return Response(error.status, php_json(error.body()))
        except (ValueError, TypeError) as error:
            return Response(400, php_json({"message": str(error)}))

    def _data(self, request: Request, store: str | None, path: str) -> object:
        if request.method not in _METHODS:
            raise method_not_supported(request.method)
        scope = self._scope(store)
        has_inventory = self.shop.has_inventory
        route, values = find_route(request.method, path, has_inventory=has_inventory)
        if route.resource is not None:
            self.gate.check(request, route.resource, self.settings.access)
        query = parse_query(request.query)
        call = Call(self.shop, scope, values, query, request.body, self.settings.limits, self.gate)
        return project(route.answer(call), text_of(query, "fields") or "")

    def _scope(self, store: str | None) -> str:
        if store is None:
            return self.shop.default_store
        if store not in (ALL_STORES, *self.shop.store_codes):
            raise unknown_store()
        return store
