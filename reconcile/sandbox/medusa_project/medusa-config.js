// The sandbox's Medusa: production mode, everything in memory except PostgreSQL, no admin UI.
const { defineConfig } = require("@medusajs/framework/utils")
const { existsSync } = require("node:fs")
const { join } = require("node:path")

function required(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; the sandbox sets it before it starts Medusa`)
  return value
}

const config = defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: required("DATABASE_URL"),
    http: {
      adminCors: "*",
      authCors: "*",
      storeCors: "*",
      cookieSecret: required("COOKIE_SECRET"),
      jwtSecret: required("JWT_SECRET"),
    },
  },
})

const companion = join(__dirname, "reconcile-companion")
module.exports = existsSync(companion) ? require(companion).withReconcile(config) : config
