const { generateEntityId } = require("@medusajs/framework/utils")
const { metadataChange } = require("../metadata")

const LINKS = ["customer_id", "sales_channel_id"]
const PLAIN = ["status", "canceled_at", "email", "locale", ...LINKS]
const ADDRESSES = ["billing_address", "shipping_address"]

/** What an `update` document changes of the order itself; `updated_at` is set at the very end. */
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
  if (address && id) rows.addressChanges.push({ ...address, id })
  else if (address) {
    const made = { ...address, id: generateEntityId(undefined, "ordaddr") }
    rows.addresses.push(made)
    change[name] = made.id
  } else if (id) {
    rows.addressesGone.push(id)
    change[name] = null
  }
}

module.exports = { planUpdate }
