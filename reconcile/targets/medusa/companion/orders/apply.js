/** Write rows of plan/rows.js, each list through its service. */
async function applyRows(modules, rows) {
  await modules.orders((module, context) => writeOrders(module, context, rows))
  await modules.payments((module, context) => writePayments(module, context, rows))
  await modules.fulfillments((module, context) => writeFulfillments(module, context, rows))
  for (const links of ["paymentLinks", "fulfillmentLinks"]) {
    if (!rows[links].length) continue
    await modules[links]((module, context) =>
      module.create(rows[links], undefined, undefined, context)
    )
  }
}

async function writeOrders(module, context, rows) {
  await module.orderAddressService_.create(rows.addresses, context)
  await module.orderAddressService_.update(rows.addressChanges, context)
  await module.orderService_.update(rows.orderChanges, context)
  if (rows.addressesGone.length) {
    await module.orderAddressService_.delete(rows.addressesGone, context)
  }
  await module.orderItemService_.update(rows.itemChanges, context)
  await module.orderCreditLineService_.create(rows.creditLines, context)
  await module.orderCreditLineService_.update(rows.creditLineChanges, context)
  await module.orderTransactionService_.create(rows.transactions, context)
  await module.orderSummaryService_.create(rows.summaries, context)
  await module.orderSummaryService_.update(rows.summaryChanges, context)
}

async function writePayments(module, context, rows) {
  await module.paymentCollectionService_.create(rows.collections, context)
  await module.paymentCollectionService_.update(rows.collectionChanges, context)
  await module.paymentSessionService_.create(rows.sessions, context)
  await module.paymentService_.create(rows.payments, context)
  await module.paymentService_.update(rows.paymentChanges, context)
  await module.captureService_.create(rows.captures, context)
  await module.refundService_.create(rows.refunds, context)
}

async function writeFulfillments(module, context, rows) {
  await module.fulfillmentService_.create(rows.fulfillments, context)
  await module.fulfillmentService_.update(rows.fulfillmentChanges, context)
  const { fulfillmentLabelService } = module.__container__
  await fulfillmentLabelService.create(rows.labels, context)
  if (rows.labelsGone.length) await fulfillmentLabelService.delete(rows.labelsGone, context)
}

module.exports = { applyRows }
