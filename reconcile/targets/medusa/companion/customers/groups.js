const { ContainerRegistrationKeys, Modules } = require("@medusajs/framework/utils")
const { quiet } = require("../events/quiet")
const { Problem } = require("../http/problem")
const { atOnce, each } = require("./steps")

/** Put customers into groups and take them out; one that is in already is not put in twice. */
async function writeGroups(scope, tasks, fail) {
  const module = scope.resolve(Modules.CUSTOMER)
  const some = tasks.filter(({ record }) => record.groups)
  const known = await knownGroups(scope, some)
  const joining = []
  await each(some, fail, async (task) => {
    const { add = [], remove = [] } = task.record.groups
    const unknown = add.filter((id) => !known.has(id))
    if (unknown.length) throw unknownGroups(unknown)
    const left = remove.filter((id) => task.customer.groups.includes(id))
    if (left.length) await module.removeCustomerFromGroup(memberships(task, left), quiet())
    task.joins = [...new Set(add)].filter((id) => !task.customer.groups.includes(id))
    if (task.joins.length) joining.push(task)
  })
  await atOnce(joining, fail, (those) =>
    module.addCustomerToGroup(those.flatMap((task) => memberships(task, task.joins)), quiet())
  )
}

async function knownGroups(scope, tasks) {
  const knex = scope.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  const wanted = new Set(tasks.flatMap(({ record }) => record.groups.add ?? []))
  if (!wanted.size) return wanted
  const there = knex("customer_group").whereIn("id", [...wanted]).whereNull("deleted_at")
  return new Set(await there.pluck("id"))
}

function unknownGroups(ids) {
  return new Problem("unknown_group", `There is no customer group ${ids.join(", ")}.`)
}

function memberships({ customer }, groups) {
  return groups.map((id) => ({ customer_id: customer.id, customer_group_id: id }))
}

module.exports = { writeGroups }
