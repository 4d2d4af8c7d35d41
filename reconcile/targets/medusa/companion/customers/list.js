const { ContainerRegistrationKeys } = require("@medusajs/framework/utils")
const { limitOf, values } = require("../http/query")
const { COLUMNS, withParts } = require("./rows")

/**
 * GET /admin/reconcile/customers: customers with addresses, groups and the way they log in, by id.
 *
 * `after` is the last id of the page before; `count` counts all that fit the filters `id[]`,
 * `email[]`, `source_id[]` and `metadata[key]`.
 */
async function listCustomers(req, res) {
  const knex = req.scope.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  const limit = limitOf(req.query)
  const fitting = () => filtered(knex("customer").whereNull("deleted_at"), req.query)
  const page = fitting().select(COLUMNS).orderBy("id").limit(limit)
  if (req.query.after) page.where("id", ">", String(req.query.after))
  const [rows, [{ count }]] = await Promise.all([page, fitting().count("* as count")])
  const customers = await withParts(knex, rows)
  res.json({ customers: customers.map(shown), count: Number(count), limit })
}

function filtered(query, { id, email, source_id, metadata }) {
  if (id !== undefined) query.whereIn("id", values(id))
  if (email !== undefined) query.whereIn("email", values(email))
  if (source_id !== undefined) {
    query.whereRaw("metadata->>'source_id' = any(?)", [values(source_id)])
  }
  for (const [key, value] of Object.entries(metadata ?? {})) {
    query.whereRaw("metadata->>? = ?", [key, String(value)])
  }
  return query
}

function shown({ login, addresses, ...customer }) {
  const own = ({ customer_id, ...address }) => address
  return { ...customer, addresses: addresses.map(own), login: login?.status ?? null }
}

module.exports = { listCustomers }
