const { byOrder, rowsOf } = require("./rows")
const { DIGESTS, DIGEST_KEY } = require("./sql/digest")
const { LINES, PICKED } = require("./sql/lines")
const { raw } = require("./sql/values")

/**
 * What Medusa holds of one order, as far as writing it needs. Amounts are decimal text.
 *
 * @typedef {object} OrderState
 * @property {object} order row of "order", and {number, digest, carried}: see sql/digest.js
 * @property {string} lines what items and shipping come to, with tax
 * @property {object[]} items {id, order_item_id, source_id, sku, title, requires_shipping, quantity,
 *   fulfilled, shipped}
 * @property {object[]} collections of payments: {id, amount, status, captured, refunded, payments}
 * @property {object[]} refunds {id, payment_id, amount, source_id}
 * @property {object[]} fulfillments {id, metadata, canceled_at, items, labels}
 * @property {object[]} creditLines {id, amount, reference, metadata}
 * @property {object[]} transactions {id, amount, reference, reference_id}
 * @property {string|null} summaryId
 */

/**
 * Which orders the records are about: id by record. An order is known by Medusa's id where the
 * record says it, else by its number, which the database keeps unique.
 *
 * @returns {Promise<Map<object, string>>}
 */
async function orderIds(trx, records) {
  const ids = records.flatMap(({ id }) => id ?? [])
  const numbers = records.flatMap(({ id, number }) => (id ? [] : number))
  const rows = await trx("order")
    .select("id", "custom_display_id")
    .where((known) => known.whereIn("id", ids).orWhereIn("custom_display_id", numbers))
    .whereNull("deleted_at")
  const known = new Set(rows.map(({ id }) => id))
  const byNumber = new Map(rows.map(({ id, custom_display_id }) => [custom_display_id, id]))
  const found = (record) => (known.has(record.id) ? record.id : byNumber.get(record.number))
  return new Map(records.map((record) => [record, found(record)]).filter(([, id]) => id))
}

/**
 * @param {string[]} ids
 * @returns {Promise<Map<string, OrderState>>} by order id; the orders' rows are locked
 */
async function orderStates(trx, ids) {
  if (!ids.length) return new Map()
  const orders = await orderRows(trx, ids)
  const parts = {
    items: await itemRows(trx, ids),
    collections: await collectionRows(trx, ids),
    refunds: await refundRows(trx, ids),
    fulfillments: await fulfillmentRows(trx, ids),
    creditLines: await creditLineRows(trx, ids),
    transactions: await transactionRows(trx, ids),
  }
  const grouped = Object.entries(parts).map(([name, rows]) => [name, byOrder(rows)])
  return new Map(
    orders.map(({ lines, summary_id, ...order }) => {
      const own = grouped.map(([name, groups]) => [name, groups.get(order.id) ?? []])
      return [order.id, { order, lines, summaryId: summary_id, ...Object.fromEntries(own) }]
    })
  )
}

async function orderRows(trx, ids) {
  await trx("order").select("id").whereIn("id", ids).orderBy("id").forUpdate()
  const rows = await rowsOf(
    trx,
    `select o.id, o.custom_display_id as number, o.version, o.status, o.is_draft_order,
      o.currency_code, o.metadata, o.created_at, o.updated_at, o.shipping_address_id,
      o.billing_address_id, o.metadata->>'${DIGEST_KEY}' as carried, summary.id as summary_id
    from "order" o
    left join order_summary summary on summary.order_id = o.id and summary.version = o.version
      and summary.deleted_at is null
    where o.id = any(?) and o.deleted_at is null
    order by o.id`,
    [ids]
  )
  const lines = await lineTotals(trx, ids)
  const digests = await digestsOf(trx, ids)
  return rows.map((row) => ({ ...row, lines: lines.get(row.id), digest: digests.get(row.id) }))
}

async function lineTotals(trx, ids) {
  const rows = await rowsOf(
    trx,
    `with ${PICKED}, ${LINES}
    select order_id, (subtotal - discount + shipping + tax)::text as lines from total_of`,
    [ids]
  )
  return new Map(rows.map(({ order_id, lines }) => [order_id, lines]))
}

async function digestsOf(trx, ids) {
  const rows = await rowsOf(trx, `with ${PICKED}, ${DIGESTS} select * from digest_of`, [ids])
  return new Map(rows.map(({ order_id, digest }) => [order_id, digest]))
}

