const { MedusaError, isObject, isString } = require("@medusajs/framework/utils")
const { isMagentoHash } = require("../auth/magento-hash")
const { Problem } = require("../http/problem")
const { ADDRESS_PARTS } = require("./rows")

const MOST = 1000
const TEXTS = ["first_name", "last_name", "company_name", "phone"]
const FLAGS = ["is_default_billing", "is_default_shipping"]
const KINDS = ["carried", "reset"]

/** The records of a request. Throws MedusaError for a body that is no list of them. */
function recordsOf(body) {
  const records = body?.customers
  if (Array.isArray(records) && records.length <= MOST && records.every(isObject)) return records
  const message = `The body must be {"customers": [...]} with at most ${MOST} records.`
  throw new MedusaError(MedusaError.Types.INVALID_DATA, message)
}

/** Throws Problem unless the parts of a record have the shapes of the protocol. */
function check({ email, source_id, replaces, id, customer, addresses, groups, login }) {
  need(isText(email), "email", "a text")
  need(isText(source_id), "source_id", "a text")
  need(id === undefined || isText(id), "id", "a text")
  need(replaces === undefined || isText(replaces), "replaces", "a text")
  need(customer === undefined || isObject(customer), "customer", "an object")
  checkCustomer(customer ?? {})
  checkAddresses(addresses ?? [])
  for (const list of [groups?.add ?? [], groups?.remove ?? []]) {
    need(Array.isArray(list) && list.every(isText), "groups", "lists of ids")
  }
  if (login !== undefined) checkLogin(login)
}

function checkCustomer(customer) {
  const { email, created_at, metadata } = customer
  need(email === undefined || isText(email), "customer.email", "a text")
  const time = created_at === undefined || !Number.isNaN(Date.parse(created_at))
  need(time, "customer.created_at", "a time")
  need(metadata === undefined || isObject(metadata), "customer.metadata", "an object")
  for (const name of TEXTS) need(isTextOrNone(customer[name]), `customer.${name}`, "a text or null")
}

function checkAddresses(addresses) {
  need(Array.isArray(addresses) && addresses.every(isObject), "addresses", "a list of objects")
  const marks = addresses.map(({ source_id }) => source_id)
  need(marks.every(isText), "addresses[].source_id", "a text")
  need(new Set(marks).size === marks.length, "addresses[].source_id", "unique")
  for (const part of ADDRESS_PARTS) {
    const fine = addresses.every((address) => isTextOrNone(address[part]))
    need(fine, `addresses[].${part}`, "a text or null")
  }
  for (const flag of FLAGS) {
    const defaults = addresses.filter((address) => address[flag] === true)
    need(defaults.length <= 1, `addresses[].${flag}`, "true on one address at most")
  }
}

function checkLogin({ kind, seal, hash }) {
  need(KINDS.includes(kind), "login.kind", KINDS.join(" or "))
  if (kind !== "carried") return
  need(/^[0-9a-f]{16}$/.test(seal), "login.seal", "16 hex digits")
  need(isMagentoHash(hash), "login.hash", "a password hash of Magento's")
}

const isText = (value) => isString(value) && value !== ""
const isTextOrNone = (value) => value === undefined || value === null || isString(value)

function need(given, name, wanted) {
  if (!given) throw new Problem("invalid", `${name} must be ${wanted}.`)
}

module.exports = { FLAGS, TEXTS, check, recordsOf }
