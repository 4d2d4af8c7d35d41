const { planCreditMemos } = require("./credit-memos")
const { planInvoices } = require("./invoices")
const { planPayments } = require("./payments")
const { isEmpty, noRows } = require("./rows")
const { planShipments } = require("./shipments")
const { originalTotal, planSummary } = require("./summary")
const { planUpdate } = require("./update")

/**
 * The rows that bring an order from `state` to what the record says: only what is not there yet.
 * `state` is afterwards what the order will be. Throws Problem when the two contradict each other.
 */
function planHistory(record, state, lookups, isNew) {
  const rows = noRows()
  if (!isNew) planUpdate(record, state, rows)
  planInvoices(record, state, rows)
  planCreditMemos(record, state, rows)
  planShipments(record, state, lookups, rows)
  planPayments(state, originalTotal(state), rows)
  if (isNew || !isEmpty(rows)) planSummary(state, rows)
  return rows
}

module.exports = { planHistory }
