const { Problem } = require("../http/problem")

const DECIMAL = /^-?\d{1,30}(\.\d{1,30})?$/
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** Each check gives the value in the form that is written, or throws Problem naming `path`. */

function need(fine, path, wanted) {
  if (!fine) throw new Problem("invalid", `${path} must be ${wanted}.`)
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value)

function object(value, path) {
  need(isObject(value), path, "an object")
  return value
}

/** A list whose members are all checked; none when the part is missing or null. */
function list(value, path, check) {
  if (value === undefined || value === null) return []
  need(Array.isArray(value), path, "a list")
  return value.map((member, index) => check(object(member, `${path}[${index}]`), `${path}[${index}]`))
}

function text(value, path) {
  need(typeof value === "string" && value !== "", path, "a text that is not empty")
  return value
}

function maybeText(value, path) {
  if (value === undefined || value === null) return null
  need(typeof value === "string", path, "a text")
  return value
}

/** Exact: text of digits, as Medusa's BigNumber takes it. */
function decimal(value, path) {
  const digits = typeof value === "number" ? String(value) : value
  need(typeof digits === "string" && DECIMAL.test(digits), path, "a decimal number as text")
  return digits
}

/** A decimal that is not below zero. */
function amount(value, path) {
  const digits = decimal(value, path)
  need(!digits.startsWith("-"), path, "zero or more")
  return digits
}

function moment(value, path) {
  const fine = typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value))
  need(fine, path, "a time such as 2026-01-31T12:00:00.000Z")
  return new Date(value)
}

function maybeMoment(value, path) {
  return value === undefined || value === null ? null : moment(value, path)
}

function currency(value, path) {
  need(typeof value === "string" && /^[A-Za-z]{3}$/.test(value), path, "a currency of three letters")
  return value.toLowerCase()
}

function oneOf(values) {
  return (value, path) => {
    need(values.includes(value), path, `one of ${values.join(", ")}`)
    return value
  }
}

/** Key -> value; a null is kept, for it removes the key of a record that is there. */
function metadata(value, path) {
  return value === undefined || value === null ? {} : object(value, path)
}

function unique(members, name, path) {
  const seen = new Set()
  for (const member of members) {
    need(!seen.has(member[name]), `${path}[].${name}`, `unique, and ${member[name]} is there twice`)
    seen.add(member[name])
  }
  return members
}

module.exports = {
  amount,
  currency,
  decimal,
  isObject,
  list,
  maybeMoment,
  maybeText,
  metadata,
  moment,
  need,
  object,
  oneOf,
  text,
  unique,
}
