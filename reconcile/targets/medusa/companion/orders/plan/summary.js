const { BigNumber, MathBN, createRawPropertiesFromBigNumber } = require("@medusajs/framework/utils")
const { creditTotal } = require("../money")
const { isMemo } = require("./credit-memos")
const { VERSION } = require("./order")

/** What the order came to before any credit memo. */
function originalTotal({ order, lines, creditLines }) {
  const fromStart = creditLines.filter((line) => !isMemo(line)).map(({ amount }) => amount)
  return MathBN.sub(lines, creditTotal(fromStart, order.currency_code))
}

/**
 * The order's summary as Medusa's order module calculates it (order/dist/utils:
 * calculate-order-change), from all transactions and credit lines.
 */
function planSummary(state, rows) {
  const { order, summaryId } = state
  const totals = summaryTotals(state)
  createRawPropertiesFromBigNumber(totals)
  if (summaryId) rows.summaryChanges.push({ id: summaryId, totals })
  else rows.summaries.push({ order_id: order.id, version: VERSION, totals })
}

function summaryTotals(state) {
  const { order, lines, creditLines, transactions } = state
  const amounts = transactions.map(({ amount }) => MathBN.convert(amount))
  const paid = MathBN.sum(...amounts.filter((amount) => amount.isPositive()))
  const refunded = MathBN.sum(...amounts.filter((amount) => amount.isNegative()))
  const credit = creditTotal(creditLines.map(({ amount }) => amount), order.currency_code)
  const total = MathBN.sub(lines, credit)
  const booked = MathBN.add(paid, refunded)
  const values = {
    original_order_total: originalTotal(state),
    current_order_total: total,
    accounting_total: total,
    credit_line_total: credit,
    transaction_total: booked,
    paid_total: paid,
    refunded_total: MathBN.abs(refunded),
    pending_difference: MathBN.sub(total, booked),
  }
  const numbers = Object.entries(values).map(([name, value]) => [name, new BigNumber(value)])
  return Object.fromEntries(numbers)
}

module.exports = { originalTotal, planSummary }
