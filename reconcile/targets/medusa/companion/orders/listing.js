const { byOrder, rowsOf } = require("./rows")
const { DIGESTS } = require("./sql/digest")
const { LINES, PICKED } = require("./sql/lines")
const { HEADS, PARTS, SUMMARIES, TOTALS } = require("./sql/listing")

/** @returns {Promise<object[]>} the orders by id, without what they are made of */
async function summaries(trx, ids) {
  const rows = await rowsOf(trx, `with ${PICKED}, ${DIGESTS} ${SUMMARIES}`, [ids])
  return rows.map((row) => ({ ...row, touched: isTouched(row) }))
}

/** Changed by somebody else since the companion wrote it; what it never wrote is not. */
function isTouched({ digest, carried_digest }) {
  return carried_digest !== null && carried_digest !== digest
}

/** @returns {Promise<object[]>} the orders by id; amounts are decimal text */
async function fullOrders(trx, ids) {
  const orders = await summaries(trx, ids)
  const heads = byOrder(await rowsOf(trx, `with ${PICKED} ${HEADS}`, [ids]))
  const totals = byOrder(await rowsOf(trx, `with ${PICKED}, ${LINES} ${TOTALS}`, [ids]))
  const parts = new Map()
  for (const [name, sql] of Object.entries(PARTS)) {
    parts.set(name, byOrder(await rowsOf(trx, `with ${PICKED}, ${LINES} ${sql}`, [ids])))
  }
  return orders.map((order) => ({
    ...order,
    ...own(heads.get(order.id)[0]),
    ...partsOf(order, parts),
    totals: own(totals.get(order.id)[0]),
  }))
}

function partsOf({ id }, parts) {
  return Object.fromEntries([...parts].map(([name, of]) => [name, (of.get(id) ?? []).map(own)]))
}

const own = ({ order_id, ...row }) => row

module.exports = { fullOrders, summaries }
