const { MathBN, generateEntityId } = require("@medusajs/framework/utils")
const { Problem } = require("../../http/problem")
const { metadataChange, withoutNulls } = require("../metadata")
const { MEMO, REFUND } = require("../references")
const { paymentsOf } = require("./invoices")
const { VERSION } = require("./order")

/**
 * A credit memo is a credit line, which lowers what the order comes to, and as much in refunds of
 * its payments as there is left of them. Medusa's own refunds do the same. One that is open still
 * owes the money; one that is canceled is a credit line of nothing.
 *
 * Changes `state` as planInvoices does.
 */
function planCreditMemos({ creditMemos }, state, rows) {
  for (const memo of creditMemos) {
    const line = lineOf(state, memo) ?? addLine(memo, state, rows)
    if (!line.fresh) changeLine(line, memo, state, rows)
    if (memo.state === "refunded") payOut(line, memo, state, rows)
  }
}

const isMemo = ({ reference }) => reference === MEMO

function lineOf({ creditLines }, { source_id }) {
  return creditLines.find((line) => isMemo(line) && line.metadata?.source_id === source_id)
}

function addLine(memo, state, rows) {
  const { number, source_id, amount } = memo
  if (amount === null || memo.state === null) {
    throw new Problem("invalid", `state or amount of the credit memo ${number} is missing.`)
  }
  const line = {
    id: generateEntityId(undefined, "ordcl"),
    order_id: state.order.id,
    version: VERSION,
    amount: memo.state === "canceled" ? "0" : amount,
    reference: MEMO,
    reference_id: number,
    metadata: { ...withoutNulls(memo.metadata), source_id },
    created_at: memo.created_at ?? new Date(),
  }
  rows.creditLines.push(line)
  state.creditLines.push({ ...line, fresh: true })
  return state.creditLines.at(-1)
}

function changeLine(line, memo, state, rows) {
  const change = {}
  const metadata = metadataChange(line.metadata, memo.metadata)
  if (metadata) change.metadata = metadata
  if (memo.state === "canceled") change.amount = canceledAmount(line, memo, state)
  else checkAmount(line, memo)
  if (change.amount === line.amount) delete change.amount
  if (memo.state === "open") checkUnpaid(line, memo, state)
  if (!Object.keys(change).length) return
  rows.creditLineChanges.push({ id: line.id, ...change })
  line.amount = change.amount ?? line.amount
}

function checkAmount({ amount }, memo) {
  if (memo.amount === null || MathBN.eq(memo.amount, amount)) return
  const message = `The credit memo ${memo.number} is there with the amount ${amount}.`
  throw new Problem("conflict", message)
}

function canceledAmount(line, memo, state) {
  checkUnpaid(line, memo, state)
  return MathBN.eq(line.amount, 0) ? line.amount : "0"
}

function checkUnpaid(line, { number, state: wanted, source_id }, state) {
  if (MathBN.eq(paidOut(line, source_id, state), 0)) return
  throw new Problem("conflict", `The credit memo ${number} is refunded and cannot be ${wanted}.`)
}

/** Over the refunds, and by what no payment could cover. */
function paidOut(line, sourceId, { refunds, transactions }) {
  const refunded = refunds.filter(({ source_id }) => source_id === sourceId)
  const beyond = transactions.filter(
    ({ reference, reference_id }) => reference === MEMO && reference_id === line.id
  )
  return MathBN.sub(sum(refunded), sum(beyond))
}

const sum = (rows) => MathBN.sum(...rows.map(({ amount }) => amount))

function payOut(line, memo, state, rows) {
  let owed = MathBN.sub(line.amount, paidOut(line, memo.source_id, state))
  for (const payment of paymentsOf(state)) {
    const left = MathBN.sub(payment.captured, payment.refunded)
    const amount = MathBN.min(left, owed)
    if (!MathBN.gt(amount, 0)) continue
    refund(payment, amount.toFixed(), memo, state, rows)
    owed = MathBN.sub(owed, amount)
  }
  if (MathBN.gt(owed, 0)) book(owed.toFixed(), MEMO, line.id, memo, state, rows)
}

function refund(payment, amount, memo, state, rows) {
  const id = generateEntityId(undefined, "ref")
  const { source_id, created_at } = memo
  const metadata = { source_id }
  rows.refunds.push({ id, payment_id: payment.id, amount, created_at: created_at ?? new Date(), metadata })
  state.refunds.push({ id, payment_id: payment.id, amount, source_id })
  payment.refunded = MathBN.add(payment.refunded, amount).toFixed()
  const collection = state.collections.find(({ payments }) => payments.includes(payment))
  collection.changed = true
  book(amount, REFUND, id, memo, state, rows)
}

function book(amount, reference, reference_id, { created_at }, { order, transactions }, rows) {
  const row = {
    order_id: order.id,
    version: VERSION,
    amount: `-${amount}`,
    currency_code: order.currency_code,
    reference,
    reference_id,
    created_at: created_at ?? new Date(),
  }
  rows.transactions.push(row)
  transactions.push(row)
}

module.exports = { isMemo, planCreditMemos }
