const { ContainerRegistrationKeys, Modules } = require("@medusajs/framework/utils")
const { quiet } = require("../events/quiet")

/**
 * Medusa's modules for writing within one transaction of ours: all that they write is there
 * together or not at all, and none of it reaches the event bus.
 *
 * They are asked through the services inside them, which take whole lists and ask no provider: a
 * payment provider would book money again, a fulfilment provider would send a parcel again.
 *
 * @param {object} scope the request's container
 * @param {object} trx knex transaction on the shop's database
 */
function silentModules(scope, trx) {
  const link = scope.resolve(ContainerRegistrationKeys.LINK)
  const within = (module) => (task) =>
    module.baseRepository_.transaction(
      (manager) => task(module, { ...quiet(), transactionManager: manager }),
      { transaction: trx, enableNestedTransactions: true }
    )
  const links = (module, key) => within(link.getLinkModule(Modules.ORDER, "order_id", module, key))
  return {
    orders: within(scope.resolve(Modules.ORDER)),
    payments: within(scope.resolve(Modules.PAYMENT)),
    fulfillments: within(scope.resolve(Modules.FULFILLMENT)),
    paymentLinks: links(Modules.PAYMENT, "payment_collection_id"),
    fulfillmentLinks: links(Modules.FULFILLMENT, "fulfillment_id"),
  }
}

module.exports = { silentModules }
