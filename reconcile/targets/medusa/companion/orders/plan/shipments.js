const { MathBN, generateEntityId } = require("@medusajs/framework/utils")
const { Problem } = require("../../http/problem")
const { metadataChange, withoutNulls } = require("../metadata")
const { sentQuantities } = require("./quantities")

const LABEL = ["tracking_number", "tracking_url", "label_url"]

/**
 * A shipment is a fulfilment that is on its way, with a label for each tracking number. Stock is
 * not touched: the parcel left long ago, from the stock of another shop.
 */
function planShipments({ shipments }, state, lookups, rows) {
  for (const shipment of shipments) {
    const { source_id } = shipment
    const existing = state.fulfillments.find(({ metadata }) => metadata?.source_id === source_id)
    if (existing) changeShipment(existing, shipment, rows)
    else addShipment(shipment, state, lookups, rows)
  }
  if (shipments.length) planQuantities(state, rows)
}

function addShipment(shipment, state, { locationId, providerId }, rows) {
  const { number, source_id, labels } = shipment
  const id = generateEntityId(undefined, "ful")
  const location_id = shipment.location_id ?? locationId
  if (!location_id) {
    const message = `The shipment ${number} names no stock location, and the shop has none.`
    throw new Problem("invalid", message)
  }
  const created_at = shipment.created_at ?? new Date()
  const items = shipment.items.map((packed) => packedItem(packed, shipment, state))
  rows.fulfillments.push({
    ...{ id, location_id, created_at, provider_id: providerId },
    packed_at: created_at,
    shipped_at: created_at,
    requires_shipping: true,
    data: {},
    metadata: { ...withoutNulls(shipment.metadata), source_id },
    items: items.map((item) => ({ ...item, created_at })),
    labels: (labels ?? []).map((label) => ({ ...label, created_at })),
  })
  rows.fulfillmentLinks.push([state.order.id, id])
  state.fulfillments.push({ id, items, canceled_at: null, metadata: { source_id } })
}

function packedItem({ source_id, quantity }, { number }, { items }) {
  const item = items.find((each) => each.source_id === source_id)
  if (!item) {
    const message = `The shipment ${number} holds the item ${source_id}, which the order has not.`
    throw new Problem("invalid", message)
  }
  const { title, sku } = item
  return { line_item_id: item.id, quantity, title, sku: sku ?? "", barcode: "" }
}

function changeShipment(existing, shipment, rows) {
  const metadata = metadataChange(existing.metadata, shipment.metadata)
  if (metadata) rows.fulfillmentChanges.push({ id: existing.id, metadata })
  if (shipment.labels) planLabels(existing, shipment.labels, rows)
}

/** The labels become the whole list that was sent; those that are there already stay. */
function planLabels({ id, labels }, wanted, rows) {
  const isSame = (one) => (other) => LABEL.every((name) => one[name] === other[name])
  const gone = labels.filter((label) => !wanted.some(isSame(label)))
  const added = wanted.filter((label) => !labels.some(isSame(label)))
  rows.labelsGone.push(...gone.map((label) => label.id))
  rows.labels.push(...added.map((label) => ({ ...label, fulfillment_id: id })))
}

function planQuantities({ items, fulfillments }, rows) {
  const living = fulfillments.filter(({ canceled_at }) => canceled_at === null)
  const packed = living.flatMap((parcel) => parcel.items)
  const sent = sentQuantities(
    items.map(({ id, ...item }) => ({ ...item, key: id })),
    packed.map(({ line_item_id, quantity }) => ({ key: line_item_id, quantity }))
  )
  for (const { id, order_item_id, fulfilled, shipped } of items) {
    const quantity = sent.get(id)
    if (MathBN.eq(fulfilled, quantity) && MathBN.eq(shipped, quantity)) continue
    const quantities = { fulfilled_quantity: quantity, shipped_quantity: quantity }
    rows.itemChanges.push({ id: order_item_id, ...quantities })
  }
}

module.exports = { planShipments }
