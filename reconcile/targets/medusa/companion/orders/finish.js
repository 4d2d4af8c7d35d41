const { DIGESTS, DIGEST_KEY } = require("./sql/digest")
const { PICKED } = require("./sql/lines")

/**
 * The last thing done to orders: when they were changed in the other shop, which any service of
 * Medusa's would set to now, and the digest of the state that they are left in.
 *
 * @param {{id: string, updated_at: Date}[]} orders
 */
async function finish(trx, orders) {
  if (!orders.length) return
  const ids = orders.map(({ id }) => id)
  const moments = orders.map(({ updated_at }) => updated_at.toISOString())
  await trx.raw(
    `with ${PICKED}, ${DIGESTS}
    update "order" o
    set metadata = coalesce(o.metadata, '{}') || jsonb_build_object('${DIGEST_KEY}', digest_of.digest),
      updated_at = moment.updated_at
    from digest_of
    join unnest(?::text[], ?::timestamptz[]) as moment(id, updated_at)
      on moment.id = digest_of.order_id
    where o.id = digest_of.order_id`,
    [ids, ids, moments]
  )
}

module.exports = { finish }
