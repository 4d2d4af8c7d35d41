const { Problem } = require("../http/problem")
const { COLUMNS, withParts } = require("./rows")

/**
 * For each record the customer that it is about, with all parts; null where it is to be made.
 *
 * A record finds its customer by id, else by its mark, which nobody else's can be. An account that
 * merely has the same address is somebody else's until the tool names its id, and one with another
 * record's mark until the tool names that too, as `replaces`: who was deleted in the source and
 * signed up again. Records that may not be written are told to `refuse(record, problem)` and are
 * not in the Map that is given.
 */
async function matched(knex, records, refuse) {
  const rows = await candidates(knex, records)
  const found = new Map()
  const seen = new Set()
  for (const record of records) {
    try {
      const row = match(record, rows)
      refuseTwice(row ? [row.id] : [record.source_id, account(record)], seen)
      found.set(record, row)
    } catch (problem) {
      refuse(record, problem)
    }
  }
  const whole = await withParts(knex, [...found.values()].filter(Boolean))
  const byId = new Map(whole.map((customer) => [customer.id, customer]))
  return new Map([...found].map(([record, row]) => [record, row && byId.get(row.id)]))
}

/** Whatever the records may be about: by id, by address, and by mark. */
async function candidates(knex, records) {
  const known = () => knex("customer").select(COLUMNS).whereNull("deleted_at").orderBy("id")
  const ids = records.flatMap(({ id }) => id ?? [])
  const emails = records.flatMap(({ email, customer }) => [email, customer?.email ?? email])
  const rows = await known().where((row) => row.whereIn("id", ids).orWhereIn("email", emails))
  const marks = new Set(rows.map(mark))
  const rest = records.filter(({ id, source_id }) => !id && !marks.has(source_id))
  if (!rest.length) return rows
  // There is no index for marks: the whole table is read, so only for those not found yet.
  const named = rest.map(({ source_id }) => source_id)
  return [...rows, ...(await known().whereIn(knex.raw("metadata->>'source_id'"), named))]
}

function match(record, rows) {
  const { id, source_id, replaces = null, customer } = record
  const row = rows.find((each) => (id ? each.id === id : mark(each) === source_id)) ?? null
  if (id && !row) throw new Problem("not_found", `There is no customer ${id}.`)
  if (row && ![null, source_id, replaces].includes(mark(row))) {
    throw new Problem("foreign", `The customer ${row.id} has the mark of another record.`)
  }
  if (!row && !customer) throw new Problem("not_found", "There is no customer with this mark.")
  refuseTakenAddress(record, row, rows)
  return row
}

function refuseTakenAddress(record, row, rows) {
  const email = row ? (record.customer?.email ?? row.email) : emailOf(record)
  const has_account = row ? row.has_account : hasAccount(record)
  const other = rows.find(
    (each) => each.email === email && each.has_account === has_account && each.id !== row?.id
  )
  if (!other) return
  const message = `The customer ${other.id} has this address and is not this record's.`
  throw new Problem(row ? "email_taken" : "foreign", message)
}

function refuseTwice(names, seen) {
  if (names.some((name) => seen.has(name))) {
    throw new Problem("duplicate", "The request has another record for the same customer.")
  }
  names.forEach((name) => seen.add(name))
}

const mark = ({ metadata }) => metadata?.source_id ?? null
const emailOf = ({ email, customer }) => customer?.email ?? email
const hasAccount = ({ customer }) => customer?.has_account ?? true
const account = (record) => `${hasAccount(record)} ${emailOf(record)}`

module.exports = { emailOf, hasAccount, matched }
