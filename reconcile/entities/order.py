"""An order of the past, and what happened to it: invoices, shipments, credit memos. Keys: numbers.

Amounts are decimal text in the order's currency, quantities decimal text.

    order.items             rows {id, sku, title, quantity, subtotal, discount, tax, taxes:
                            [{code, rate}], requires_shipping, metadata}: one per purchase;
                            `subtotal` is net and before the discount, `discount` net, `tax` what
                            was charged on the rest; `taxes` say at which nominal rates
    order.shipping_methods  rows {id, name, amount, discount, tax, taxes}, net as well
    order.adjustments       rows {id, name, amount}: what else moved the total, signed
    order.totals            {subtotal, discount, shipping, tax, adjustment, grand_total, paid,
                            refunded, due} in whole minor units, with
                            grand_total = subtotal - discount + shipping + tax + adjustment
                            and due = grand_total - paid
    addresses               {first_name, last_name, company, phone, address_1, address_2, city,
                            province, postal_code, country_code}; without a value: left out
    invoice.items, shipment.items, credit_memo.items
                            rows {id, quantity}, `id` that of the order's item
    invoice.totals          {subtotal, discount, shipping, tax, grand_total}
    credit_memo.totals      the same and `adjustment`
    shipment.tracking       rows {id, carrier, title, number}
"""

from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec, Kind

ORDER = EntitySpec(
    name="order",
    plural="orders",
    fields=(
        FieldSpec("number", required=True, fixed=True),
        FieldSpec("email", personal=True),
        # A customer that is deleted in the source takes nobody's history away on the target.
        FieldSpec("customer", Kind.REF, refers="customer", kept=True, personal=True),
        FieldSpec("sales_channel", Kind.REF, refers="sales_channel"),
        FieldSpec("status", required=True),
        FieldSpec("currency_code", required=True, fixed=True),
        FieldSpec("created_at", Kind.MOMENT, required=True, fixed=True),
        FieldSpec("updated_at", Kind.MOMENT),
        FieldSpec("canceled_at", Kind.MOMENT),
        FieldSpec("locale"),
        FieldSpec("billing_address", Kind.MAP, personal=True),
        FieldSpec("shipping_address", Kind.MAP, personal=True),
        FieldSpec("items", Kind.ROWS, required=True, fixed=True),
        FieldSpec("shipping_methods", Kind.ROWS, fixed=True),
        FieldSpec("adjustments", Kind.ROWS, fixed=True),
        FieldSpec("totals", Kind.MAP, required=True),
        METADATA,
    ),
    sums_up=True,
    personal=True,
)

INVOICE = EntitySpec(
    name="invoice",
    plural="invoices",
    fields=(
        FieldSpec("order", Kind.REF, required=True, refers="order"),
        FieldSpec("number", required=True, fixed=True),
        FieldSpec("state", required=True),
        FieldSpec("created_at", Kind.MOMENT, required=True, fixed=True),
        FieldSpec("currency_code", required=True, fixed=True),
        FieldSpec("amount", Kind.DECIMAL, required=True, fixed=True),
        FieldSpec("items", Kind.ROWS, fixed=True),
        FieldSpec("totals", Kind.MAP, fixed=True),
        METADATA,
    ),
    parent="order",
    personal=True,
)

SHIPMENT = EntitySpec(
    name="shipment",
    plural="shipments",
    fields=(
        FieldSpec("order", Kind.REF, required=True, refers="order"),
        FieldSpec("number", required=True, fixed=True),
        FieldSpec("created_at", Kind.MOMENT, required=True, fixed=True),
        FieldSpec("location", Kind.REF, refers="stock_location", fixed=True),
        FieldSpec("items", Kind.ROWS, fixed=True),
        FieldSpec("tracking", Kind.ROWS, personal=True),
        METADATA,
    ),
    parent="order",
    personal=True,
)

CREDIT_MEMO = EntitySpec(
    name="credit_memo",
    plural="credit_memos",
    fields=(
        FieldSpec("order", Kind.REF, required=True, refers="order"),
        FieldSpec("number", required=True, fixed=True),
        FieldSpec("state", required=True),
        FieldSpec("created_at", Kind.MOMENT, required=True, fixed=True),
        FieldSpec("currency_code", required=True, fixed=True),
        FieldSpec("amount", Kind.DECIMAL, required=True, fixed=True),
        FieldSpec("items", Kind.ROWS, fixed=True),
        FieldSpec("totals", Kind.MAP, fixed=True),
        METADATA,
    ),
    parent="order",
    personal=True,
)
