const { handshake } = require("../../../../../../http/handshake")

module.exports = { GET: handshake }
