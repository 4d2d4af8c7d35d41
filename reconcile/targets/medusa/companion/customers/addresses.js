const { Modules } = require("@medusajs/framework/utils")
const { quiet } = require("../events/quiet")
const { FLAGS } = require("./document")
const { ADDRESS_PARTS } = require("./rows")
const { each } = require("./steps")

/**
 * Make the addresses of ours exactly those that are sent. Those without a mark are the customer's
 * own and stay as they are, but for two things: one with the same content becomes ours, and one
 * that is no longer the default, for there is only one, loses its flag.
 */
async function writeAddresses(scope, tasks, fail) {
  const module = scope.resolve(Modules.CUSTOMER)
  const there = tasks.filter(({ created, record }) => !created && record.addresses)
  await each(there, fail, async ({ record, customer }) => {
    const { removed, updates, added } = compared(record, customer.addresses)
    if (removed.length) await module.deleteCustomerAddresses(removed, quiet())
    for (const { id, data } of updates) await module.updateCustomerAddresses(id, data, quiet())
    const fresh = added.map((address) => ({ ...newAddress(address), customer_id: customer.id }))
    if (fresh.length) await module.createCustomerAddresses(fresh, quiet())
  })
}

function newAddress(address) {
  return { ...content(address), ...flags(address), metadata: { source_id: address.source_id } }
}

function compared({ source_id, addresses }, present) {
  const pairs = paired(addresses, present)
  const kept = new Set([...pairs.values()].map(({ id }) => id))
  const [system] = source_id.split(":")
  const ours = present.filter((row) => mark(row)?.startsWith(`${system}:`))
  const removed = ours.map(({ id }) => id).filter((id) => !kept.has(id))
  return {
    removed,
    updates: [
      ...present.flatMap((row) => (removed.includes(row.id) ? [] : lost(row, addresses, pairs))),
      ...[...pairs].flatMap(([address, row]) => changed(address, row)),
    ],
    added: addresses.filter((address) => !pairs.has(address)),
  }
}

/** Sent address -> the row it is: by its mark, else one without a mark that says the same. */
function paired(addresses, present) {
  const free = new Set(present)
  const pairs = new Map()
  const pair = (address, row) => {
    if (!row) return
    pairs.set(address, row)
    free.delete(row)
  }
  for (const address of addresses) {
    pair(address, present.find((row) => mark(row) === address.source_id))
  }
  for (const address of addresses.filter((each) => !pairs.has(each))) {
    pair(address, [...free].find((row) => mark(row) === null && same(row, address)))
  }
  return pairs
}

/** The flags a row gives up; the database refuses a second default, so they go before it comes. */
function lost(row, addresses, pairs) {
  const others = addresses.filter((address) => pairs.get(address) !== row)
  const gone = FLAGS.filter((flag) => row[flag] && others.some((address) => address[flag]))
  return gone.length ? [{ id: row.id, data: asObject(gone.map((flag) => [flag, false])) }] : []
}

/** What is otherwise to be changed in a row that stays. */
function changed(address, row) {
  const wanted = { ...content(address), ...flags(address) }
  const data = asObject(Object.entries(wanted).filter(([name, value]) => value !== row[name]))
  if (mark(row) !== address.source_id) data.metadata = { source_id: address.source_id }
  return Object.keys(data).length ? [{ id: row.id, data }] : []
}

/** The parts that are sent. Medusa has "" and null for none, we write null. */
function content(address) {
  const sent = ADDRESS_PARTS.filter((part) => address[part] !== undefined)
  return asObject(sent.map((part) => [part, address[part] || null]))
}

function flags(address) {
  return asObject(FLAGS.map((flag) => [flag, address[flag] === true]))
}

/** Whether a row says what an address says; its name ("Home") is the customer's own affair. */
function same(row, address) {
  const compared = ADDRESS_PARTS.filter((part) => part !== "address_name")
  return compared.every((part) => (row[part] || null) === (address[part] || null))
}

const mark = ({ metadata }) => metadata?.source_id ?? null
const asObject = Object.fromEntries

module.exports = { newAddress, writeAddresses }
