const { dirname } = require("node:path")

// An absolute path: Medusa looks for relative ones in node_modules only.
const FOLDER = dirname(__dirname)

/** The shop's configuration with this folder among its plugins: routes and middlewares. */
function withPlugin(config) {
  return { ...config, plugins: [...(config.plugins ?? []), { resolve: FOLDER, options: {} }] }
}

module.exports = { withPlugin }
