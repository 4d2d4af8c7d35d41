"""What `reconcile check` says about the companion, under the settings for orders and customers."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.errors import SystemFault
from reconcile.model import Finding
from reconcile.settings import OrdersMode, Passwords, PeopleSettings
from reconcile.targets.medusa.companion_install import shipped_version
from reconcile.targets.medusa.protocol import INSTALL, Facts

SYSTEM, SUBJECT = "medusa", "companion"


def companion_findings(facts: Facts | None, people: PeopleSettings) -> Iterator[Finding]:
    """`facts` is what the companion said of itself, None when the shop has none."""
    if facts is None:
        yield _absent(people)
        return
    yield _present(facts)
    if people.passwords is Passwords.NONE:
        yield _good("passwords", "none: nobody can log in until a later plan gives logins")
    elif people.passwords is Passwords.CARRY:
        yield _passwords(facts)
    if people.orders is OrdersMode.COMPANION and not facts.numbers:
        yield _bad(
            "order numbers",
            "Medusa drops the numbers of orders that are carried",
            "Let medusa-config go through `withReconcile`, see `reconcile companion status`.",
        )


def companion_fault_finding(fault: SystemFault) -> Finding:
    """For a companion that speaks another protocol, or answers something else altogether."""
    return _bad(SUBJECT, fault.message, fault.remedy)


def _absent(people: PeopleSettings) -> Finding:
    """Nothing is wrong with a shop without one until the settings ask for what only it can do."""
    message = f"Medusa has none: {', '.join(_lost(people))}"
    wanted = people.orders is OrdersMode.COMPANION or people.passwords is not Passwords.NONE
    if not wanted:
        return _good(SUBJECT, message)
    instead = "`orders.mode: draft` or `skip`, and `customers.passwords: none`"
    return _bad(SUBJECT, message, f"{INSTALL} Or go without: {instead}.")


def _lost(people: PeopleSettings) -> Iterator[str]:
    if people.orders is OrdersMode.COMPANION:
        yield "orders are not carried"
    yield "customers become guests without an account"
    if people.passwords is not Passwords.NONE:
        yield "and nobody can log in"


def _present(facts: Facts) -> Finding:
    """Any of the same protocol works; which one it is helps when something does not."""
    shipped = shipped_version()
    newer = f"; this tool comes with {shipped}, `reconcile companion install` puts it there"
    other = "" if facts.version == shipped else newer
    return _good(SUBJECT, f"{facts.version} on Medusa {facts.medusa}{other}")


def _passwords(facts: Facts) -> Finding:
    if facts.passwords:
        return _good("passwords", "the shop's logins understand those of Magento")
    return _bad(
        "passwords",
        "the shop's `emailpass` logins are not the companion's, so no password can be carried",
        "Let medusa-config go through `withReconcile` and leave `emailpass` to Medusa's own "
        "provider there, or choose `customers.passwords: reset`.",
    )


def _good(subject: str, message: str) -> Finding:
    return Finding(SYSTEM, subject, ok=True, message=message)


def _bad(subject: str, message: str, remedy: str) -> Finding:
    return Finding(SYSTEM, subject, ok=False, message=message, remedy=remedy)
