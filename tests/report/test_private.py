"""What tells something about a person is masked wherever a plan is shown in brief."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from samples import change, create, write_plan

from reconcile.model import Action, Address, Change, Diagnostic, Json, Severity
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.report.certificate import Certificate, Deviation
from reconcile.report.evidence import Evidence
from reconcile.report.listing import plan_document
from reconcile.report.plan_md import plan_markdown
from reconcile.report.private import masked_certificate, masked_change, masked_diagnostic
from reconcile.report.render import html
from reconcile.report.terminal import print_summary
from reconcile.report.terminal_change import print_changes

EMAIL = "anna.meier@example.com"
MASKED = "a***@e***.com"
ADDRESS = {
    "id": "7",
    "last_name": "Meier",
    "address_1": "Bahnhofstr. 1",
    "phone": "+49 30 1234",
    "country_code": "de",
    "is_default_billing": True,
}
SECRETS = ("anna.meier", "Meier", "Bahnhofstr", "30 1234", "allergic", "DE812", "1Z999")


def people() -> list[Change]:
    order = create(
        "order",
        "000000123",
        number="000000123",
        email=EMAIL,
        customer=EMAIL,
        status="completed",
        currency_code="eur",
        billing_address={"last_name": "Meier", "address_1": "Bahnhofstr. 1"},
        items=[{"id": "1", "title": "Tote", "quantity": "2", "subtotal": "64"}],
        totals={"grand_total": "64"},
        metadata__comments=[{"text": "allergic to nuts"}],
        metadata__source_id="magento:order/123",
    )
    return [
        create(
            "customer",
            EMAIL,
            email=EMAIL,
            last_name="Meier",
            phone="+49 30 1234",
            addresses=[ADDRESS],
            metadata__tax_number="DE812",
        ),
        replace(order, refs={f"customer:{EMAIL}": None}),
        change(
            "customer",
            "paul@example.com",
            Action.UPDATE,
            ("last_name", "Meier", "Meier-Schulz"),
            ("addresses", [ADDRESS], [{**ADDRESS, "address_1": "Bahnhofstr. 2"}]),
            ("company_name", None, "Meier KG"),
        ),
        create(
            "shipment",
            "3",
            number="3",
            order="000000123",
            tracking=[{"id": "1", "number": "1Z999"}],
        ),
    ]


NOTES = (
    Diagnostic(
        Severity.SKIPPED,
        "twin",
        f"The e-mail {EMAIL} stands twice.",
        Address("customer", EMAIL),
    ),
)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return file.read(write_plan(tmp_path, people(), NOTES))


def _terminal(plan: Plan) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_summary(console, plan)
    print_changes(console, plan.changes)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


SHOWN: dict[str, Callable[[Plan], str]] = {
    "plan.md": plan_markdown,
    "terminal": _terminal,
    "json": lambda plan: json.dumps(plan_document(plan, plan.changes)),
    "page": lambda plan: "".join(html(plan, Evidence())),
}


@pytest.mark.parametrize("where", SHOWN)
def test_nothing_personal_is_shown(plan: Plan, where: str) -> None:
    text = SHOWN[where](plan)
    for secret in SECRETS:
        assert secret not in text
    assert MASKED in text
    assert "000000123" in text
    assert "64" in text


def test_the_page_shows_everything_where_the_settings_say_so(plan: Plan) -> None:
    text = "".join(html(plan, Evidence(), mask=False))
    for secret in SECRETS:
        assert secret in text


def test_masking_keeps_the_shape() -> None:
    """A reader sees which parts there are and which change, not what they say."""
    before, after = _field(people()[2], "addresses")
    assert (
        before
        == after
        == [
            {
                **dict.fromkeys(ADDRESS, "***"),
                "id": "7",
                "country_code": "de",
                "is_default_billing": True,
            }
        ]
    )
    assert _field(people()[2], "company_name") == (None, "***")
    assert _field(people()[1], "metadata.source_id") == (None, "magento:order/123")


def _field(change_: Change, path: str) -> tuple[Json, Json]:
    return next((p.before, p.after) for p in masked_change(change_).fields if p.path == path)


def test_what_was_last_applied_is_masked_too() -> None:
    base = {"last_name": "Meier"}
    assert masked_change(replace(people()[2], conflicts=base)).conflicts == {"last_name": "***"}


def test_a_key_that_is_shown_anyway_is_no_email_in_its_message() -> None:
    level = Address("inventory_level", "24-MB01@Default Source")
    said = f"The inventory_level {level.key} is gone; ask {EMAIL}, or x24-MB01@Default.com."
    shown = masked_diagnostic(Diagnostic(Severity.WARNING, "gone", said, address=level)).message
    assert shown.startswith(f"The inventory_level {level.key} is gone; ask {MASKED}, or ")
    assert "x24" not in shown
    own = Diagnostic(Severity.WARNING, "gone", f"{EMAIL} is gone", Address("customer", EMAIL))
    assert EMAIL not in str(masked_diagnostic(own))


def test_records_about_nobody_stay_as_they_are() -> None:
    product = create("product", "24-MB01", title="Tote", metadata__note="a@b.example")
    assert masked_change(product) is product


def test_a_certificate_only_says_that_personal_fields_differ() -> None:
    found = (
        Deviation(f"customer:{EMAIL}", "last_name", "Meier", "Maier"),
        Deviation("order:1", "status", "completed", "pending"),
        Deviation(f"customer:{EMAIL}", "", "applied", f"failed: {EMAIL} is taken"),
    )
    certificate = masked_certificate(Certificate(False, "", (), found, 3, "", ""))
    assert certificate is not None
    assert certificate.deviations == (
        Deviation(f"customer:{MASKED}", "last_name", "***", "***"),
        Deviation("order:1", "status", "completed", "pending"),
        Deviation(f"customer:{MASKED}", "", "applied", f"failed: {MASKED} is taken"),
    )
