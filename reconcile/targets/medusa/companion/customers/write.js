const { ContainerRegistrationKeys } = require("@medusajs/framework/utils")
const { locked } = require("../db/lock")
const { createAccounts, updateAccounts } = require("./account")
const { writeAddresses } = require("./addresses")
const { check, recordsOf } = require("./document")
const { writeGroups } = require("./groups")
const { checkMoves, createLogins, moveLogins } = require("./login")
const { matched } = require("./match")
const { refusal } = require("./refusal")

// The login moves before the address changes: if the second fails, both are done when the record
// comes again; the other way round nothing would tell that the login stayed behind.
const STEPS = [
  checkMoves,
  moveLogins,
  createAccounts,
  updateAccounts,
  writeAddresses,
  writeGroups,
  createLogins,
]

/**
 * POST /admin/reconcile/customers: make and change customers, each with all that belongs to it.
 *
 * One request at a time: two at once for the same customer would both find nothing of it, and both
 * make it. What was made before something failed stays, and is found when the record comes again.
 */
async function writeCustomers(req, res) {
  const records = recordsOf(req.body)
  const work = () => written(req.scope, records)
  res.json({ customers: await locked(req.scope, "reconcile customers", work) })
}

async function written(scope, records) {
  const knex = scope.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  const errors = new Map()
  const refuse = (record, error) => errors.set(record, refusal(error))
  const found = await matched(knex, wellFormed(records, refuse), refuse)
  const tasks = [...found].map(([record, customer]) => ({ record, customer, created: !customer }))
  const open = () => tasks.filter(({ record }) => !errors.has(record))
  for (const step of STEPS) await step(scope, open(), (task, error) => refuse(task.record, error))
  const done = new Map(tasks.map((task) => [task.record, task]))
  return records.map((record) => answer(record, done.get(record), errors.get(record)))
}

function wellFormed(records, refuse) {
  return records.filter((record) => {
    try {
      check(record)
      return true
    } catch (problem) {
      refuse(record, problem)
      return false
    }
  })
}

function answer({ email }, task, error) {
  return error ? { email, error } : { email, id: task.customer.id, created: task.created }
}

module.exports = { writeCustomers }
