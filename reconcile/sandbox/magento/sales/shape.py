"""The members of sales records in the order in which Magento writes them."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.sandbox.magento.table import Record


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORDER = _names(
    """
    adjustment_negative adjustment_positive applied_rule_ids base_adjustment_negative
    base_adjustment_positive base_currency_code base_discount_amount base_discount_canceled
    base_discount_invoiced base_discount_refunded base_grand_total
    base_discount_tax_compensation_amount base_discount_tax_compensation_invoiced
    base_discount_tax_compensation_refunded base_shipping_amount base_shipping_canceled
    base_shipping_discount_amount base_shipping_discount_tax_compensation_amnt
    base_shipping_incl_tax base_shipping_invoiced base_shipping_refunded base_shipping_tax_amount
    base_shipping_tax_refunded base_subtotal base_subtotal_canceled base_subtotal_incl_tax
    base_subtotal_invoiced base_subtotal_refunded base_tax_amount base_tax_canceled
    base_tax_invoiced base_tax_refunded base_total_canceled base_total_due base_total_invoiced
    base_total_invoiced_cost base_total_offline_refunded base_total_paid base_total_refunded
    base_to_global_rate base_to_order_rate billing_address_id coupon_code created_at customer_dob
    customer_email customer_firstname customer_gender customer_group_id customer_id
    customer_is_guest customer_lastname customer_middlename customer_note customer_note_notify
    customer_prefix customer_suffix customer_taxvat discount_amount discount_canceled
    discount_description discount_invoiced discount_refunded email_sent entity_id
    global_currency_code grand_total discount_tax_compensation_amount
    discount_tax_compensation_invoiced discount_tax_compensation_refunded hold_before_state
    hold_before_status increment_id is_virtual order_currency_code protect_code quote_id remote_ip
    shipping_amount shipping_canceled shipping_description shipping_discount_amount
    shipping_discount_tax_compensation_amount shipping_incl_tax shipping_invoiced shipping_refunded
    shipping_tax_amount shipping_tax_refunded state status store_currency_code store_id store_name
    store_to_base_rate store_to_order_rate subtotal subtotal_canceled subtotal_incl_tax
    subtotal_invoiced subtotal_refunded tax_amount tax_canceled tax_invoiced tax_refunded
    total_canceled total_due total_invoiced total_item_count total_offline_refunded total_paid
    total_qty_ordered total_refunded updated_at weight items billing_address payment
    status_histories extension_attributes
    """
)

ITEM = _names(
    """
    amount_refunded applied_rule_ids base_amount_refunded base_cost base_discount_amount
    base_discount_invoiced base_discount_refunded base_discount_tax_compensation_amount
    base_discount_tax_compensation_invoiced base_discount_tax_compensation_refunded
    base_original_price base_price base_price_incl_tax base_row_invoiced base_row_total
    base_row_total_incl_tax base_tax_amount base_tax_invoiced base_tax_refunded created_at
    discount_amount discount_invoiced discount_percent discount_refunded free_shipping
    discount_tax_compensation_amount discount_tax_compensation_canceled
    discount_tax_compensation_invoiced discount_tax_compensation_refunded is_qty_decimal is_virtual
    item_id name no_discount order_id original_price parent_item_id price price_incl_tax product_id
    product_type qty_backordered qty_canceled qty_invoiced qty_ordered qty_refunded qty_shipped
    quote_item_id row_invoiced row_total row_total_incl_tax row_weight sku store_id tax_amount
    tax_canceled tax_invoiced tax_percent tax_refunded updated_at weee_tax_applied weight
    parent_item product_option extension_attributes
    """
)
_ADDED_LAST = ("row_total_incl_tax", "base_row_total_incl_tax")
DUMMY = tuple(name for name in ITEM if name not in _ADDED_LAST) + _ADDED_LAST

PAYMENT = _names(
    """
    account_status additional_information amount_ordered amount_paid amount_refunded
    base_amount_ordered base_amount_paid base_amount_refunded base_shipping_amount
    base_shipping_captured base_shipping_refunded cc_exp_year cc_last4 cc_ss_start_month
    cc_ss_start_year entity_id method parent_id po_number shipping_amount shipping_captured
    shipping_refunded
    """
)

INVOICE = _names(
    """
    base_currency_code base_discount_amount base_grand_total base_discount_tax_compensation_amount
    base_shipping_amount base_shipping_discount_tax_compensation_amnt base_shipping_incl_tax
    base_shipping_tax_amount base_subtotal base_subtotal_incl_tax base_tax_amount
    base_to_global_rate base_to_order_rate billing_address_id can_void_flag created_at
    discount_amount discount_description entity_id global_currency_code grand_total
    discount_tax_compensation_amount increment_id order_currency_code order_id shipping_address_id
    shipping_amount shipping_discount_tax_compensation_amount shipping_incl_tax shipping_tax_amount
    state store_currency_code store_id store_to_base_rate store_to_order_rate subtotal
    subtotal_incl_tax tax_amount total_qty updated_at items comments
    """
)

INVOICE_ITEM = _names(
    """
    base_cost base_discount_amount base_discount_tax_compensation_amount base_price
    base_price_incl_tax base_row_total base_row_total_incl_tax base_tax_amount discount_amount
    entity_id discount_tax_compensation_amount name parent_id price price_incl_tax product_id
    row_total row_total_incl_tax sku tax_amount order_item_id qty
    """
)

CREDIT_MEMO = _names(
    """
    adjustment adjustment_negative adjustment_positive base_adjustment base_adjustment_negative
    base_adjustment_positive base_currency_code base_discount_amount base_grand_total
    base_discount_tax_compensation_amount base_shipping_amount base_shipping_incl_tax
    base_shipping_tax_amount base_subtotal base_subtotal_incl_tax base_tax_amount
    base_to_global_rate base_to_order_rate billing_address_id created_at discount_amount
    discount_description entity_id global_currency_code grand_total
    discount_tax_compensation_amount increment_id order_currency_code order_id shipping_address_id
    shipping_amount shipping_incl_tax shipping_tax_amount state store_currency_code store_id
    store_to_base_rate store_to_order_rate subtotal subtotal_incl_tax tax_amount updated_at items
    comments
    """
)

CREDIT_MEMO_ITEM = _names(
    """
    base_cost base_discount_amount base_discount_tax_compensation_amount base_price
    base_price_incl_tax base_row_total base_row_total_incl_tax base_tax_amount
    base_weee_tax_row_disposition discount_amount entity_id discount_tax_compensation_amount name
    order_item_id parent_id price price_incl_tax product_id qty row_total row_total_incl_tax sku
    tax_amount weee_tax_applied weee_tax_applied_row_amount weee_tax_row_disposition
    """
)

_SHIPPING_TOTAL = _names(
    """
    base_shipping_amount base_shipping_canceled base_shipping_discount_amount
    base_shipping_discount_tax_compensation_amnt base_shipping_incl_tax base_shipping_invoiced
    base_shipping_refunded base_shipping_tax_amount base_shipping_tax_refunded shipping_amount
    shipping_canceled shipping_discount_amount shipping_discount_tax_compensation_amount
    shipping_incl_tax shipping_invoiced shipping_refunded shipping_tax_amount shipping_tax_refunded
    """
)


def arranged(record: Record, names: Sequence[str]) -> Record:
    """A copy with the members in the order of ``names``, others after them."""
    known = {name: record[name] for name in names if name in record}
    if len(known) < len(record):
        known.update((name, value) for name, value in record.items() if name not in known)
    return known


def is_dummy(item: Record) -> bool:
    """Whether a row carries no money: the choice of a configurable or of a bundle with a price of
    its own, and the bundle whose choices have the prices."""
    return "discount_tax_compensation_amount" not in item


def finished(order: Record) -> Record:
    """A copy of the order with members in Magento's order, and the repetitions: each child holds
    its parent's row, the shipping assignment all rows and the shipping amounts again."""
    rows = {item["item_id"]: _row(item) for item in order["items"]}
    for row in rows.values():
        parent = rows.get(row.get("parent_item_id"))
        if parent is not None:
            row["parent_item"] = parent
    done = arranged(order, ORDER)
    done["items"] = list(rows.values())
    done["payment"] = arranged(order["payment"], PAYMENT)
    extension = order["extension_attributes"]
    assignment = extension["shipping_assignments"][0]
    total = {name: order[name] for name in _SHIPPING_TOTAL if name in order}
    again = {"shipping": {**assignment["shipping"], "total": total}, "items": done["items"]}
    done["extension_attributes"] = {**extension, "shipping_assignments": [again]}
    return done


def _row(item: Record) -> Record:
    """Children that carry no money get their totals with tax after everything else."""
    is_child = "parent_item_id" in item
    return arranged(item, DUMMY if is_child and is_dummy(item) else ITEM)
