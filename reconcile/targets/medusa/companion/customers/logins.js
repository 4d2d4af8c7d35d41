const { ID: EMAILPASS } = require("../auth/installed")

/**
 * Customer id -> how they log in: `{status, customer_id, shared, identity_id, entity_id}`.
 *
 * `status` is "own", or what was written with the identity. `identity_id` and `entity_id` are those
 * of the e-mail login, null for other kinds; `shared` identities also let an administrator in.
 *
 * An identity names its customer in a JSON column that has no index. So they are looked for by
 * e-mail address first, and only those without one in the whole table.
 */
async function loginsOf(knex, customers) {
  const accounts = customers.filter(({ has_account }) => has_account)
  const ids = new Set(accounts.map(({ id }) => id))
  const found = new Map()
  const keep = (logins) => {
    for (const login of logins.filter(({ customer_id }) => ids.has(customer_id))) {
      if (!found.get(login.customer_id)?.identity_id) found.set(login.customer_id, login)
    }
  }
  keep(await loginsUnder(knex, accounts.flatMap(({ email }) => spellings(email))))
  const rest = [...ids].filter((id) => !found.has(id))
  if (rest.length) {
    const naming = identities(knex).whereIn(knex.raw("auth.app_metadata->>'customer_id'"), rest)
    keep((await naming).map(asLogin))
  }
  return found
}

/** The e-mail logins under these addresses, whoever's they are. */
async function loginsUnder(knex, emails) {
  const rows = await identities(knex)
    .where("login.provider", EMAILPASS)
    .whereIn("login.entity_id", [...new Set(emails)])
  return rows.map(asLogin)
}

function identities(knex) {
  return knex("provider_identity as login")
    .join("auth_identity as auth", "auth.id", "login.auth_identity_id")
    .select("login.id", "login.provider", "login.entity_id")
    .select(knex.raw("auth.app_metadata->>'customer_id' as customer_id"))
    .select(knex.raw("auth.app_metadata->>'user_id' as user_id"))
    .select(knex.raw("login.provider_metadata->>'reconcile_login' as carried"))
    .whereNull("login.deleted_at")
    .whereNull("auth.deleted_at")
    .orderBy("login.id")
}

function asLogin({ id, provider, entity_id, customer_id, user_id, carried }) {
  const byEmail = provider === EMAILPASS
  return {
    status: (byEmail && carried) || "own",
    customer_id,
    shared: user_id !== null,
    identity_id: byEmail ? id : null,
    entity_id: byEmail ? entity_id : null,
  }
}

function spellings(email) {
  return email ? [email, email.toLowerCase()] : []
}

module.exports = { loginsOf, loginsUnder }
