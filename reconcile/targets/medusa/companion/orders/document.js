const check = require("./checks")
const { Problem } = require("../http/problem")
const { withoutNulls } = require("./metadata")
const { MEMO } = require("./references")
const { DIGEST_KEY } = require("./sql/digest")

const STATUSES = ["pending", "completed", "archived", "canceled", "requires_action"]
const ADDRESS = [
  "first_name",
  "last_name",
  "company",
  "phone",
  "address_1",
  "address_2",
  "city",
  "province",
  "postal_code",
  "country_code",
]
const status = check.oneOf(STATUSES)

/**
 * One record of a request, checked; amounts are decimal text, times are Dates.
 *
 * @typedef {object} OrderRecord
 * @property {string} number
 * @property {string|null} sourceId
 * @property {string|null} id Medusa's, of an order that is there
 * @property {object|null} order what to create when there is no such order
 * @property {object|null} update what to change when there is one; holds only what was sent
 * @property {object[]} invoices {number, source_id, state, amount, currency_code, created_at, metadata}
 * @property {object[]} shipments {number, source_id, created_at, location_id, items, labels|null, metadata}
 * @property {object[]} creditMemos as invoices
 */

/** @returns {OrderRecord}; throws Problem that names the part that is wrong */
function orderRecord(raw) {
  const record = {
    number: check.text(raw.number, "number"),
    sourceId: check.maybeText(raw.source_id, "source_id"),
    id: check.maybeText(raw.id, "id"),
    order: raw.order ? order(check.object(raw.order, "order")) : null,
    update: raw.update ? update(check.object(raw.update, "update")) : null,
    invoices: children(raw.invoices, "invoices", invoice),
    shipments: children(raw.shipments, "shipments", shipment),
    creditMemos: children(raw.credit_memos, "credit_memos", creditMemo),
  }
  if (record.order && !record.sourceId) throw new Problem("invalid", "source_id is missing.")
  return record
}

function children(raw, path, read) {
  return check.unique(check.list(raw, path, read), "source_id", path)
}

function order(raw) {
  const created_at = check.moment(raw.created_at, "order.created_at")
  return {
    email: check.maybeText(raw.email, "order.email"),
    customer_id: check.maybeText(raw.customer_id, "order.customer_id"),
    sales_channel_id: check.maybeText(raw.sales_channel_id, "order.sales_channel_id"),
    status: status(raw.status, "order.status"),
    currency_code: check.currency(raw.currency_code, "order.currency_code"),
    created_at,
    updated_at: check.maybeMoment(raw.updated_at, "order.updated_at") ?? created_at,
    canceled_at: check.maybeMoment(raw.canceled_at, "order.canceled_at"),
    locale: check.maybeText(raw.locale, "order.locale"),
    metadata: withoutNulls(ownMetadata(raw.metadata, "order.metadata")),
    billing_address: address(raw.billing_address, "order.billing_address"),
    shipping_address: address(raw.shipping_address, "order.shipping_address"),
    items: check.unique(check.list(raw.items, "order.items", item), "source_id", "order.items"),
    shipping_methods: check.list(raw.shipping_methods, "order.shipping_methods", shippingMethod),
    credit_lines: check.list(raw.credit_lines, "order.credit_lines", creditLine),
  }
}

function item(raw, path) {
  return {
    source_id: check.text(raw.source_id, `${path}.source_id`),
    variant_sku: check.maybeText(raw.variant_sku, `${path}.variant_sku`),
    title: check.text(raw.title, `${path}.title`),
    quantity: check.amount(raw.quantity, `${path}.quantity`),
    unit_price: check.decimal(raw.unit_price, `${path}.unit_price`),
    requires_shipping: raw.requires_shipping !== false,
    ...reductions(raw, path),
  }
}

function shippingMethod(raw, path) {
  return {
    source_id: check.text(raw.source_id, `${path}.source_id`),
    name: check.text(raw.name, `${path}.name`),
    amount: check.decimal(raw.amount, `${path}.amount`),
    ...reductions(raw, path),
  }
}

