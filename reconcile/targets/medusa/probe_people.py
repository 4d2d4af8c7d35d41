"""What `reconcile check` asks a Medusa shop before customers and orders come in."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.errors import BadAnswer
from reconcile.model import Finding
from reconcile.settings import OrdersMode
from reconcile.targets.medusa.companion_probe import companion_fault_finding, companion_findings
from reconcile.targets.medusa.phases.people import People
from reconcile.targets.medusa.tables.listing import Listing, Record
from reconcile.targets.medusa.tables.store import REGIONS

SYSTEM = "medusa"
PROMOTIONS = Listing("promotions", "promotions", ("id", "code", "is_automatic", "status"), ())


def probe_people(people: People) -> Iterator[Finding]:
    """Findings about customers and orders. Raises SystemFault."""
    try:
        yield from companion_findings(people.companion.facts(), people.settings)
    except BadAnswer as fault:
        yield companion_fault_finding(fault)
    if people.settings.orders is OrdersMode.DRAFT:
        yield _draft_regions(people)
        yield _promotions(people)


def _draft_regions(people: People) -> Finding:
    """A draft order needs a region that sells in its currency; the shop's taxes come on top."""
    regions = _all(people, REGIONS)
    codes = sorted({str(region["currency_code"]) for region in regions})
    if not codes:
        return _bad("draft orders", "there is no region, which a draft order needs", _ADD_REGION)
    taxed = [each["name"] for each in regions if each.get("automatic_taxes")]
    note = f"; taxes are added to those in {', '.join(map(repr, taxed))}" if taxed else ""
    return Finding(SYSTEM, "draft orders", ok=True, message=f"in {', '.join(codes)} alone{note}")


_ADD_REGION = "Add a region for each currency of the order history in the Medusa admin."


def _promotions(people: People) -> Finding:
    """Medusa takes automatic promotions off every draft order, old prices or not."""
    found = [each for each in _all(people, PROMOTIONS) if _is_at_work(each)]
    if not found:
        return Finding(SYSTEM, "promotions", ok=True, message="none that draft orders would get")
    codes = ", ".join(repr(each["code"]) for each in found)
    return _bad(
        "promotions",
        f"automatic promotions would be taken off draft orders: {codes}",
        "Pause them in the Medusa admin while draft orders are written.",
    )


def _is_at_work(promotion: Record) -> bool:
    return promotion.get("is_automatic") is True and promotion.get("status") == "active"


def _all(people: People, listing: Listing) -> list[Record]:
    return [record for page in people.client.pages(listing) for record in page.records]


def _bad(subject: str, message: str, remedy: str) -> Finding:
    return Finding(SYSTEM, subject, ok=False, message=message, remedy=remedy)
