const { newOrder } = require("./plan/order")

/**
 * Create the orders of these records, without what happened to them later.
 *
 * @returns {Promise<string[]>} their ids, in the order of the records
 */
async function createOrders(modules, records, lookups) {
  const fresh = records.map((record) => newOrder(record, lookups))
  const all = (name) => fresh.flatMap((each) => each[name])
  await modules.orders(async (module, context) => {
    await module.orderAddressService_.create(all("addresses"), context)
    await module.orderService_.create(all("order"), context)
    await module.orderLineItemService_.create(all("lineItems"), context)
    await module.orderItemService_.create(all("orderItems"), context)
    await module.orderShippingMethodService_.create(all("methods"), context)
    await module.orderShippingService_.create(all("shippings"), context)
    await module.orderCreditLineService_.create(all("creditLines"), context)
  })
  return fresh.map(({ order }) => order.id)
}

module.exports = { createOrders }