function reductions(raw, path) {
  return {
    tax_lines: check.list(raw.tax_lines, `${path}.tax_lines`, taxLine),
    adjustments: check.list(raw.adjustments, `${path}.adjustments`, adjustment),
    metadata: withoutNulls(check.metadata(raw.metadata, `${path}.metadata`)),
  }
}

function taxLine(raw, path) {
  return {
    code: check.text(raw.code, `${path}.code`),
    rate: check.decimal(raw.rate, `${path}.rate`),
    description: check.maybeText(raw.description, `${path}.description`),
  }
}

function adjustment(raw, path) {
  return {
    code: check.maybeText(raw.code, `${path}.code`),
    amount: check.decimal(raw.amount, `${path}.amount`),
    description: check.maybeText(raw.description, `${path}.description`),
  }
}

function creditLine(raw, path) {
  check.need(raw.reference !== MEMO, `${path}.reference`, "another one: credit memos are sent by themselves")
  return {
    amount: check.decimal(raw.amount, `${path}.amount`),
    reference: check.maybeText(raw.reference, `${path}.reference`),
    reference_id: check.maybeText(raw.reference_id, `${path}.reference_id`),
    metadata: withoutNulls(check.metadata(raw.metadata, `${path}.metadata`)),
  }
}

/** Without the keys that are the companion's own affair. */
function ownMetadata(raw, path) {
  const { [DIGEST_KEY]: _digest, source_id: _mark, ...metadata } = check.metadata(raw, path)
  return metadata
}

/** All parts, null where there is nothing, so that an address is replaced as a whole. */
function address(raw, path) {
  if (raw === undefined || raw === null) return null
  check.object(raw, path)
  const parts = ADDRESS.map((name) => [name, check.maybeText(raw[name], `${path}.${name}`)])
  const country = raw.country_code?.toLowerCase?.() ?? null
  return { ...Object.fromEntries(parts), country_code: country }
}

const UPDATES = {
  status,
  canceled_at: check.maybeMoment,
  updated_at: check.moment,
  email: check.maybeText,
  customer_id: check.maybeText,
  sales_channel_id: check.maybeText,
  locale: check.maybeText,
  metadata: ownMetadata,
  billing_address: address,
  shipping_address: address,
}

/** Only what was sent: what is missing stays as it is, what is null goes. */
function update(raw) {
  const sent = Object.entries(UPDATES).filter(([name]) => raw[name] !== undefined)
  return Object.fromEntries(sent.map(([name, read]) => [name, read(raw[name], `update.${name}`)]))
}

function child(raw, path) {
  return {
    number: check.text(raw.number, `${path}.number`),
    source_id: check.text(raw.source_id, `${path}.source_id`),
    created_at: check.maybeMoment(raw.created_at, `${path}.created_at`),
    metadata: check.metadata(raw.metadata, `${path}.metadata`),
  }
}

function money(states) {
  const state = check.oneOf(states)
  return (raw, path) => ({
    ...child(raw, path),
    state: raw.state === undefined ? null : state(raw.state, `${path}.state`),
    amount: raw.amount === undefined ? null : check.amount(raw.amount, `${path}.amount`),
    currency_code:
      raw.currency_code === undefined
        ? null
        : check.currency(raw.currency_code, `${path}.currency_code`),
  })
}

const invoice = money(["paid", "open", "canceled"])
const creditMemo = money(["refunded", "open", "canceled"])

function shipment(raw, path) {
  return {
    ...child(raw, path),
    location_id: check.maybeText(raw.location_id, `${path}.location_id`),
    items: check.list(raw.items, `${path}.items`, shippedItem),
    labels: raw.labels === undefined ? null : check.list(raw.labels, `${path}.labels`, label),
  }
}

function shippedItem(raw, path) {
  return {
    source_id: check.text(raw.source_id, `${path}.source_id`),
    quantity: check.amount(raw.quantity, `${path}.quantity`),
  }
}

/** Medusa wants a text for each link, be it an empty one. */
function label(raw, path) {
  return {
    tracking_number: check.text(raw.tracking_number, `${path}.tracking_number`),
    tracking_url: check.maybeText(raw.tracking_url, `${path}.tracking_url`) ?? "",
    label_url: check.maybeText(raw.label_url, `${path}.label_url`) ?? "",
  }
}

module.exports = { orderRecord }
