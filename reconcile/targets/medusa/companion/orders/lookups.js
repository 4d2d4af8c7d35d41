/**
 * What the records of one request refer to in the shop, read once.
 *
 * @typedef {object} Lookups
 * @property {Map<string, object>} variants by SKU: {id, product_id, thumbnail}
 * @property {(currency: string, country: string|null) => string|null} regionId the one region that
 *   sells in that currency to that country; null when there is none or more than one
 * @property {string|null} locationId the shop's own stock location, for parcels that name none
 * @property {string|null} providerId who a parcel was sent with
 */

/** @returns {Promise<Lookups>} */
async function lookups(trx, records) {
  const orders = records.flatMap(({ order }) => order ?? [])
  const parcels = records.some(({ shipments }) => shipments.length)
  return {
    variants: await variantsBySku(trx, orders),
    regionId: await regions(trx, orders),
    locationId: parcels ? await ownLocation(trx) : null,
    providerId: parcels ? await provider(trx) : null,
  }
}

async function variantsBySku(trx, orders) {
  const skus = orders.flatMap(({ items }) => items.flatMap(({ variant_sku }) => variant_sku ?? []))
  if (!skus.length) return new Map()
  const rows = await trx("product_variant as variant")
    .join("product", "product.id", "variant.product_id")
    .select("variant.sku", "variant.id", "product.id as product_id", "product.thumbnail")
    .whereIn("variant.sku", [...new Set(skus)])
    .whereNull("variant.deleted_at")
    .whereNull("product.deleted_at")
  return new Map(rows.map((row) => [row.sku, row]))
}

async function regions(trx, orders) {
  if (!orders.length) return () => null
  const rows = await trx("region")
    .join("region_country as country", "country.region_id", "region.id")
    .select("region.id", "region.currency_code", "country.iso_2")
    .whereNull("region.deleted_at")
    .whereNull("country.deleted_at")
  return (currency, country) => {
    const fitting = rows.filter((row) => row.currency_code === currency && row.iso_2 === country)
    return fitting.length === 1 ? fitting[0].id : null
  }
}

async function ownLocation(trx) {
  const [store] = await trx("store").select("default_location_id").whereNull("deleted_at").limit(1)
  const locations = await trx("stock_location").select("id").whereNull("deleted_at").orderBy("id")
  const own = locations.find(({ id }) => id === store?.default_location_id) ?? locations[0]
  return own?.id ?? null
}

/** The one that does nothing by itself, where the shop has it. */
async function provider(trx) {
  const rows = await trx("fulfillment_provider").select("id").where("id", "manual_manual")
  return rows[0]?.id ?? null
}

module.exports = { lookups }
