const { MathBN } = require("@medusajs/framework/utils")

/**
 * How much of each item has been sent. What needs no shipping is never in a parcel: it counts as
 * handed over as soon as nothing else is left to be sent, so that Medusa reads the order as shipped.
 *
 * @param {{key: string, quantity: string, requires_shipping: boolean}[]} items
 * @param {{key: string, quantity: string}[]} parcels what the parcels hold
 * @returns {Map<string, string>} by key
 */
function sentQuantities(items, parcels) {
  const packed = new Map()
  for (const { key, quantity } of parcels) {
    packed.set(key, MathBN.add(packed.get(key) ?? 0, quantity))
  }
  const sent = ({ key, quantity }) => MathBN.min(packed.get(key) ?? 0, quantity)
  const left = items.some((item) => item.requires_shipping && MathBN.lt(sent(item), item.quantity))
  const isOver = packed.size > 0 && !left
  const all = (item) => (isOver && !item.requires_shipping ? item.quantity : sent(item).toFixed())
  return new Map(items.map((item) => [item.key, all(item)]))
}

module.exports = { sentQuantities }
