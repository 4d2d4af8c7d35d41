const { MedusaError } = require("@medusajs/framework/utils")
const { Problem } = require("../http/problem")

/**
 * Why a record was not written: `{code, message}`, in our words, else in Medusa's.
 *
 * The words of a database error are the whole statement with its values, a password hash and
 * somebody's street among them; they are left out, for what is told here ends up in files.
 */
function refusal(error) {
  const { message } = error
  if (error instanceof Problem) return { code: error.code, message }
  if (MedusaError.isMedusaError(error)) return { code: error.type, message }
  return { code: "unknown_error", message: isOfDatabase(error) ? ofDatabase(error) : message }
}

function isOfDatabase({ code, query, severity }) {
  return /^[0-9A-Z]{5}$/.test(code ?? "") || Boolean(query ?? severity)
}

function ofDatabase({ name, code, table, column, constraint }) {
  const place = [table, column, constraint].filter(Boolean).join(", ")
  return `The database refused it: ${name} ${code ?? ""}${place && ` (${place})`}.`
}

module.exports = { refusal }
