const { loginsOf } = require("./logins")

const COLUMNS = [
  "id",
  "email",
  "has_account",
  "first_name",
  "last_name",
  "company_name",
  "phone",
  "created_at",
  "updated_at",
  "metadata",
]
const ADDRESS_PARTS = [
  "address_name",
  "company",
  "first_name",
  "last_name",
  "address_1",
  "address_2",
  "city",
  "country_code",
  "province",
  "postal_code",
  "phone",
]
const ADDRESS_COLUMNS = [
  "id",
  "customer_id",
  "is_default_billing",
  "is_default_shipping",
  ...ADDRESS_PARTS,
  "metadata",
]

/**
 * Customers with their addresses, the ids of their groups, and their login (see logins.js), in a
 * handful of queries however many there are.
 */
async function withParts(knex, customers) {
  const ids = customers.map(({ id }) => id)
  const [addresses, groups, logins] = await Promise.all([
    addressesOf(knex, ids),
    groupsOf(knex, ids),
    loginsOf(knex, customers),
  ])
  return customers.map((customer) => ({
    ...customer,
    groups: groups.get(customer.id) ?? [],
    addresses: addresses.get(customer.id) ?? [],
    login: logins.get(customer.id) ?? null,
  }))
}

async function addressesOf(knex, ids) {
  const rows = await knex("customer_address")
    .select(ADDRESS_COLUMNS)
    .whereIn("customer_id", ids)
    .whereNull("deleted_at")
    .orderBy("id")
  return grouped(rows, (row) => row)
}

async function groupsOf(knex, ids) {
  const rows = await knex("customer_group_customer as member")
    .join("customer_group as group", "group.id", "member.customer_group_id")
    .distinct("member.customer_id", "group.id")
    .whereIn("member.customer_id", ids)
    .whereNull("member.deleted_at")
    .whereNull("group.deleted_at")
    .orderBy("group.id")
  return grouped(rows, ({ id }) => id)
}

function grouped(rows, part) {
  const found = new Map()
  for (const row of rows) {
    if (!found.has(row.customer_id)) found.set(row.customer_id, [])
    found.get(row.customer_id).push(part(row))
  }
  return found
}

module.exports = { ADDRESS_PARTS, COLUMNS, withParts }
