const { ContainerRegistrationKeys } = require("@medusajs/framework/utils")
const { Problem } = require("../http/problem")
const { admit } = require("./admit")
const { refused, written } = require("./answer")
const { applyRows } = require("./apply")
const { createOrders } = require("./create")
const { finish } = require("./finish")
const { lookups } = require("./lookups")
const { planHistory } = require("./plan/history")
const { gathered, isEmpty } = require("./plan/rows")
const { silentModules } = require("./silent-modules")
const { orderIds, orderStates } = require("./state")

/**
 * Write the records in one transaction: all of them or, when one fails inside Medusa, none.
 * What is there already is left alone, so the same records may come again at any time.
 *
 * @param {import("./document").OrderRecord[]} records
 * @returns {Promise<Map<object, object>>} the answer to each record. One that must not be written
 *   has an answer with an `error`, and does not keep the others from being written
 */
function writeBatch(scope, records) {
  const knex = scope.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  return knex.transaction(async (trx) => {
    await lockNumbers(trx, records)
    const modules = silentModules(scope, trx)
    const answers = new Map()
    const tasks = await admitted(trx, records, answers)
    const found = await lookups(trx, tasks.map(({ record }) => record))
    await addMissing(trx, modules, tasks, found)
    const planned = tasks.filter((task) => plan(task, found, answers))
    const changed = planned.filter(({ rows, isNew }) => isNew || !isEmpty(rows))
    await applyRows(modules, gathered(changed.map(({ rows }) => rows)))
    await finish(trx, changed.map(ending))
    return answers
  })
}

/** Another process of the shop may be asked to write the same orders at the same time. */
async function lockNumbers(trx, records) {
  const numbers = records.map(({ number }) => `reconcile order ${number}`).sort()
  await trx.raw("select pg_advisory_xact_lock(hashtextextended(number, 0)) from unnest(?::text[]) number", [
    numbers,
  ])
}

/** A task for each record that may be written: {record, state, isNew}. */
async function admitted(trx, records, answers) {
  const ids = await orderIds(trx, records)
  const states = await orderStates(trx, [...new Set(ids.values())])
  const seen = new Set()
  return records.flatMap((record) => {
    const state = states.get(ids.get(record))
    return attempt(record, answers, () => {
      refuseTwice(record, state, seen)
      admit(record, state)
      return [{ record, state, isNew: !state }]
    }) ?? []
  })
}

function refuseTwice({ number }, state, seen) {
  const names = [number, state?.order.id].filter(Boolean)
  if (names.some((name) => seen.has(name))) {
    throw new Problem("duplicate", `The request has the order ${number} twice.`)
  }
  names.forEach((name) => seen.add(name))
}

/** Create the orders that are not there, and read what they have become. */
async function addMissing(trx, modules, tasks, found) {
  const fresh = tasks.filter(({ isNew }) => isNew)
  if (!fresh.length) return
  const ids = await createOrders(modules, fresh.map(({ record }) => record), found)
  const states = await orderStates(trx, ids)
  fresh.forEach((task, index) => Object.assign(task, { state: states.get(ids[index]) }))
}

/** Adds `rows` to the task; whether the order can become what the record says. */
function plan(task, found, answers) {
  const { record, state, isNew } = task
  return attempt(record, answers, () => {
    try {
      task.rows = planHistory(record, state, found, isNew)
    } catch (error) {
      // The order itself is written by now: only undoing the transaction takes it back.
      if (isNew) throw new Unwritable(error)
      throw error
    }
    answers.set(record, written(record, state, isNew))
    return true
  })
}

class Unwritable extends Error {
  constructor(cause) {
    super(cause.message, { cause })
  }
}

function attempt(record, answers, task) {
  try {
    return task()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    answers.set(record, refused(record, error))
    return undefined
  }
}

function ending({ record, state, isNew }) {
  const { updated_at } = isNew ? record.order : { ...state.order, ...record.update }
  return { id: state.order.id, updated_at }
}

module.exports = { writeBatch }
