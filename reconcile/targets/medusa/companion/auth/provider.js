const { isString } = require("@medusajs/framework/utils")
const { matches } = require("./magento-hash")

const [EmailPassAuthService] = require("@medusajs/medusa/auth-emailpass").default.services

/**
 * Medusa's own e-mail and password logins, for which a password of Magento's is as good at first.
 *
 * The hash that was carried lies in the identity's `magento_hash` until the first login with the
 * right password, or until a new one is set; then Medusa's own hash takes its place. An identity
 * with a password of Medusa's never looks at the other.
 */
class CarriedPasswordService extends EmailPassAuthService {
  async authenticate(data, identities) {
    const known = await this.known_(data.body?.email, identities)
    const asked = known ? withEmail(data, known.entity_id) : data
    const password = data.body?.password
    const hash = known && carriedHash(known)
    if (hash && isString(password) && (await matches(password, hash))) {
      return await this.update({ entity_id: known.entity_id, password }, identities)
    }
    return await super.authenticate(asked, identities)
  }

  /** Nobody gets a second login by writing the address of the first in other letters. */
  async register(data, identities) {
    const known = await this.known_(data.body?.email, identities)
    return await super.register(known ? withEmail(data, known.entity_id) : data, identities)
  }

  /** Also what sets a new password after a reset. */
  async update(data, identities) {
    const answer = await super.update(data, identities)
    if (answer.success && answer.authIdentity) {
      await this.forgetCarried_(data.entity_id, identities)
      delete ofProvider(answer.authIdentity, this.provider)?.provider_metadata?.magento_hash
    }
    return answer
  }

  /**
   * The login for an address as it was typed: Medusa tells capitals from small letters, Magento did
   * not, and carried logins are all in small ones. What was typed comes first.
   */
  async known_(email, identities) {
    if (!isString(email)) return null
    for (const entity_id of new Set([email, email.toLowerCase()])) {
      try {
        return ofProvider(await identities.retrieve({ entity_id }), this.provider)
      } catch {
        // None, or the database does not answer: Medusa's own code asks again and says which.
      }
    }
    return null
  }

  async forgetCarried_(entity_id, identities) {
    const known = ofProvider(await identities.retrieve({ entity_id }), this.provider)
    if (!("magento_hash" in known.provider_metadata)) return
    // The module merges what it is given into what is there; undefined is what takes a key away.
    await identities.update(entity_id, {
      provider_metadata: { ...known.provider_metadata, magento_hash: undefined },
    })
  }
}

function carriedHash({ provider_metadata }) {
  return provider_metadata?.password === undefined ? provider_metadata?.magento_hash : undefined
}

function ofProvider(identity, provider) {
  return identity.provider_identities?.find((each) => each.provider === provider) ?? null
}

function withEmail(data, email) {
  return { ...data, body: { ...data.body, email } }
}

module.exports = { CarriedPasswordService }
