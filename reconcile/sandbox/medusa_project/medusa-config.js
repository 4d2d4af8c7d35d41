// The sandbox's Medusa: production mode, everything in memory except PostgreSQL, no admin UI.
const { defineConfig } = require("@medusajs/framework/utils")

function required(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; the sandbox sets it before it starts Medusa`)
  return value
}

module.exports = defineConfig({
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
