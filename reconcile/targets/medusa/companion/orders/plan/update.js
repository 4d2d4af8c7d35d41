const { generateEntityId } = require("@medusajs/framework/utils")
const { metadataChange } = require("../metadata")

const PLAIN = ["status", "canceled_at", "email", "customer_id", "locale"]
const ADDRESSES = ["billing_address", "shipping_address"]

/** What an `update` document changes about the order itself; `updated_at` is set at the very end. */
function planUpdate({ update }, { order }, rows) {
  if (!update) return
  const sent = PLAIN.filter((name) => update[name] !== undefined)
  const change = Object.fromEntries(sent.map((name) => [name, update[name]]))
  const metadata = metadataChange(order.metadata, update.metadata ?? {})
  if (metadata) change.metadata = metadata
  for (const name of ADDRESSES) {
    if (update[name] !== undefined) planAddress(name, update[name], order, change, rows)
  }
  const { updated_at } = update
  if (updated_at && +updated_at !== +order.updated_at) change.updated_at = updated_at
  if (Object.keys(change).length) rows.orderChanges.push({ id: order.id, ...change })
  if (change.status) order.status = change.status
}

function planAddress(name, address, order, change, rows) {
  const id = order[`${name}_id`]
  if (address === null) change[`${name}_id`] = null
  else if (id) rows.addressChanges.push({ ...address, id })
  else {
    const made = { ...address, id: generateEntityId(undefined, "ordaddr") }
    rows.addresses.push(made)
    change[`${name}_id`] = made.id
  }
}

module.exports = { planUpdate }
