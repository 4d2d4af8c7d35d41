const { MedusaError } = require("@medusajs/framework/utils")
const { Problem } = require("../http/problem")
const { isMemo } = require("./plan/credit-memos")
const { paymentsOf } = require("./plan/invoices")

const LONGEST = 300

/** What is told of a record that was written, or needed no writing. */
function written({ number, invoices, shipments, creditMemos }, state, created) {
  const memos = state.creditLines.filter(isMemo)
  return {
    number,
    id: state.order.id,
    created,
    invoices: idsOf(invoices, paymentsOf(state)),
    shipments: idsOf(shipments, state.fulfillments),
    credit_memos: idsOf(creditMemos, memos),
  }
}

function idsOf(children, there) {
  const ids = new Map(there.map(({ id, metadata }) => [metadata?.source_id, id]))
  return Object.fromEntries(children.map(({ number, source_id }) => [number, ids.get(source_id)]))
}

function refused({ number }, error) {
  return { number, error: told(error) }
}

function told(error) {
  if (error instanceof Problem) return { code: error.code, message: error.message }
  const message = cause(error).slice(0, LONGEST)
  const code = MedusaError.isMedusaError?.(error) ? error.type : "unexpected"
  return { code, message }
}

/** Database errors begin with the statement and the values in it, people's names among them. */
function cause({ message }) {
  const said = String(message)
  return said.slice(said.lastIndexOf(" - ") + 1).replace(/^- /, "")
}

module.exports = { cause, refused, written }
