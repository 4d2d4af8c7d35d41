const { ContainerRegistrationKeys, MedusaError } = require("@medusajs/framework/utils")
const { oneAtATime } = require("../http/one-at-a-time")
const { Problem } = require("../http/problem")
const { cause, refused } = require("./answer")
const { writeBatch } = require("./batch")
const { isObject } = require("./checks")
const { orderRecord } = require("./document")

const MOST = 100
// The database is not there, is full, or stops: nothing is wrong with the records. 08P01 is what
// PostgreSQL says of a text with a NUL in it.
const OUTAGE = /^(08(?!P01)|53|57)|^E[A-Z]+$/

/**
 * POST /admin/reconcile/orders: create past orders, and complete or change those that are ours.
 *
 * One request at a time in this process: all of it is this process's own work, so two at once would
 * not be quicker, and each holds a connection to the database until it is done.
 */
async function writeOrders(req, res) {
  const documents = documentsOf(req.body)
  const read = documents.map(readOrRefused)
  const records = read.flatMap(({ record }) => record ?? [])
  const answers = await oneAtATime("orders", () => writeAll(req.scope, records))
  res.json({ orders: read.map(({ record, answer }) => answer ?? answers.get(record)) })
}

/** Throws MedusaError for a body that is no list of documents. */
function documentsOf(body) {
  const documents = body?.orders
  const isList = Array.isArray(documents) && documents.every(isObject)
  if (isList && documents.length <= MOST) return documents
  const message = `The body must be {"orders": [...]} with at most ${MOST} of them.`
  throw new MedusaError(MedusaError.Types.INVALID_DATA, message)
}

function readOrRefused(document) {
  try {
    return { record: orderRecord(document) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { answer: refused({ number: document.number ?? null }, error) }
  }
}

/**
 * All records at once; when Medusa or its database refuses something, the two halves by themselves,
 * so that in the end only the record that is at fault is left out.
 */
async function writeAll(scope, records) {
  if (!records.length) return new Map()
  try {
    return await writeBatch(scope, records)
  } catch (error) {
    const { code, name } = error.cause ?? error
    if (OUTAGE.test(code) || name === "KnexTimeoutError") throw outage(error)
    const [first] = records
    if (records.length === 1) return new Map([[first, refusedAndLogged(scope, first, error)]])
    const middle = Math.ceil(records.length / 2)
    const half = await writeAll(scope, records.slice(0, middle))
    return new Map([...half, ...(await writeAll(scope, records.slice(middle)))])
  }
}

/** For the whole request. Medusa logs what is thrown: not the statement, with people's names. */
function outage(error) {
  return new MedusaError(MedusaError.Types.DB_ERROR, cause(error))
}

function refusedAndLogged(scope, record, error) {
  const answer = refused(record, error.cause ?? error)
  const { code, message } = answer.error
  const logger = scope.resolve(ContainerRegistrationKeys.LOGGER)
  logger.warn(`reconcile: order ${record.number} was not written: ${code}: ${message}`)
  return answer
}

module.exports = { writeOrders }
