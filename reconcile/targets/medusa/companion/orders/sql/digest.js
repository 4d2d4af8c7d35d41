/** Where an order keeps the digest of the state in which the companion left it: in its metadata. */
const DIGEST_KEY = "reconcile_digest"

// Times as numbers: as text they would depend on the settings of the connection.
const at = (column) => `extract(epoch from ${column})`

const ADDRESS = `id first_name last_name company phone address_1 address_2 city province postal_code
  country_code metadata`
const address = (name) =>
  `row(${ADDRESS.split(/\s+/).map((column) => `${name}.${column}`).join(", ")})::text`

/** What belongs to an order, each as rows that name their order and say all that may change. */
const PARTS = {
  order: `select o.id as order_id, o.id, row(o.status, o.version, o.email, o.customer_id,
      o.sales_channel_id, o.region_id, o.currency_code, o.locale, o.custom_display_id,
      o.is_draft_order, ${at("o.canceled_at")}, o.metadata - '${DIGEST_KEY}')::text as state
    from picked join "order" o on o.id = picked.id`,
  delivery: `select o.id as order_id, part.id, ${address("part")} as state
    from picked join "order" o on o.id = picked.id
    join order_address part on part.id = o.shipping_address_id`,
  billing: `select o.id as order_id, part.id, ${address("part")} as state
    from picked join "order" o on o.id = picked.id
    join order_address part on part.id = o.billing_address_id`,
  item: `select part.order_id, part.id, row(part.id, part.version, part.item_id, part.unit_price,
      part.quantity, part.fulfilled_quantity, part.shipped_quantity, part.delivered_quantity,
      part.return_requested_quantity, part.return_received_quantity,
      part.return_dismissed_quantity, part.written_off_quantity)::text as state
    from picked join order_item part on part.order_id = picked.id and part.deleted_at is null`,
  method: `select part.order_id, part.id, row(part.id, part.version, part.shipping_method_id)::text
      as state
    from picked join order_shipping part on part.order_id = picked.id and part.deleted_at is null`,
  transaction: `select part.order_id, part.id, row(part.id, part.version, part.amount,
      part.reference, part.reference_id)::text as state
    from picked join order_transaction part on part.order_id = picked.id
      and part.deleted_at is null`,
  credit: `select part.order_id, part.id, row(part.id, part.version, part.amount, part.reference,
      part.reference_id, part.metadata)::text as state
    from picked join order_credit_line part on part.order_id = picked.id
      and part.deleted_at is null`,
  collection: `select link.order_id, part.id, row(part.id, part.amount, part.status)::text as state
    from picked
    join order_payment_collection link on link.order_id = picked.id and link.deleted_at is null
    join payment_collection part on part.id = link.payment_collection_id
      and part.deleted_at is null`,
  payment: `select link.order_id, part.id, row(part.id, part.amount, ${at("part.captured_at")},
      ${at("part.canceled_at")}, part.metadata)::text as state
    from picked
    join order_payment_collection link on link.order_id = picked.id and link.deleted_at is null
    join payment part on part.payment_collection_id = link.payment_collection_id
      and part.deleted_at is null`,
  capture: `select link.order_id, part.id, row(part.id, part.amount)::text as state
    from picked
    join order_payment_collection link on link.order_id = picked.id and link.deleted_at is null
    join payment on payment.payment_collection_id = link.payment_collection_id
      and payment.deleted_at is null
    join capture part on part.payment_id = payment.id and part.deleted_at is null`,
  refund: `select link.order_id, part.id, row(part.id, part.amount, part.note, part.metadata)::text
      as state
    from picked
    join order_payment_collection link on link.order_id = picked.id and link.deleted_at is null
    join payment on payment.payment_collection_id = link.payment_collection_id
      and payment.deleted_at is null
    join refund part on part.payment_id = payment.id and part.deleted_at is null`,
  fulfillment: `select link.order_id, part.id, row(part.id, part.location_id,
      ${at("part.packed_at")}, ${at("part.shipped_at")}, ${at("part.delivered_at")},
      ${at("part.canceled_at")}, part.metadata)::text as state
    from picked
    join order_fulfillment link on link.order_id = picked.id and link.deleted_at is null
    join fulfillment part on part.id = link.fulfillment_id and part.deleted_at is null`,
  label: `select link.order_id, part.id, row(part.id, part.tracking_number, part.tracking_url,
      part.label_url)::text as state
    from picked
    join order_fulfillment link on link.order_id = picked.id and link.deleted_at is null
    join fulfillment_label part on part.fulfillment_id = link.fulfillment_id
      and part.deleted_at is null`,
  // Returns, claims, exchanges and edits all bring an order change.
  change: `select part.order_id, part.id, row(part.id, part.version, part.change_type, part.status,
      part.return_id, part.claim_id, part.exchange_id)::text as state
    from picked join order_change part on part.order_id = picked.id and part.deleted_at is null`,
}

const STATES = Object.entries(PARTS).map(
  ([name, rows]) => `select order_id, '${name}' as part, id, state from (${rows}) rows_of_${name}`
)

/**
 * A common table expression after PICKED that gives `digest_of(order_id, digest)`: it changes with
 * anything about an order that somebody can change in Medusa, and with nothing else.
 */
const DIGESTS = `digest_of as materialized (
  select order_id, '1:' || md5(string_agg(part || state, E'\\n' order by part, id)) as digest
  from (${STATES.join(" union all ")}) part
  group by order_id
)`

module.exports = { DIGESTS, DIGEST_KEY }
