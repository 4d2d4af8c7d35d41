"""Verification of OAuth 1.0a requests (RFC 5849) signed with HMAC-SHA256, as Magento 2.4.7 does."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from oauthlib.oauth1.rfc5849 import signature

from reconcile.sandbox.magento.errors import (
    oauth_refused,
    required,
    signature_method_not_supported,
)
from reconcile.sandbox.magento.request import Request

_REQUIRED = (
    "oauth_consumer_key",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_token",
)


@dataclass(frozen=True, slots=True)
class _Signed:
    """What oauthlib's verification reads; its own Request refuses unencoded brackets."""

    uri: str
    http_method: str
    params: list[tuple[str, str]] = field(repr=False)
    signature: str = field(repr=False)


class OAuthVerifier:
    """Knows one consumer and one access token; refuses a nonce it has seen before."""

    def __init__(
        self, consumer_key: str, consumer_secret: str, access_token: str, token_secret: str
    ) -> None:
        self._consumer_key = consumer_key
        self._consumer_secret = consumer_secret
        self._access_token = access_token
        self._token_secret = token_secret
        self._nonces: set[tuple[str, str]] = set()

    def verify(self, request: Request, header: str) -> None:
        """Check the ``Authorization: OAuth`` header; raises MagentoError when it does not hold."""
        parameters = _header_parameters(header)
        for name in _REQUIRED:
            if name not in parameters:
                raise required(name)
        if parameters["oauth_signature_method"] != "HMAC-SHA256":
            raise signature_method_not_supported(parameters["oauth_signature_method"])
        self._check_identity(parameters)
        self._check_signature(request, parameters)
        self._check_nonce(parameters)

    def _check_identity(self, parameters: dict[str, str]) -> None:
        if parameters["oauth_consumer_key"] != self._consumer_key:
            raise oauth_refused("A consumer having the specified key does not exist")
        if parameters["oauth_token"] != self._access_token:
            raise oauth_refused("Specified token does not exist")

    def _check_signature(self, request: Request, parameters: dict[str, str]) -> None:
        sent = [(name, value) for name, value in parameters.items() if name != "oauth_signature"]
        signed = _Signed(
            uri=request.url.partition("?")[0],
            http_method=request.method,
            params=[*parse_qsl(request.query, keep_blank_values=True), *sent],
            signature=parameters["oauth_signature"],
        )
        if not signature.verify_hmac_sha256(signed, self._consumer_secret, self._token_secret):
            raise oauth_refused("The signature is invalid. Verify and try again.")

    def _check_nonce(self, parameters: dict[str, str]) -> None:
        used = (parameters["oauth_nonce"], parameters["oauth_timestamp"])
        if used in self._nonces:
            raise oauth_refused("The nonce is already being used by the consumer with an ID of 1.")
        self._nonces.add(used)


def _header_parameters(header: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(","))
    return {name: unquote(value.strip('"')) for name, _, value in pairs if name != "realm"}
