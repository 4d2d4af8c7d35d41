const { withAuth } = require("./config/auth")
const { withPlugin } = require("./config/plugin")

/**
 * What the companion needs in a shop's medusa-config, added to what the shop has there:
 *
 *     const { withReconcile } = require("./reconcile-companion")
 *     module.exports = withReconcile(defineConfig({ ... }))
 *
 * @param {object} config what `defineConfig` gave
 * @param {object} [options] of the login provider, see config/auth.js
 * @returns {object} the same with the companion in it
 */
function withReconcile(config, options = {}) {
  return withAuth(withPlugin(config), options)
}

module.exports = { withReconcile }
