const { ContainerRegistrationKeys, Modules } = require("@medusajs/framework/utils")
const { ID: EMAILPASS, carriesPasswords } = require("../auth/installed")
const { quiet } = require("../events/quiet")
const { loginsUnder } = require("./logins")
const { Problem } = require("../http/problem")
const { atOnce, each } = require("./steps")

/** Refuse, before anything is written, a new address that somebody else logs in with. */
async function checkMoves(scope, tasks, fail) {
  const moving = tasks.filter(moves)
  const taken = await taking(scope, moving.map(({ record }) => record.customer.email))
  await each(moving, fail, async ({ record, customer }) => {
    const { email } = record.customer
    const { identity_id, shared } = customer.login
    if (![undefined, identity_id].includes(taken.get(email.toLowerCase()))) throw isTaken(email)
    if (!shared) return
    const message = `An administrator logs in with the login of customer ${customer.id}, too.`
    throw new Problem("login_shared", message)
  })
}

/** Who has a new address logs in with it. */
async function moveLogins(scope, tasks, fail) {
  const auth = scope.resolve(Modules.AUTH)
  await each(tasks.filter(moves), fail, async ({ record, customer }) => {
    const entity_id = record.customer.email.toLowerCase()
    await auth.updateProviderIdentities([{ id: customer.login.identity_id, entity_id }], quiet())
  })
}

function moves({ record, customer }) {
  const email = record.customer?.email
  const known = customer?.login?.entity_id
  return Boolean(email && known) && email.toLowerCase() !== known.toLowerCase()
}

/**
 * Give accounts without a login one: with the hash of their password in the source, or with no
 * password at all, so that only setting a new one lets them in. One that is there is never changed.
 *
 * Whatever else stands under an address is left alone, also what nobody seems to own: who merely
 * began to register there would get the account of the customer.
 */
async function createLogins(scope, tasks, fail) {
  const auth = scope.resolve(Modules.AUTH)
  const lacking = tasks.filter(({ record, customer }) => record.login && !customer.login)
  const taken = await taking(scope, lacking.map(loginName))
  const fine = []
  await each(lacking, fail, async (task) => {
    if (!task.customer.has_account) throw new Problem("no_account", "A guest cannot log in.")
    if (task.record.login.kind === "carried" && !carriesPasswords(scope)) throw noProvider()
    if (taken.has(loginName(task))) throw isTaken(loginName(task))
    fine.push(task)
  })
  await atOnce(fine, fail, (some) => auth.createAuthIdentities(some.map(newLogin), quiet()))
}

function newLogin(task) {
  const { kind, seal, hash } = task.record.login
  const provider_metadata =
    kind === "carried"
      ? { magento_hash: hash, reconcile_login: `carried:${seal}` }
      : { reconcile_login: "reset" }
  return {
    provider_identities: [{ provider: EMAILPASS, entity_id: loginName(task), provider_metadata }],
    app_metadata: { customer_id: task.customer.id },
  }
}

/** The address a customer logs in with; Medusa tells capitals from small letters there. */
function loginName({ record, customer }) {
  return (record.customer?.email ?? customer.email).toLowerCase()
}

/** E-mail address -> id of the login that stands under it. */
async function taking(scope, emails) {
  const knex = scope.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  if (!emails.length) return new Map()
  const logins = await loginsUnder(knex, emails.map((email) => email.toLowerCase()))
  return new Map(logins.map(({ entity_id, identity_id }) => [entity_id, identity_id]))
}

function isTaken(email) {
  const message = `Somebody else logs in with ${email}; that login is left alone.`
  return new Problem("login_taken", message)
}

function noProvider() {
  const message = "The shop's `emailpass` provider does not understand carried passwords."
  return new Problem("no_provider", message)
}

module.exports = { checkMoves, createLogins, moveLogins }
