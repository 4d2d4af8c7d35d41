"""Error answers recorded from a real Magento 2.4.7, and what each is for us."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from reconcile.errors import (
    AuthenticationFailed,
    BadAnswer,
    PermissionMissing,
    RequestRefused,
    SystemFault,
    Unreachable,
)
from reconcile.http import Refusal
from reconcile.http.answers import parsed
from reconcile.sources.magento_rest.faults import (
    NotOffered,
    PageTooLarge,
    magento_fault,
    words_of,
)

_BESIDE = Path(__file__).resolve().parents[3] / "shared"
_ANSWER = re.compile(r"^HTTP/1\.1 (\d{3}).*?\n\n(.*)", re.MULTILINE | re.DOTALL)


def _refusal(name: str) -> Refusal:
    folder = Path(os.environ.get("RECONCILE_SHARED") or _BESIDE) / "magento" / "wire"
    if not folder.is_dir():
        message = "recorded answers not found (set RECONCILE_SHARED)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    found = _ANSWER.search((folder / f"{name}.http").read_text(encoding="utf-8"))
    assert found
    try:
        body, is_json = parsed(found[2].encode()), True
    except ValueError:
        body, is_json = None, False
    return Refusal("Magento", "GET /rest", int(found[1]), body, words_of(body), is_json)


CASES: list[tuple[str, bool, type[SystemFault], str]] = [
    ("auth-02-token-wrong", False, AuthenticationFailed, "sign-in was incorrect"),
    ("auth-04-no-token", False, AuthenticationFailed, "Magento_Catalog::products"),
    ("auth-05-garbage-token", False, AuthenticationFailed, "Magento_Catalog::products"),
    ("auth-07-integration-token-as-bearer", False, AuthenticationFailed, "standalone Bearer"),
    ("auth-09-oauth1-hmac-sha1", True, AuthenticationFailed, "HMAC-SHA1 is not supported"),
    ("auth-10-oauth1-missing-permission", True, PermissionMissing, "Magento_Sales::actions_view"),
    ("auth-11-expired-token", False, AuthenticationFailed, "expired"),
    ("err-01-unknown-sku", True, NotOffered, "doesn't exist"),
    ("err-03-unknown-customer", True, NotOffered, "customerId = 999999"),
    ("err-04-unknown-attribute", True, NotOffered, '"nope"'),
    ("err-05-no-route", True, NotOffered, "does not match any route"),
    ("err-06-unknown-store", True, RequestRefused, "cannot be processed"),
    ("err-07-missing-searchCriteria", True, RequestRefused, '"searchCriteria" is required'),
    ("err-08-method", True, RequestRefused, "PATCH"),
    ("err-09-accept-html", True, RequestRefused, "500"),
    ("err-12-maintenance", True, Unreachable, "maintenance"),
    ("err-13-php-time-limit", True, RequestRefused, "Server internal error"),
    ("filter-19-unknown-field", True, RequestRefused, "attribute name is invalid"),
    ("filter-20-unknown-field-flat", True, RequestRefused, "Report ID"),
    ("limits-01-over", True, PageTooLarge, "300"),
    ("page-size-text", True, RequestRefused, '"abc" value'),
]


@pytest.mark.parametrize(("name", "proven", "kind", "words"), CASES)
def test_recorded_errors(name: str, proven: bool, kind: type[SystemFault], words: str) -> None:
    refusal = _refusal(name)
    fault = magento_fault(refusal, proven=proven)
    assert type(fault) is kind
    assert words in str(fault)
    assert "%" not in fault.message
    assert fault.status == refusal.status


def test_the_largest_page_is_read_from_the_error() -> None:
    fault = magento_fault(_refusal("limits-01-over"), proven=True)
    assert isinstance(fault, PageTooLarge)
    assert fault.limit == 300


def test_a_page_that_is_no_magento_is_a_wrong_address() -> None:
    refusal = Refusal("Magento", "GET /rest", 404, None, "a web page", is_json=False)
    assert isinstance(magento_fault(refusal, proven=False), BadAnswer)
