const { version: medusa } = require("@medusajs/medusa/package.json")
const { carriesPasswords } = require("../auth/installed")
const { PROTOCOL, version } = require("./protocol")

/** GET /admin/reconcile: which companion this is and what this shop lets it do. */
async function handshake(req, res) {
  const passwords = carriesPasswords(req.scope)
  res.json({ companion: { version, protocol: PROTOCOL, medusa, passwords, numbers: true } })
}

module.exports = { handshake }
