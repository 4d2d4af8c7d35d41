const { ModuleProvider, Modules } = require("@medusajs/framework/utils")
const { CarriedPasswordService } = require("./provider")

module.exports = ModuleProvider(Modules.AUTH, { services: [CarriedPasswordService] })
