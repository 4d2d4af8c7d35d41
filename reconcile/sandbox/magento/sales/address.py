"""From a customer's record to what an order keeps of it."""

from __future__ import annotations

from collections.abc import Mapping

from reconcile.sandbox.magento.table import Record

_SAME = (
    "city",
    "company",
    "country_id",
    "fax",
    "firstname",
    "lastname",
    "middlename",
    "postcode",
    "prefix",
    "suffix",
    "street",
    "telephone",
    "vat_id",
)
_OF_THE_CUSTOMER = ("firstname", "gender", "lastname", "middlename", "prefix", "suffix", "taxvat")


def order_address(address: Mapping[str, object], email: str) -> Record:
    """An address of the customer as one of an order; without a region it names none."""
    found: Record = {name: address[name] for name in _SAME if name in address}
    found["customer_address_id"] = address["id"]
    found["email"] = email
    region = address["region"]
    if isinstance(region, dict):
        found["region_id"] = region["region_id"]
        if region["region"] is not None:
            found["region"], found["region_code"] = region["region"], region["region_code"]
    return found


def buyer_members(
    customer: Mapping[str, object] | None, email: str, address: Mapping[str, object]
) -> Record:
    """The ``customer_*`` members of an order; ``customer`` None is a guest.

    One without ``id`` was deleted since: then there is no ``customer_id``, and yet no guest.
    """
    members: Record = {"customer_email": email, "customer_note_notify": 1}
    if customer is None:
        members["customer_is_guest"], members["customer_group_id"] = 1, 0
        members["customer_firstname"] = address["firstname"]
        members["customer_lastname"] = address["lastname"]
        return members
    members["customer_is_guest"] = 0
    members["customer_group_id"] = customer["group_id"]
    if "id" in customer:
        members["customer_id"] = customer["id"]
    if "dob" in customer:
        members["customer_dob"] = f"{customer['dob']} 00:00:00"
    for name in _OF_THE_CUSTOMER:
        if name in customer:
            members[f"customer_{name}"] = customer[name]
    return members
