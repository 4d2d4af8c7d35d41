const { listOrders } = require("../../../../../../../orders/list")
const { writeOrders } = require("../../../../../../../orders/write")

module.exports = { GET: listOrders, POST: writeOrders }
