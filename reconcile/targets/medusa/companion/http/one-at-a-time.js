const queues = new Map()

/** Do `work` when all that was given before under this name is done, be it well or badly. */
function oneAtATime(name, work) {
  const before = queues.get(name) ?? Promise.resolve()
  const done = before.then(work)
  queues.set(name, done.catch(() => undefined))
  return done
}

module.exports = { oneAtATime }
