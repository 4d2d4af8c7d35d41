const { isDeepStrictEqual } = require("node:util")

/**
 * What to give a service of Medusa's so that metadata becomes what was sent; null when it is so.
 * There an empty text removes a key, here a null does.
 */
function metadataChange(existing, sent) {
  const there = existing ?? {}
  const changed = Object.entries(sent).filter(([key, value]) =>
    value === null ? key in there : !isDeepStrictEqual(there[key], value)
  )
  if (!changed.length) return null
  return Object.fromEntries(changed.map(([key, value]) => [key, value ?? ""]))
}

/** Of a record that is new, whose metadata has nothing to remove. */
function withoutNulls(metadata) {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null))
}

module.exports = { metadataChange, withoutNulls }
