const { ContainerRegistrationKeys } = require("@medusajs/framework/utils")
const { oneAtATime } = require("../http/one-at-a-time")

/**
 * Do `work` while nobody else does any under the same name, here or in another process of the shop.
 *
 * Only the first in this process's own line asks the database, so that those who wait hold none of
 * its connections, which the first needs.
 */
async function locked(scope, name, work) {
  return await oneAtATime(name, () => holding(scope, name, work))
}

async function holding(scope, name, work) {
  const knex = scope.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  return await knex.transaction(async (transaction) => {
    await transaction.raw("select pg_advisory_xact_lock(hashtextextended(?, 0))", [name])
    return await work()
  })
}

module.exports = { locked }
