// Fills a freshly migrated database with what a shop needs before products can come in.
// Run by `medusa exec`; writes the secret API key to the file named by SEED_ANSWER.
const { writeFileSync } = require("node:fs")
const { ContainerRegistrationKeys, Modules } = require("@medusajs/framework/utils")
const flows = require("@medusajs/medusa/core-flows")

const CURRENCIES = [
  { currency_code: "usd", is_default: true },
  { currency_code: "eur", is_default: false },
]
const REGIONS = [
  { name: "United States", currency_code: "usd", countries: ["us"] },
  { name: "Europe", currency_code: "eur", countries: ["de", "es", "fr", "it", "nl"] },
]
const STOCK_LOCATION = {
  name: "Default Stock Location",
  address: { address_1: "1 Sandbox Street", city: "Austin", country_code: "us" },
}

async function createAdmin(container, email, password) {
  const { result } = await flows.createUsersWorkflow(container).run({ input: { users: [{ email }] } })
  const auth = container.resolve(Modules.AUTH)
  const { authIdentity, error } = await auth.register("emailpass", { body: { email, password } })
  if (error) throw new Error(`the admin user was refused: ${error}`)
  await auth.updateAuthIdentities({ id: authIdentity.id, app_metadata: { user_id: result[0].id } })
  return result[0].id
}

async function createRegions(container) {
  const regions = REGIONS.map((region) => ({ ...region, payment_providers: ["pp_system_default"] }))
  const { result } = await flows.createRegionsWorkflow(container).run({ input: { regions } })
  return result
}

async function createStockLocation(container, salesChannelId) {
  const { result } = await flows
    .createStockLocationsWorkflow(container)
    .run({ input: { locations: [STOCK_LOCATION] } })
  const id = result[0].id
  await flows
    .linkSalesChannelsToStockLocationWorkflow(container)
    .run({ input: { id, add: [salesChannelId] } })
  await container.resolve(ContainerRegistrationKeys.LINK).create({
    [Modules.STOCK_LOCATION]: { stock_location_id: id },
    [Modules.FULFILLMENT]: { fulfillment_provider_id: "manual_manual" },
  })
  return id
}

async function createSecretKey(container, userId) {
  const { result } = await flows
    .createApiKeysWorkflow(container)
    .run({ input: { api_keys: [{ title: "reconcile", type: "secret", created_by: userId }] } })
  return result[0].token
}

// Medusa itself creates the store, its default sales channel, a publishable key and the default
// shipping profile when it first starts; the rest is added here.
exports.default = async function seed({ container }) {
  const { SEED_ADMIN_EMAIL, SEED_ADMIN_PASSWORD, SEED_ANSWER } = process.env
  const [store] = await container.resolve(Modules.STORE).listStores()
  const userId = await createAdmin(container, SEED_ADMIN_EMAIL, SEED_ADMIN_PASSWORD)
  const setStore = (update) =>
    flows.updateStoresWorkflow(container).run({ input: { selector: { id: store.id }, update } })
  await setStore({ supported_currencies: CURRENCIES })
  const [region] = await createRegions(container)
  const locationId = await createStockLocation(container, store.default_sales_channel_id)
  await setStore({ default_region_id: region.id, default_location_id: locationId })
  const answer = { api_key: await createSecretKey(container, userId) }
  writeFileSync(SEED_ANSWER, JSON.stringify(answer), { mode: 0o600 })
}
