"""Which members of an order's document Magento knows itself, and what extensions added to it."""

from __future__ import annotations

from functools import lru_cache

from reconcile.model import Json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records.values import filled
from reconcile.sources.magento_rest.wire import Record

_ORDER = """
    applied_rule_ids billing_address billing_address_id can_ship_partially can_ship_partially_item
    coupon_code created_at customer_dob customer_email customer_firstname customer_gender
    customer_group_id customer_id customer_is_guest customer_lastname customer_middlename
    customer_note customer_note_notify customer_prefix customer_suffix customer_taxvat
    discount_description edit_increment email_sent entity_id ext_customer_id ext_order_id
    extension_attributes forced_shipment_with_invoice global_currency_code hold_before_state
    hold_before_status increment_id is_virtual items order_currency_code original_increment_id
    payment payment_auth_expiration payment_authorization_amount protect_code quote_address_id
    quote_id relation_child_id relation_child_real_id relation_parent_id relation_parent_real_id
    remote_ip shipping_description state status status_histories store_currency_code store_id
    store_name total_item_count total_qty_ordered updated_at weight x_forwarded_for
    adjustment_negative adjustment_positive discount_amount discount_tax_compensation_amount
    grand_total shipping_amount shipping_discount_amount shipping_discount_tax_compensation_amount
    shipping_tax_amount subtotal tax_amount total_due total_paid
    base_shipping_discount_tax_compensation_amnt
"""
_EXTENSION = """
    additional_itemized_taxes applied_taxes converting_from_quote customer_balance_amount
    gift_cards gift_cards_amount gift_message gw_card_price gw_card_tax_amount gw_items_price
    gw_items_tax_amount gw_price gw_tax_amount item_applied_taxes payment_additional_info
    reward_currency_amount shipping_assignments taxes
"""
_ITEM = """
    additional_data amount_refunded applied_rule_ids created_at description discount_amount
    discount_percent discount_tax_compensation_amount event_id ext_order_item_id
    extension_attributes free_shipping gw_base_price gw_base_tax_amount gw_id gw_price
    gw_tax_amount is_qty_decimal is_virtual item_id locked_do_invoice locked_do_ship name
    no_discount order_id original_price parent_item parent_item_id price price_incl_tax product_id
    product_option product_type qty_backordered qty_ordered qty_returned qty_shipped quote_item_id
    row_total row_weight sku store_id tax_amount tax_before_discount tax_percent updated_at
    weee_tax_applied weee_tax_applied_amount weee_tax_applied_row_amount weee_tax_disposition
    weee_tax_row_disposition weight
"""
_OF_ORDER, _OF_EXTENSION, _OF_ITEM = (
    frozenset(words.split()) for words in (_ORDER, _EXTENSION, _ITEM)
)
_OF_ITEM_EXTENSION = frozenset({"itemized_taxes", "gift_message"})
_ENDS = ("_canceled", "_incl_tax", "_invoiced", "_invoiced_cost", "_refunded", "_rate")
"""What became of amounts: told by invoices and credit memos."""


def added(document: Record) -> dict[str, Json]:
    """Members with a value that Magento itself does not have: those of the order, and under
    `extension_attributes` and `items` (by id) those of its parts."""
    extension = wire.members(document.get("extension_attributes"))
    items = {
        str(item.get("item_id")): _added_to_item(item)
        for item in wire.records(document.get("items"))
    }
    found = _others(document, _OF_ORDER)
    found["extension_attributes"] = _others(extension, _OF_EXTENSION)
    found["items"] = filled(items)
    return filled(found)


def _added_to_item(item: Record) -> dict[str, Json]:
    extension = wire.members(item.get("extension_attributes"))
    found = _others(item, _OF_ITEM)
    found["extension_attributes"] = _others(extension, _OF_ITEM_EXTENSION)
    return filled(found)


def _others(members: Record, known: frozenset[str]) -> dict[str, Json]:
    return filled({name: members[name] for name in _other_names(tuple(members), known)})


@lru_cache(maxsize=10_000)
def _other_names(names: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    """Documents of one shop have the same names over and over."""
    return tuple(name for name in names if name not in known and not _is_own(name))


def _is_own(name: str) -> bool:
    """Twins in the shop's currency, and what became of amounts."""
    return name.startswith("base_") or name.endswith(_ENDS)
