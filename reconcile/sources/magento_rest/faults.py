"""Magento's error answers: their words, and which error of ours they are.

Shapes seen on 2.4.7: `{message, parameters?, errors?}` with placeholders in the message,
`{messages: {error: [{message}]}}` when PHP itself fails, an HTML page in maintenance mode.
"""

from __future__ import annotations

import re

from reconcile.errors import (
    AuthenticationFailed,
    PermissionMissing,
    RequestRefused,
    SystemFault,
    Unreachable,
)
from reconcile.http import Interrupted, Refusal, fault_of
from reconcile.model import Json
from reconcile.sources.magento_rest.wire import integer, members, records, text

_PLACEHOLDER = re.compile(r"%(\w+)")
_NONCE_USED = re.compile(r"nonce is already being used", re.IGNORECASE)
_OAUTH_WORDS = re.compile(r"oauth|consumer|token|nonce|signature|timestamp", re.IGNORECASE)


class PageTooLarge(RequestRefused):
    """The shop limits page sizes; `limit` is the largest it accepts."""

    def __init__(self, fault: SystemFault, limit: int) -> None:
        super().__init__(fault.message, status=fault.status)
        self.limit = limit


class NotOffered(RequestRefused):
    """Status 404: this shop has no such route, or no such record."""


def filled(body: Json) -> str:
    """A message with its placeholders replaced: `%1` from a list, `%name` from an object."""
    message, parameters = text(members(body).get("message")) or "", members(body).get("parameters")
    if isinstance(parameters, list):
        named = {str(number): value for number, value in enumerate(parameters, start=1)}
    else:
        named = members(parameters)
    return _PLACEHOLDER.sub(
        lambda found: text(named[found[1]]) or "" if found[1] in named else found[0], message
    )


def words_of(body: Json) -> str:
    """Everything an error body says, in one line."""
    said = [filled(body), *(filled(error) for error in records(members(body).get("errors")))]
    crashed = members(members(body).get("messages")).get("error")
    said += [filled(error) for error in records(crashed)]
    return " ".join(sentence for sentence in said if sentence)


def missing_resource(body: Json) -> str:
    """The permission a 401 asks for, such as `Magento_Catalog::products`; "" when it names none."""
    resources = members(members(body).get("parameters")).get("resources")
    return ", ".join(map(str, resources)) if isinstance(resources, list) else text(resources) or ""


def magento_fault(refusal: Refusal, *, proven: bool) -> SystemFault:
    """The error for an error answer.

    Magento answers 401 with the same words to wrong credentials and to a missing permission;
    `proven` says that these credentials are known to be right.
    """
    if refusal.status == 401 and refusal.is_json:
        return _unauthorized(refusal, proven)
    if refusal.status == 503 and not refusal.is_json:
        return Unreachable(
            f"Magento is in maintenance mode or overloaded ({refusal.where}, status 503).",
            status=503,
            remedy="Try again when the shop answers (`bin/magento maintenance:status` shows it).",
        )
    if refusal.status == 404 and refusal.is_json:
        return NotOffered(fault_of(refusal).message, status=404)
    if refusal.status == 400:
        return _bad_request(refusal)
    return fault_of(refusal)


def _unauthorized(refusal: Refusal, proven: bool) -> SystemFault:
    resource = missing_resource(refusal.body)
    if _NONCE_USED.search(refusal.words):
        return Interrupted(
            f"Something on the way to Magento sent a request twice ({refusal.where}).",
            status=401,
            remedy="See which proxy before the shop repeats requests that take long.",
        )
    if resource and proven:
        return PermissionMissing(
            f"The Magento credentials lack the permission {resource} ({refusal.where}).",
            status=401,
            remedy=f"Allow {resource} under System > Integrations > (yours) > API, save, and"
            " reauthorise it; for an admin user, in the user's role.",
        )
    return AuthenticationFailed(
        f"Magento did not accept the credentials ({refusal.where}): {refusal.words}",
        status=401,
        remedy=_BEARER if resource else _CREDENTIALS,
    )


_CREDENTIALS = (
    "Check the credentials in reconcile.yml and the environment. With two-factor authentication an"
    " admin login cannot be used: create an integration instead."
)
_BEARER = (
    "The token is wrong or expired, or it is an integration's access token: Magento 2.4.4 and"
    " later refuse those as a bearer unless Stores > Configuration > Services > OAuth > 'Allow"
    " OAuth Access Tokens to be used as standalone Bearer tokens' is on. Better give all four"
    " OAuth keys of the integration."
)


def _bad_request(refusal: Refusal) -> SystemFault:
    fault = fault_of(refusal)
    limit = integer(members(members(refusal.body).get("parameters")).get("max"))
    if limit and "pageSize" in refusal.words:
        return PageTooLarge(fault, limit)
    if _OAUTH_WORDS.search(refusal.words):
        return AuthenticationFailed(fault.message, status=400, remedy=_CREDENTIALS)
    return fault
