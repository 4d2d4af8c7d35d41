"""Customer groups: the names behind the group ids of tier prices."""

from __future__ import annotations

from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.wire import Record, identity, text
from reconcile.systems import Row

CUSTOMER_GROUPS = Listing("customerGroups/search", order="customer_group_id", key=("id",))


def load_customer_groups(loading: Loading, pages: Pages) -> None:
    """The table customer_groups."""
    groups = walk(pages, CUSTOMER_GROUPS)
    loading.walked("customer_groups", tables.CUSTOMER_GROUPS, groups, _group_row)


def _group_row(group: Record) -> Row:
    return {"id": identity(group, "id"), "code": text(group.get("code"))}
