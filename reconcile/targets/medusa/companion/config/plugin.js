const { dirname } = require("node:path")

// An absolute path: Medusa looks for relative ones in node_modules only.
const FOLDER = dirname(__dirname)

/** The shop's configuration with this folder among its plugins, once: routes and middlewares. */
function withPlugin(config) {
  const others = (config.plugins ?? []).filter((plugin) => plugin?.resolve !== FOLDER)
  return { ...config, plugins: [...others, { resolve: FOLDER, options: {} }] }
}

module.exports = { withPlugin }