function itemRows(trx, ids) {
  return rowsOf(
    trx,
    `select oi.order_id, oi.id as order_item_id, line.id, line.metadata->>'source_id' as source_id,
      line.variant_sku as sku, line.title, line.requires_shipping,
      oi.raw_quantity->>'value' as quantity, oi.raw_fulfilled_quantity->>'value' as fulfilled,
      oi.raw_shipped_quantity->>'value' as shipped
    from order_item oi
    join "order" o on o.id = oi.order_id and o.version = oi.version
    join order_line_item line on line.id = oi.item_id
    where oi.order_id = any(?) and oi.deleted_at is null
    order by line.id`,
    [ids]
  )
}

async function collectionRows(trx, ids) {
  const rows = await rowsOf(
    trx,
    `select link.order_id, pc.id, pc.status, pc.raw_amount->>'value' as amount,
      pc.raw_captured_amount->>'value' as captured, pc.raw_refunded_amount->>'value' as refunded
    from order_payment_collection link
    join payment_collection pc on pc.id = link.payment_collection_id and pc.deleted_at is null
    where link.order_id = any(?) and link.deleted_at is null
    order by pc.id`,
    [ids]
  )
  const payments = await paymentRows(trx, rows.map(({ id }) => id))
  const of = (id) => payments.filter(({ payment_collection_id }) => payment_collection_id === id)
  return rows.map((row) => ({ ...row, payments: of(row.id) }))
}

function paymentRows(trx, collectionIds) {
  return rowsOf(
    trx,
    `select p.id, p.payment_collection_id, p.raw_amount->>'value' as amount, p.captured_at,
      p.canceled_at, p.metadata,
      coalesce((select sum(${raw("capture", "amount")}) from capture
        where capture.payment_id = p.id and capture.deleted_at is null), 0)::text as captured,
      coalesce((select sum(${raw("refund", "amount")}) from refund
        where refund.payment_id = p.id and refund.deleted_at is null), 0)::text as refunded
    from payment p
    where p.payment_collection_id = any(?) and p.deleted_at is null
    order by p.created_at, p.id`,
    [collectionIds]
  )
}

function refundRows(trx, ids) {
  return rowsOf(
    trx,
    `select link.order_id, refund.id, refund.payment_id, refund.raw_amount->>'value' as amount,
      refund.metadata->>'source_id' as source_id
    from order_payment_collection link
    join payment on payment.payment_collection_id = link.payment_collection_id
      and payment.deleted_at is null
    join refund on refund.payment_id = payment.id and refund.deleted_at is null
    where link.order_id = any(?) and link.deleted_at is null`,
    [ids]
  )
}

function fulfillmentRows(trx, ids) {
  return rowsOf(
    trx,
    `select link.order_id, f.id, f.metadata, f.canceled_at,
      (select coalesce(json_agg(json_build_object('line_item_id', item.line_item_id,
          'quantity', item.raw_quantity->>'value')), '[]')
        from fulfillment_item item
        where item.fulfillment_id = f.id and item.deleted_at is null) as items,
      (select coalesce(json_agg(json_build_object('id', label.id,
          'tracking_number', label.tracking_number, 'tracking_url', label.tracking_url,
          'label_url', label.label_url)), '[]')
        from fulfillment_label label
        where label.fulfillment_id = f.id and label.deleted_at is null) as labels
    from order_fulfillment link
    join fulfillment f on f.id = link.fulfillment_id and f.deleted_at is null
    where link.order_id = any(?) and link.deleted_at is null
    order by f.id`,
    [ids]
  )
}

function creditLineRows(trx, ids) {
  return rowsOf(
    trx,
    `select line.order_id, line.id, line.raw_amount->>'value' as amount, line.reference,
      line.metadata
    from order_credit_line line
    join "order" o on o.id = line.order_id and o.version = line.version
    where line.order_id = any(?) and line.deleted_at is null
    order by line.id`,
    [ids]
  )
}

function transactionRows(trx, ids) {
  return rowsOf(
    trx,
    `select order_id, id, raw_amount->>'value' as amount, reference, reference_id
    from order_transaction
    where order_id = any(?) and deleted_at is null`,
    [ids]
  )
}

module.exports = { orderIds, orderStates }
