const { Modules, deepEqualObj } = require("@medusajs/framework/utils")
const { quiet } = require("../events/quiet")
const { newAddress } = require("./addresses")
const { TEXTS } = require("./document")
const { emailOf, hasAccount } = require("./match")
const { atOnce, each } = require("./steps")

/** Make the customers that are not there, each with its addresses. */
async function createAccounts(scope, tasks, fail) {
  const module = scope.resolve(Modules.CUSTOMER)
  const fresh = tasks.filter(({ created }) => created)
  await atOnce(fresh, fail, async (some) => {
    const made = await module.createCustomers(some.map(({ record }) => newAccount(record)), quiet())
    some.forEach((task, at) => {
      task.customer = { ...made[at], groups: [], addresses: [], login: null }
    })
  })
}

function newAccount(record) {
  const { source_id, customer, addresses = [] } = record
  return {
    ...texts(customer),
    email: emailOf(record),
    has_account: hasAccount(record),
    ...(customer.created_at && { created_at: new Date(customer.created_at) }),
    metadata: { ...withoutNulls(customer.metadata), source_id },
    addresses: addresses.map(newAddress),
  }
}

/** Change what differs; whether it is an account, and since when, is told at its making alone. */
async function updateAccounts(scope, tasks, fail) {
  const module = scope.resolve(Modules.CUSTOMER)
  const there = tasks.filter(({ created }) => !created)
  await each(there, fail, async ({ record, customer }) => {
    const changes = differing(record, customer)
    if (Object.keys(changes).length) await module.updateCustomers(customer.id, changes, quiet())
  })
}

function differing({ source_id, customer = {} }, present) {
  const given = Object.entries(texts(customer))
  const changed = given.filter(([name, value]) => value !== present[name])
  const metadata = mergedInto(present.metadata, { ...customer.metadata, source_id })
  return { ...Object.fromEntries(changed), ...(Object.keys(metadata).length && { metadata }) }
}

/** What of these keys differs; Medusa takes a key away where it is given "". */
function mergedInto(present, given) {
  const known = present ?? {}
  const changed = Object.entries(given).filter(([key, value]) =>
    value === null ? key in known : !(key in known && deepEqualObj(known[key], value))
  )
  return Object.fromEntries(changed.map(([key, value]) => [key, value ?? ""]))
}

function texts(customer) {
  const given = ["email", ...TEXTS].filter((name) => customer[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, customer[name]]))
}

function withoutNulls(metadata = {}) {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null))
}

module.exports = { createAccounts, updateAccounts }
