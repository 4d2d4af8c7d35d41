const { Modules } = require("@medusajs/framework/utils")
const { ID, PROVIDER } = require("../auth/installed")

const STOCK = ["@medusajs/medusa/auth-emailpass", "@medusajs/auth-emailpass"]

/**
 * The shop's configuration with the login provider that understands carried passwords, in place of
 * Medusa's own `emailpass` and with the options the shop gave that one. A shop that has none, or
 * one of its own making under that name, keeps what it has: it cannot take passwords along.
 *
 * @param {object} config
 * @param {{passwords?: boolean}} options `passwords: false` leaves the logins as they are
 */
function withAuth(config, { passwords = true } = {}) {
  const auth = config.modules?.[Modules.AUTH]
  const providers = auth?.options?.providers
  if (!passwords || !providers) return config
  const options = { ...auth.options, providers: providers.map(inPlaceOfStock) }
  return { ...config, modules: { ...config.modules, [Modules.AUTH]: { ...auth, options } } }
}

function inPlaceOfStock(provider) {
  return provider.id === ID && STOCK.includes(provider.resolve)
    ? { ...provider, resolve: PROVIDER }
    : provider
}

module.exports = { withAuth }
