const { version } = require("../package.json")

const PROTOCOL = 1
const HEADER = "x-reconcile-protocol"

/**
 * Middleware: only requests that speak this protocol go on, others get 409.
 *
 * A tool of another age would send shapes that this code takes for something else.
 */
function requireProtocol(req, res, next) {
  const asked = req.headers[HEADER]
  if (asked === String(PROTOCOL)) return next()
  const spoken = asked === undefined ? "names no protocol" : `speaks protocol ${asked}`
  const message = `The companion ${version} speaks protocol ${PROTOCOL}, the request ${spoken}.`
  return res.status(409).json({ type: "reconcile_protocol", message, protocol: PROTOCOL, version })
}

module.exports = { PROTOCOL, requireProtocol, version }
