const { listCustomers } = require("../../../../../../../customers/list")
const { writeCustomers } = require("../../../../../../../customers/write")

module.exports = { GET: listCustomers, POST: writeCustomers }
