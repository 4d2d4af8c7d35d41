const { createHash, timingSafeEqual } = require("node:crypto")
const { argon2id } = require("./argon2")

// Magento\Framework\Encryption\Encryptor (2.4.7): `hex:salt:versions`, the versions joined by
// colons, oldest first. A hash that Magento upgraded was hashed with each of them in turn.
const SIMPLE = { 0: { algorithm: "md5", bytes: 16 }, 1: { algorithm: "sha256", bytes: 32 } }
// libsodium's INTERACTIVE: what version 2 means, and a bare 3 as `customer:hash:upgrade` writes it.
const INTERACTIVE = { passes: 2, memory: 67108864, bytes: 32 }
const WITH_PARAMETERS = /^3_(\d{1,3})_(\d{1,3})_(\d{1,12})$/
const SALT_BYTES = 16
const LONGEST_CHAIN = 4

/**
 * The parts of a hash, or null for anything that is not one of Magento's.
 *
 * The parameters are bounded (libsodium's MODERATE at most): who logs in makes the shop spend them.
 *
 * @param {unknown} text
 * @returns {{hash: Buffer, salt: string, steps: object[]} | null}
 */
function parsed(text) {
  if (typeof text !== "string" || text.length > 1000) return null
  const [hex, salt, ...versions] = text.split(":")
  const steps = versions.map(step)
  if (!versions.length || versions.length > LONGEST_CHAIN || !steps.every(Boolean)) return null
  if (!salt && steps.some((each) => each.memory)) return null
  const fits = hex.length === steps.at(-1).bytes * 2 && /^[0-9a-f]+$/.test(hex)
  return fits ? { hash: Buffer.from(hex, "hex"), salt, steps } : null
}

function step(version) {
  if (version === "2" || version === "3") return INTERACTIVE
  const found = WITH_PARAMETERS.exec(version)
  if (!found) return Object.hasOwn(SIMPLE, version) ? SIMPLE[version] : null
  const [bytes, passes, memory] = found.slice(1).map(Number)
  return within(bytes, 16, 64) && within(passes, 1, 4) && within(memory, 8192, 268435456)
    ? { bytes, passes, memory }
    : null
}

const within = (number, least, most) => least <= number && number <= most

/** Whether a password is the one of a hash; false for a hash that is none of Magento's. */
async function matches(password, text) {
  const known = parsed(text)
  if (!known) return false
  let recreated = password
  for (const each of known.steps) recreated = await hashed(recreated, known.salt, each)
  return timingSafeEqual(Buffer.from(recreated, "hex"), known.hash)
}

async function hashed(text, salt, { algorithm, ...argon }) {
  if (algorithm) return createHash(algorithm).update(salt + text).digest("hex")
  return await argon2id({ password: text, salt: sixteenBytes(salt), ...argon })
}

/** As PHP's str_pad and substr do it: repeated until it is long enough, then cut. */
function sixteenBytes(salt) {
  return Buffer.alloc(SALT_BYTES, salt)
}

module.exports = { isMagentoHash: (text) => parsed(text) !== null, matches }
