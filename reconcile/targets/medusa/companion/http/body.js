const { MedusaError } = require("@medusajs/framework/utils")

const LIMIT_BYTES = 50 * 1024 * 1024

/**
 * Middleware: `req.body` from up to 50 MB of JSON.
 *
 * Medusa reads bodies before it looks who sends them. These routes switch that off, so that only
 * somebody who is logged in can make the shop take in that much.
 */
async function readBody(req, res, next) {
  const chunks = []
  let size = 0
  // Left intact when too much comes: the answer has yet to go out on the same connection.
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > LIMIT_BYTES) {
      const message = `The request is larger than ${LIMIT_BYTES} bytes.`
      res.set("Connection", "close") // what is still to come is not read
      return res.status(413).json({ type: "invalid_data", message })
    }
    chunks.push(chunk)
  }
  req.body = parsed(Buffer.concat(chunks, size).toString("utf8"))
  return next()
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new MedusaError(MedusaError.Types.INVALID_DATA, `The body is no JSON: ${error.message}`)
  }
}

module.exports = { readBody }
