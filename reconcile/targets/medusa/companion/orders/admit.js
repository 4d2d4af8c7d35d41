const { Problem } = require("../http/problem")

/**
 * Whether a record may be written to the order that is there, if any. Throws Problem.
 *
 * The digest says both: an order without one was never written by the companion, and one whose
 * digest is not that of its present state was changed since then by somebody else.
 */
function admit({ number, sourceId, order: document }, state) {
  if (!state) {
    if (document) return
    throw new Problem("not_found", `There is no order ${number}.`)
  }
  const { order } = state
  if (order.is_draft_order || !order.carried) {
    throw new Problem("foreign", `The order ${number} is there and is not one of ours.`)
  }
  if (order.number !== number) {
    throw new Problem("foreign", `The order ${order.id} has the number ${order.number}.`)
  }
  const mark = order.metadata.source_id
  if (sourceId && mark !== sourceId) {
    throw new Problem("foreign", `The order ${number} is there and is that of ${mark}.`)
  }
  if (order.digest !== order.carried) {
    throw new Problem("touched", `The order ${number} was changed in Medusa.`)
  }
}

module.exports = { admit }
