const { ContainerRegistrationKeys } = require("@medusajs/framework/utils")
const { limitOf, values } = require("../http/query")
const { fullOrders, summaries } = require("./listing")

const READING = { isolationLevel: "repeatable read", readOnly: true }

/**
 * GET /admin/reconcile/orders: orders with all that belongs to them, by id.
 *
 * `after` is the last id of the page before; `count` counts all that fit the filters `id[]`,
 * `number[]`, `source_id[]` and `metadata[key]`. `fields=summary` leaves out what orders are made
 * of.
 */
async function listOrders(req, res) {
  const knex = req.scope.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  const limit = limitOf(req.query)
  const read = req.query.fields === "summary" ? summaries : fullOrders
  // One transaction: an order that is just being written is seen as it was or as it will be.
  const listed = await knex.transaction(async (trx) => {
    const fitting = () => filtered(trx("order").whereNull("deleted_at"), req.query)
    const page = fitting().select("id").orderBy("id").limit(limit)
    if (req.query.after) page.where("id", ">", String(req.query.after))
    const ids = (await page).map(({ id }) => id)
    const [{ count }] = await fitting().count("* as count")
    return { orders: await read(trx, ids), count: Number(count), limit }
  }, READING)
  res.json(listed)
}

function filtered(query, { id, number, source_id, metadata }) {
  if (id !== undefined) query.whereIn("id", values(id))
  if (number !== undefined) query.whereIn("custom_display_id", values(number))
  if (source_id !== undefined) {
    query.whereRaw("metadata->>'source_id' = any(?)", [values(source_id)])
  }
  for (const [key, value] of Object.entries(metadata ?? {})) {
    query.whereRaw("metadata->>? = ?", [key, String(value)])
  }
  return query
}

module.exports = { listOrders }
