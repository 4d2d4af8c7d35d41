async function listOrders(req, res) { res.json({ orders: [], count: 0, limit: 0 }) }
module.exports = { listOrders }
