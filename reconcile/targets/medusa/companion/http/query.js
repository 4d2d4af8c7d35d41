const { MedusaError } = require("@medusajs/framework/utils")

const MOST = 1000

/** The values of `name[]=` in a query, [] when it is not there. */
function values(given) {
  if (given === undefined) return []
  return (typeof given === "object" ? Object.values(given) : [given]).map(String)
}

/** The value of `limit=`, 1 to 1000. Throws MedusaError. */
function limitOf({ limit = "500" }) {
  if (/^[1-9][0-9]{0,3}$/.test(limit) && Number(limit) <= MOST) return Number(limit)
  throw new MedusaError(MedusaError.Types.INVALID_DATA, `limit must be a number from 1 to ${MOST}.`)
}

module.exports = { limitOf, values }
