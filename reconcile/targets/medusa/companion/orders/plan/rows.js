/**
 * Rows to write for what happened to orders: lists by the service that writes them, and the rows
 * to change and to remove beside those to create.
 */
const KINDS = [
  "addresses",
  "addressChanges",
  "addressesGone",
  "orderChanges",
  "itemChanges",
  "creditLines",
  "creditLineChanges",
  "transactions",
  "summaries",
  "summaryChanges",
  "collections",
  "collectionChanges",
  "sessions",
  "payments",
  "paymentChanges",
  "captures",
  "refunds",
  "paymentLinks",
  "fulfillments",
  "fulfillmentChanges",
  "labels",
  "labelsGone",
  "fulfillmentLinks",
]

function noRows() {
  return Object.fromEntries(KINDS.map((kind) => [kind, []]))
}

function isEmpty(rows) {
  return KINDS.every((kind) => !rows[kind].length)
}

/** All rows of several orders together. */
function gathered(all) {
  return Object.fromEntries(KINDS.map((kind) => [kind, all.flatMap((rows) => rows[kind])]))
}

module.exports = { gathered, isEmpty, noRows }
