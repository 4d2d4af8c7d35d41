const { DIGEST_KEY } = require("./digest")
const { digits, exact, moment, raw } = require("./values")

/**
 * What is listed of orders: queries after the common table expressions of `lines.js`, those of the
 * parts with the `order_id` they belong to. Amounts are decimal text.
 */

const SUMMARIES = `select o.id, o.custom_display_id as number, o.display_id, o.status, o.updated_at,
    coalesce(o.metadata, '{}') - '${DIGEST_KEY}' as metadata, digest_of.digest,
    o.metadata->>'${DIGEST_KEY}' as carried_digest
  from picked
  join "order" o on o.id = picked.id
  join digest_of on digest_of.order_id = o.id
  order by o.id`

const ADDRESS = `first_name last_name company phone address_1 address_2 city province postal_code
  country_code metadata`
const address = (name) => {
  const parts = ADDRESS.split(/\s+/).map((column) => `'${column}', ${name}.${column}`)
  return `case when ${name}.id is not null then json_build_object(${parts.join(", ")}) end`
}

const HEADS = `select o.id as order_id, o.email, o.customer_id, o.sales_channel_id, o.region_id,
    o.currency_code, o.created_at, o.canceled_at, o.locale, o.is_draft_order, o.version,
    ${address("billing")} as billing_address, ${address("shipping")} as shipping_address
  from picked
  join "order" o on o.id = picked.id
  left join order_address billing on billing.id = o.billing_address_id
  left join order_address shipping on shipping.id = o.shipping_address_id`

const TOTALS = `select order_id, ${digits("subtotal")} as subtotal,
    ${digits("discount")} as discount, ${digits("shipping")} as shipping,
    ${digits("tax")} as tax, ${digits("credit")} as credit,
    ${digits("subtotal - discount + shipping + tax - credit")} as total
  from total_of`

/** A lateral join `taxed(tax_rate, taxes)`: the tax lines of a line, the rates in percent. */
const taxed = (table, column, line) => `cross join lateral (
    select coalesce(${exact(`sum(${raw("tax", "rate")})`)}, '0') as tax_rate,
      coalesce(json_agg(json_build_object('code', tax.code, 'rate', ${exact(raw("tax", "rate"))},
        'description', tax.description) order by tax.code, tax.id), '[]') as taxes
    from ${table} tax
    where tax.${column} = ${line}.id and tax.deleted_at is null
  ) taxed`

const ITEMS = `select item_line.order_id, line.id, line.metadata->>'source_id' as source_id,
    line.variant_sku as sku, line.title, line.variant_id, line.product_id,
    ${exact("item_line.quantity")} as quantity, ${exact("item_line.price")} as unit_price,
    ${exact("item_line.discount")} as discount, taxed.tax_rate, taxed.taxes, line.requires_shipping,
    ${exact(raw("oi", "fulfilled_quantity"))} as fulfilled_quantity,
    ${exact(raw("oi", "shipped_quantity"))} as shipped_quantity, line.metadata
  from item_line
  join order_line_item line on line.id = item_line.item_id
  join order_item oi on oi.id = item_line.order_item_id
  ${taxed("order_line_item_tax_line", "item_id", "line")}
  order by line.id`

const METHODS = `select shipping_line.order_id, method.id, method.name,
    ${exact(raw("method", "amount"))} as amount, ${exact("shipping_line.discount")} as discount,
    taxed.tax_rate, taxed.taxes, method.metadata
  from shipping_line
  join order_shipping_method method on method.id = shipping_line.shipping_method_id
  ${taxed("order_shipping_method_tax_line", "shipping_method_id", "method")}
  order by method.id`

const CREDIT_LINES = `select line.order_id, line.id, ${exact(raw("line", "amount"))} as amount,
    line.reference, line.reference_id, line.metadata, line.created_at
  from picked
  join order_credit_line line on line.order_id = picked.id and line.version = picked.version
    and line.deleted_at is null
  order by line.id`

const TRANSACTIONS = `select booked.order_id, booked.id,
    ${exact(raw("booked", "amount"))} as amount, booked.reference, booked.reference_id, booked.currency_code, booked.created_at
  from picked
  join order_transaction booked on booked.order_id = picked.id and booked.deleted_at is null
  order by booked.id`

const PAYMENTS = `select link.order_id, payment.id, ${exact(raw("payment", "amount"))} as amount,
    payment.currency_code, payment.created_at, payment.captured_at, payment.canceled_at,
    capturing.captured, refunding.refunded, payment.metadata, refunding.refunds
  from picked
  join order_payment_collection link on link.order_id = picked.id and link.deleted_at is null
  join payment on payment.payment_collection_id = link.payment_collection_id
    and payment.deleted_at is null
  cross join lateral (
    select coalesce(${exact(`sum(${raw("capture", "amount")})`)}, '0') as captured
    from capture where capture.payment_id = payment.id and capture.deleted_at is null
  ) capturing
  cross join lateral (
    select coalesce(${exact(`sum(${raw("refund", "amount")})`)}, '0') as refunded,
      coalesce(json_agg(json_build_object('id', refund.id,
        'amount', ${exact(raw("refund", "amount"))}, 'created_at', ${moment("refund.created_at")},
        'metadata', refund.metadata)
        order by refund.id), '[]') as refunds
    from refund where refund.payment_id = payment.id and refund.deleted_at is null
  ) refunding
  order by payment.created_at, payment.id`

const FULFILLMENTS = `select link.order_id, parcel.id, parcel.created_at, parcel.packed_at,
    parcel.shipped_at, parcel.delivered_at, parcel.canceled_at, parcel.location_id, parcel.metadata,
    packed.items, tracked.labels
  from picked
  join order_fulfillment link on link.order_id = picked.id and link.deleted_at is null
  join fulfillment parcel on parcel.id = link.fulfillment_id and parcel.deleted_at is null
  cross join lateral (
    select coalesce(json_agg(json_build_object('item_id', item.line_item_id,
        'source_id', line.metadata->>'source_id', 'quantity', ${exact(raw("item", "quantity"))})
        order by item.id), '[]') as items
    from fulfillment_item item
    left join order_line_item line on line.id = item.line_item_id
    where item.fulfillment_id = parcel.id and item.deleted_at is null
  ) packed
  cross join lateral (
    select coalesce(json_agg(json_build_object('tracking_number', label.tracking_number,
        'tracking_url', label.tracking_url) order by label.id), '[]') as labels
    from fulfillment_label label
    where label.fulfillment_id = parcel.id and label.deleted_at is null
  ) tracked
  order by parcel.created_at, parcel.id`

const PARTS = {
  items: ITEMS,
  shipping_methods: METHODS,
  credit_lines: CREDIT_LINES,
  transactions: TRANSACTIONS,
  payments: PAYMENTS,
  fulfillments: FULFILLMENTS,
}

module.exports = { HEADS, PARTS, SUMMARIES, TOTALS }
