const { MathBN, generateEntityId } = require("@medusajs/framework/utils")
const { Problem } = require("../../http/problem")
const { metadataChange, withoutNulls } = require("../metadata")
const { CAPTURE } = require("../references")
const { VERSION } = require("./order")

/** The provider of payments that were made elsewhere; it does nothing by itself. */
const PROVIDER = "pp_system_default"

/**
 * An invoice is a payment in a collection of its own, for Medusa derives how far an order is paid
 * from whole collections: two in one would read as paid in part until the second is captured.
 * Capturing is what makes it paid; an open one is authorised, so that the shop can capture it.
 *
 * Changes `state`, whose collections and payments say afterwards what there is to be: `fresh` ones
 * are to be created, `changed` ones to be updated (see payments.js).
 */
function planInvoices({ invoices }, state, rows) {
  for (const invoice of invoices) {
    const payment = paymentOf(state, invoice.source_id)
    if (payment) changeInvoice(payment, invoice, state, rows)
    else addInvoice(invoice, state, rows)
  }
}

const paymentsOf = (state) => state.collections.flatMap(({ payments }) => payments)

function paymentOf(state, sourceId) {
  return paymentsOf(state).find(({ metadata }) => metadata?.source_id === sourceId)
}

function addInvoice(invoice, state, rows) {
  const { amount, source_id } = invoice
  needed(invoice, ["state", "amount", "currency_code"])
  const collection = emptyCollection(state)
  const payment = {
    id: generateEntityId(undefined, "pay"),
    session_id: generateEntityId(undefined, "payses"),
    fresh: true,
    amount,
    currency_code: invoice.currency_code,
    created_at: invoice.created_at ?? new Date(),
    captured_at: null,
    canceled_at: null,
    captured: "0",
    refunded: "0",
    metadata: { ...withoutNulls(invoice.metadata), source_id },
  }
  collection.amount = amount
  collection.created_at ??= payment.created_at
  collection.payments.push(payment)
  settle(payment, invoice, collection, state, rows)
}

function needed(invoice, names) {
  const lacking = names.find((name) => invoice[name] === null)
  if (lacking) throw new Problem("invalid", `${lacking} of ${invoice.number} is missing.`)
}

/** The one that stood for what was not invoiced yet becomes the invoice's, if there is one. */
function emptyCollection(state) {
  const spare = state.collections.find(({ payments }) => !payments.length)
  if (spare) return Object.assign(spare, { changed: true })
  const made = { id: generateEntityId(undefined, "pay_col"), fresh: true, payments: [] }
  state.collections.push(made)
  return made
}

function changeInvoice(payment, invoice, state, rows) {
  const { number, amount } = invoice
  if (amount !== null && !MathBN.eq(amount, payment.amount)) {
    const message = `The invoice ${number} is there with the amount ${payment.amount}.`
    throw new Problem("conflict", message)
  }
  const metadata = metadataChange(payment.metadata, invoice.metadata)
  if (metadata) Object.assign(payment, { changed: true, newMetadata: metadata })
  const collection = state.collections.find(({ payments }) => payments.includes(payment))
  settle(payment, invoice, collection, state, rows)
}

const isPaid = ({ captured_at }) => captured_at !== null
const isCanceled = ({ canceled_at }) => canceled_at !== null
const stateOf = (payment) => (isCanceled(payment) ? "canceled" : isPaid(payment) ? "paid" : "open")

/** From open to paid or canceled; nothing leads back. */
function settle(payment, { number, state: wanted }, collection, state, rows) {
  const existing = stateOf(payment)
  if (wanted === null || wanted === existing) return
  if (existing !== "open") {
    throw new Problem("conflict", `The invoice ${number} is ${existing} and cannot be ${wanted}.`)
  }
  payment.changed = collection.changed = true
  if (wanted === "canceled") payment.canceled_at = momentOf(payment)
  else capture(payment, state, rows)
}

function capture(payment, { order, transactions }, rows) {
  const { amount } = payment
  const id = generateEntityId(undefined, "capt")
  const created_at = momentOf(payment)
  Object.assign(payment, { captured_at: created_at, captured: amount })
  rows.captures.push({ id, payment_id: payment.id, amount, created_at })
  if (MathBN.eq(amount, 0)) return
  const from = { reference: CAPTURE, reference_id: id, version: VERSION, created_at }
  const { currency_code } = order
  const transaction = { ...from, order_id: order.id, amount, currency_code }
  rows.transactions.push(transaction)
  transactions.push(transaction)
}

/** When an invoice changed its state is not told; a new one had it from the beginning. */
function momentOf({ fresh, created_at }) {
  return fresh ? created_at : new Date()
}

module.exports = { PROVIDER, isCanceled, paymentsOf, planInvoices }
