"""The identity and the moment of something new, and what all records of a sale share."""

from __future__ import annotations

from dataclasses import dataclass

from reconcile.sandbox.magento.table import Record

PAID, REFUNDED = 2, 2
_ROWS_PER_RECORD = 1024
_COMMENTS_PER_RECORD = 64
_FIRST_OF_OURS = 1_000_000  # above the ids that a recorded shop has

_FROM_ORDER = (
    "base_currency_code",
    "base_to_global_rate",
    "base_to_order_rate",
    "billing_address_id",
    "global_currency_code",
    "order_currency_code",
    "store_currency_code",
    "store_id",
    "store_to_base_rate",
    "store_to_order_rate",
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """``at`` is ``YYYY-MM-DD hh:mm:ss`` in UTC."""

    entity_id: int
    increment_id: str
    at: str

    def row_id(self, place: int) -> int:
        """The id of a row of the record."""
        return self.entity_id * _ROWS_PER_RECORD + place

    def note_id(self, place: int) -> int:
        """The id of a comment or a track of the record."""
        return note_id(self.entity_id, place)


def note_id(entity_id: int, place: int) -> int:
    """The id of a comment or a track, unique within its kind."""
    return _FIRST_OF_OURS + entity_id * _COMMENTS_PER_RECORD + place


def document(order: Record, stamp: Stamp) -> Record:
    """The members of an invoice and of a credit memo that come from the order."""
    record = {name: order[name] for name in _FROM_ORDER if name in order}
    record.update(
        entity_id=stamp.entity_id,
        increment_id=stamp.increment_id,
        order_id=order["entity_id"],
        created_at=stamp.at,
        updated_at=stamp.at,
        comments=[],
    )
    if "discount_description" in order:
        record["discount_description"] = order["discount_description"]
    address_id = shipping_address_id(order)
    if address_id is not None:
        record["shipping_address_id"] = address_id
    return record


def shipping_address_id(order: Record) -> int | None:
    """None for orders of which nothing is shipped."""
    shipping = order["extension_attributes"]["shipping_assignments"][0]["shipping"]
    address = shipping.get("address")
    return None if address is None else int(address["entity_id"])


def comment(record: Record, text: str, at: str, *, visible: bool = False) -> None:
    """Write a comment on an invoice, a shipment or a credit memo; it moves no time."""
    notes = record["comments"]
    notes.append(
        {
            "comment": text,
            "created_at": at,
            "entity_id": note_id(record["entity_id"], len(notes)),
            "is_customer_notified": 0,
            "is_visible_on_front": int(visible),
            "parent_id": record["entity_id"],
        }
    )
