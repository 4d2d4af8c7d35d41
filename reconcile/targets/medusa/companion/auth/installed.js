const { Modules } = require("@medusajs/framework/utils")

const PROVIDER = __dirname
const ID = "emailpass"

/** Whether the shop's `emailpass` logins understand carried passwords. */
function carriesPasswords(container) {
  const { options } = container.resolve("configModule").modules[Modules.AUTH] ?? {}
  return (options?.providers ?? []).some(({ id, resolve }) => id === ID && resolve === PROVIDER)
}

module.exports = { ID, PROVIDER, carriesPasswords }
