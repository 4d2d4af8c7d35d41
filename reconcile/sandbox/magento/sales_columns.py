"""The columns of the sales tables of Magento 2.4.7: what filters and sorts may name.

These tables are flat: REST shows most of the columns, and a filter may use all of them. A column
that the answers do not show reads as null here.
"""

from __future__ import annotations

from reconcile.sandbox.magento.conditions import Kind


def _columns(*, numbers: str, texts: str, times: str) -> dict[str, Kind]:
    return {
        **dict.fromkeys(numbers.split(), Kind.NUMBER),
        **dict.fromkeys(texts.split(), Kind.TEXT),
        **dict.fromkeys(times.split(), Kind.DATE_TIME),
    }


ORDER_COLUMNS = _columns(
    numbers="""
        entity_id is_virtual store_id customer_id base_discount_amount
        base_discount_canceled base_discount_invoiced base_discount_refunded
        base_grand_total base_shipping_amount base_shipping_canceled base_shipping_invoiced
        base_shipping_refunded base_shipping_tax_amount base_shipping_tax_refunded
        base_subtotal base_subtotal_canceled base_subtotal_invoiced base_subtotal_refunded
        base_tax_amount base_tax_canceled base_tax_invoiced base_tax_refunded
        base_to_global_rate base_to_order_rate base_total_canceled base_total_invoiced
        base_total_invoiced_cost base_total_offline_refunded base_total_online_refunded
        base_total_paid base_total_qty_ordered base_total_refunded discount_amount
        discount_canceled discount_invoiced discount_refunded grand_total shipping_amount
        shipping_canceled shipping_invoiced shipping_refunded shipping_tax_amount
        shipping_tax_refunded store_to_base_rate store_to_order_rate subtotal
        subtotal_canceled subtotal_invoiced subtotal_refunded tax_amount tax_canceled
        tax_invoiced tax_refunded total_canceled total_invoiced total_offline_refunded
        total_online_refunded total_paid total_qty_ordered total_refunded can_ship_partially
        can_ship_partially_item customer_is_guest customer_note_notify billing_address_id
        customer_group_id edit_increment email_sent send_email forced_shipment_with_invoice
        payment_auth_expiration quote_address_id quote_id shipping_address_id
        adjustment_negative adjustment_positive base_adjustment_negative
        base_adjustment_positive base_shipping_discount_amount base_subtotal_incl_tax
        base_total_due payment_authorization_amount shipping_discount_amount
        subtotal_incl_tax total_due weight total_item_count customer_gender
        discount_tax_compensation_amount base_discount_tax_compensation_amount
        shipping_discount_tax_compensation_amount
        base_shipping_discount_tax_compensation_amnt discount_tax_compensation_invoiced
        base_discount_tax_compensation_invoiced discount_tax_compensation_refunded
        base_discount_tax_compensation_refunded shipping_incl_tax base_shipping_incl_tax
        gift_message_id paypal_ipn_customer_notified
    """,
    texts="""
        state status coupon_code protect_code shipping_description increment_id
        applied_rule_ids base_currency_code customer_email customer_firstname
        customer_lastname customer_middlename customer_prefix customer_suffix
        customer_taxvat discount_description ext_customer_id ext_order_id
        global_currency_code hold_before_state hold_before_status order_currency_code
        original_increment_id relation_child_id relation_child_real_id relation_parent_id
        relation_parent_real_id remote_ip shipping_method store_currency_code store_name
        x_forwarded_for customer_note coupon_rule_name dispute_status
    """,
    times="customer_dob created_at updated_at",
)

INVOICE_COLUMNS = _columns(
    numbers="""
        entity_id store_id base_grand_total shipping_tax_amount tax_amount base_tax_amount
        store_to_order_rate base_shipping_tax_amount base_discount_amount base_to_order_rate
        grand_total shipping_amount subtotal_incl_tax base_subtotal_incl_tax
        store_to_base_rate base_shipping_amount total_qty base_to_global_rate subtotal
        base_subtotal discount_amount billing_address_id is_used_for_refund order_id
        email_sent send_email can_void_flag state shipping_address_id
        discount_tax_compensation_amount base_discount_tax_compensation_amount
        shipping_discount_tax_compensation_amount
        base_shipping_discount_tax_compensation_amnt shipping_incl_tax
        base_shipping_incl_tax base_total_refunded customer_note_notify
    """,
    texts="""
        store_currency_code transaction_id order_currency_code base_currency_code
        global_currency_code increment_id discount_description customer_note
    """,
    times="created_at updated_at",
)

SHIPMENT_COLUMNS = _columns(
    numbers="""
        entity_id store_id total_weight total_qty email_sent send_email order_id customer_id
        shipping_address_id billing_address_id shipment_status customer_note_notify
    """,
    texts="""
        increment_id packages shipping_label customer_note
    """,
    times="created_at updated_at",
)

CREDIT_MEMO_COLUMNS = _columns(
    numbers="""
        entity_id store_id adjustment_positive base_shipping_tax_amount store_to_order_rate
        base_discount_amount base_to_order_rate grand_total base_adjustment_negative
        base_subtotal_incl_tax shipping_amount subtotal_incl_tax adjustment_negative
        base_shipping_amount store_to_base_rate base_to_global_rate base_adjustment
        base_subtotal discount_amount subtotal adjustment base_grand_total
        base_adjustment_positive base_tax_amount shipping_tax_amount tax_amount order_id
        email_sent send_email creditmemo_status state shipping_address_id billing_address_id
        invoice_id discount_tax_compensation_amount base_discount_tax_compensation_amount
        shipping_discount_tax_compensation_amount
        base_shipping_discount_tax_compensation_amnt shipping_incl_tax
        base_shipping_incl_tax customer_note_notify
    """,
    texts="""
        store_currency_code order_currency_code base_currency_code global_currency_code
        transaction_id increment_id discount_description customer_note
    """,
    times="created_at updated_at",
)
