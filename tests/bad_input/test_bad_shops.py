"""A shop that cannot be read: what `check` and `snapshot` say of it, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from bad_shops import COMPANION_FACTS, SECRETS, Desk, said
from scripted_server import Reply

from reconcile.sandbox.magento.auth import AccessRules
from reconcile.sandbox.magento.request import Request, Response

NOWHERE = "http://127.0.0.1:1"
STORES_ONLY = AccessRules(permissions=frozenset({"Magento_Backend::store"}))


def _in_maintenance(desk: Desk) -> None:
    desk.magento.settings.maintenance = True


def _with_few_permissions(desk: Desk) -> None:
    desk.magento.settings.access = STORES_ONLY


def _cut_short(desk: Desk) -> None:
    def intercept(request: Request) -> Response | None:
        cut = b'{"items":[{"id":1,"sku":"PO-0000'
        return Response(200, cut) if request.path.endswith("/V1/products") else None

    desk.magento.intercept = intercept


def _medusa_answers(reply: Reply) -> Callable[[Desk], None]:
    def spoil(desk: Desk) -> None:
        desk.medusa.fault = reply

    return spoil


def _nothing(_: Desk) -> None: ...


@dataclass(frozen=True)
class Case:
    """`cause` and `remedy` are words a user must read in both commands."""

    cause: str
    remedy: str
    spoil: Callable[[Desk], None] = _nothing
    settings: Mapping[str, str] = field(default_factory=dict)


MAGENTO = {
    "nobody there": Case(
        cause="No connection for GET http://127.0.0.1:1/rest/",
        remedy="Check the url, the port and whether the shop is running.",
        settings={"MAGENTO_URL": NOWHERE},
    ),
    "no address": Case(
        cause="MAGENTO_URL",
        remedy="https://",
        settings={"MAGENTO_URL": "shop"},
    ),
    "wrong token": Case(
        cause="Magento did not accept the credentials",
        remedy="Check the credentials in reconcile.yml and the environment.",
        settings={"MAGENTO_ACCESS_TOKEN": "0" * 32},
    ),
    "wrong secret": Case(
        cause="Magento did not accept the credentials",
        remedy="Check the credentials in reconcile.yml and the environment.",
        settings={"MAGENTO_CONSUMER_SECRET": "0" * 32},
    ),
    "no token at all": Case(
        cause="reconcile.yml:17: The environment variable MAGENTO_ACCESS_TOKEN is empty",
        remedy="Write `MAGENTO_ACCESS_TOKEN=...` into the file .env",
        settings={"MAGENTO_ACCESS_TOKEN": ""},
    ),
    "missing permission": Case(
        cause="lack the permission Magento_Customer::group",
        remedy="Allow Magento_Customer::group under System > Integrations",
        spoil=_with_few_permissions,
    ),
    "maintenance": Case(
        cause="Magento is in maintenance mode or overloaded",
        remedy="Try again when the shop answers",
        spoil=_in_maintenance,
    ),
    "truncated JSON": Case(
        cause="with JSON that is cut short or damaged",
        remedy="Try again",
        spoil=_cut_short,
    ),
}

MEDUSA = {
    "nobody there": Case(
        cause="No connection for GET http://127.0.0.1:1/admin/",
        remedy="Check the url, the port and whether the shop is running.",
        settings={"MEDUSA_URL": NOWHERE},
    ),
    "wrong key": Case(
        cause="status 401: Unauthorized",
        remedy="",  # `check` says more of it than `snapshot`
        spoil=_medusa_answers(Reply(401, b'{"message":"Unauthorized"}')),
    ),
    "missing permission": Case(
        cause="status 403: Forbidden",
        remedy="Give the credentials this permission",
        spoil=_medusa_answers(Reply(403, b'{"message":"Forbidden"}')),
    ),
    "maintenance": Case(
        cause="status 503",
        remedy="The shop is overloaded or in maintenance; try again when it answers.",
        spoil=_medusa_answers(Reply(503, b"<html>Service Unavailable</html>")),
    ),
    "another program": Case(
        cause="with a web page instead of data",
        remedy="Check the url in reconcile.yml",
        spoil=_medusa_answers(Reply(200, b"<!doctype html><html>Hello</html>")),
    ),
    "truncated JSON": Case(
        cause="with JSON that is cut short or damaged",
        remedy="Try again",
        spoil=_medusa_answers(Reply(200, b'{"stores":[{"id":"store_')),
    ),
}


def _cases(cases: Mapping[str, Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases.values(), ids=list(cases))


def _is_told(sound: Desk, system: str, case: Case) -> None:
    assert sound.run("snapshot", "--only", system).exit_code == 0
    before = sound.snapshots(system)
    case.spoil(sound)
    sound.tell(**case.settings)
    for words in (("check",), ("snapshot", "--only", system)):
        result = sound.run(*words)
        assert result.exit_code == 1, words
        assert case.cause in said(result)
        assert case.remedy in said(result)
        assert not [secret for secret in SECRETS if secret in result.output]
    assert sound.snapshots(system) == before


@_cases(MAGENTO)
def test_a_magento_that_cannot_be_read(sound: Desk, case: Case) -> None:
    _is_told(sound, "magento", case)


@_cases(MEDUSA)
def test_a_medusa_that_cannot_be_read(sound: Desk, case: Case) -> None:
    _is_told(sound, "medusa", case)


def test_a_sound_desk_is_ready(sound: Desk) -> None:
    """So that each case above fails for its own reason."""
    assert sound.run("check").exit_code == 0


def test_a_medusa_without_companion_is_told_and_read(sound: Desk) -> None:
    """Only `check` minds, while the settings want orders; the catalogue needs none."""
    sound.medusa.companion = None
    result = sound.run("check")
    assert result.exit_code == 1
    assert "Medusa has none: orders are not carried" in said(result)
    assert "reconcile companion install" in said(result)
    assert sound.plan().changes


def test_a_companion_of_another_protocol_is_told(sound: Desk) -> None:
    sound.medusa.companion = {**COMPANION_FACTS, "version": "9.9.9", "protocol": 9}
    for words in (("check",), ("snapshot", "--only", "medusa")):
        result = sound.run(*words)
        assert result.exit_code == 1, words
        assert "is version 9.9.9 and speaks protocol 9" in said(result)
        assert "reconcile companion install" in said(result)
    assert sound.snapshots("medusa") == []


def test_one_bad_shop_does_not_cost_the_other(sound: Desk) -> None:
    _in_maintenance(sound)
    assert sound.run("snapshot").exit_code == 1
    assert sound.snapshots("magento") == []
    assert len(sound.snapshots("medusa")) == 1
