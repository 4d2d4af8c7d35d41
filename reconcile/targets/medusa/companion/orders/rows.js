async function rowsOf(knex, sql, bindings) {
  return (await knex.raw(sql, bindings)).rows
}

/** @returns {Map<string, object[]>} the rows of each order */
function byOrder(rows) {
  const groups = new Map()
  for (const row of rows) {
    if (!groups.has(row.order_id)) groups.set(row.order_id, [])
    groups.get(row.order_id).push(row)
  }
  return groups
}

module.exports = { byOrder, rowsOf }
