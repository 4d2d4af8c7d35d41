const { defineMiddlewares } = require("@medusajs/framework/http")
const { readBody } = require("../../../../http/body")
const { requireProtocol } = require("../../../../http/protocol")

const reading = (matcher) => ({ matcher, methods: ["GET"], middlewares: [requireProtocol] })
const writing = (matcher) => ({
  matcher,
  methods: ["POST"],
  bodyParser: false,
  middlewares: [requireProtocol, readBody],
})

exports.default = defineMiddlewares({
  routes: ["/admin/reconcile/orders", "/admin/reconcile/customers"].flatMap((matcher) => [
    reading(matcher),
    writing(matcher),
  ]),
})
