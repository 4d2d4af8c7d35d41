const { MathBN, generateEntityId } = require("@medusajs/framework/utils")
const { sentQuantities } = require("./quantities")

const VERSION = 1
const NO_VARIANT = { id: null, product_id: null, thumbnail: null }

/**
 * The rows of an order that is not there yet, for each of the order module's services. What
 * happened to it later (payments, parcels, credit memos) is not among them.
 *
 * @param {import("../document").OrderRecord} record
 * @param {import("../lookups").Lookups} lookups
 */
function newOrder({ number, sourceId, order: document, shipments }, lookups) {
  const { items, shipping_methods, credit_lines, billing_address, shipping_address } = document
  const billing = withId(billing_address, "ordaddr")
  const shipping = withId(shipping_address, "ordaddr")
  const order = {
    ...orderRow(document, sourceId),
    id: generateEntityId(undefined, "order"),
    custom_display_id: number,
    region_id: lookups.regionId(document.currency_code, shipping_address?.country_code ?? null),
    billing_address_id: billing?.id ?? null,
    shipping_address_id: shipping?.id ?? null,
  }
  const dates = { created_at: order.created_at }
  const lines = items.map((item) => lineItem(item, lookups.variants, dates))
  const sent = sentOf(items, shipments)
  const methods = shipping_methods.map((method) => shippingMethod(method, dates))
  return {
    order,
    addresses: [billing, shipping].filter(Boolean),
    lineItems: lines,
    orderItems: lines.map((line, index) => orderItem(order.id, line, items[index], sent, dates)),
    methods,
    shippings: methods.map(({ id }) => ({
      ...dates,
      order_id: order.id,
      version: VERSION,
      shipping_method_id: id,
    })),
    creditLines: credit_lines.map((line) => ({ ...line, ...dates, order_id: order.id, version: VERSION })),
  }
}

function orderRow(document, sourceId) {
  const { email, customer_id, sales_channel_id, status, currency_code, locale } = document
  const { created_at, updated_at, canceled_at } = document
  return {
    ...{ email, customer_id, sales_channel_id, status, currency_code, locale },
    ...{ created_at, updated_at, canceled_at },
    version: VERSION,
    is_draft_order: false,
    metadata: { ...document.metadata, source_id: sourceId },
  }
}

function withId(address, prefix) {
  return address && { ...address, id: generateEntityId(undefined, prefix) }
}

/** Storefronts show `product_title`, the back office `title`. */
function lineItem(item, variants, dates) {
  const variant = variants.get(item.variant_sku) ?? NO_VARIANT
  return {
    ...dates,
    id: generateEntityId(undefined, "ordli"),
    title: item.title,
    product_title: item.title,
    thumbnail: variant.thumbnail,
    variant_id: variant.id,
    product_id: variant.product_id,
    variant_sku: item.variant_sku,
    requires_shipping: item.requires_shipping,
    is_tax_inclusive: false,
    unit_price: item.unit_price,
    metadata: { ...item.metadata, source_id: item.source_id },
    tax_lines: item.tax_lines,
    adjustments: item.adjustments.map((reduction) => ({ ...reduction, version: VERSION })),
  }
}

function sentOf(items, shipments) {
  const byKey = ({ source_id, ...item }) => ({ ...item, key: source_id })
  return sentQuantities(items.map(byKey), shipments.flatMap((parcel) => parcel.items.map(byKey)))
}

function orderItem(orderId, line, { source_id, quantity }, sent, dates) {
  const { id: item_id, metadata } = line
  const shipped = sent.get(source_id)
  const quantities = { quantity, fulfilled_quantity: shipped, shipped_quantity: shipped }
  return { ...dates, ...quantities, order_id: orderId, version: VERSION, item_id, metadata }
}

function shippingMethod(method, dates) {
  const { name, amount, source_id, metadata, tax_lines, adjustments } = method
  return {
    ...dates,
    id: generateEntityId(undefined, "ordsm"),
    ...{ name, amount, tax_lines },
    is_tax_inclusive: false,
    metadata: { ...metadata, source_id },
    adjustments: together(adjustments),
  }
}

/** Medusa's database allows a shipping method one adjustment. */
function together(adjustments) {
  if (!adjustments.length) return []
  const said = (name) => adjustments.map((each) => each[name]).filter(Boolean).join(", ") || null
  const amount = MathBN.add(...adjustments.map((each) => each.amount)).toFixed()
  return [{ code: said("code"), description: said("description"), amount, version: VERSION }]
}

module.exports = { VERSION, newOrder }
