const { MathBN, generateEntityId } = require("@medusajs/framework/utils")
const { rounded } = require("../money")
const { PROVIDER, isCanceled, paymentsOf } = require("./invoices")

/**
 * The rows for the collections and payments of `state` that are fresh or changed, and for what is
 * still to be paid: a collection without payments, with which a shop can take in the rest.
 */
function planPayments(state, total, rows) {
  planRemainder(state, total)
  for (const collection of state.collections) {
    if (collection.fresh) addCollection(collection, state, rows)
    else if (collection.changed) rows.collectionChanges.push(collectionRow(collection))
    for (const payment of collection.payments) {
      if (payment.fresh) addPayment(payment, collection, rows)
      else if (payment.changed) changePayment(payment, rows)
    }
  }
}

function planRemainder(state, total) {
  const { currency_code, status } = state.order
  const living = paymentsOf(state).filter((payment) => !isCanceled(payment))
  const invoiced = MathBN.sum(...living.map(({ amount }) => amount))
  const open = rounded(MathBN.sub(total, invoiced), currency_code)
  const spare = state.collections.find(({ payments }) => !payments.length)
  const isOwed = MathBN.gt(open, 0)
  if (!spare && !isOwed) return
  const wanted = {
    status: isOwed && status !== "canceled" ? "not_paid" : "canceled",
    amount: isOwed ? open.toFixed() : spare.amount,
  }
  if (spare) change(spare, wanted)
  else state.collections.push({ ...newCollection(state), ...wanted })
}

function change(collection, { status, amount }) {
  if (collection.status === status && MathBN.eq(collection.amount, amount)) return
  Object.assign(collection, { status, amount, changed: true })
}

function newCollection({ order }) {
  const id = generateEntityId(undefined, "pay_col")
  return { id, fresh: true, payments: [], created_at: order.created_at }
}

function addCollection(collection, { order }, rows) {
  const { created_at } = collection
  const { currency_code } = order
  rows.collections.push({ ...collectionRow(collection), currency_code, created_at })
  rows.paymentLinks.push([order.id, collection.id])
}

function collectionRow({ id, amount, status, payments }) {
  if (!payments.length) return { id, amount, status }
  const sum = (name) => MathBN.sum(...payments.map((payment) => payment[name])).toFixed()
  const living = payments.filter((payment) => !isCanceled(payment))
  const row = {
    id,
    amount,
    authorized_amount: MathBN.sum(...living.map((payment) => payment.amount)).toFixed(),
    captured_amount: sum("captured"),
    refunded_amount: sum("refunded"),
  }
  const open = living.find(({ captured_at }) => captured_at === null)
  if (!living.length) return { ...row, status: "canceled", completed_at: null }
  if (open) return { ...row, status: "authorized", completed_at: null }
  return { ...row, status: "completed", completed_at: living.at(-1).captured_at }
}

function addPayment(payment, collection, rows) {
  const { id, session_id, amount, currency_code, created_at, captured_at, canceled_at } = payment
  const common = { amount, currency_code, created_at, provider_id: PROVIDER, data: {} }
  const payment_collection_id = collection.id
  rows.sessions.push({
    ...common,
    id: session_id,
    payment_collection_id,
    status: canceled_at ? "canceled" : "authorized",
    authorized_at: canceled_at ? null : created_at,
  })
  const { metadata } = payment
  const dates = { captured_at, canceled_at }
  const homes = { payment_collection_id, payment_session: session_id }
  rows.payments.push({ ...common, ...dates, ...homes, id, metadata })
}

function changePayment({ id, captured_at, canceled_at, newMetadata }, rows) {
  const metadata = newMetadata ? { metadata: newMetadata } : {}
  rows.paymentChanges.push({ id, captured_at, canceled_at, ...metadata })
}

module.exports = { planPayments }
