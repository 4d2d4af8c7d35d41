const { availableParallelism } = require("node:os")
const { join } = require("node:path")
const { Worker } = require("node:worker_threads")

const PROGRAM = join(__dirname, "argon2-worker.js")
// Each takes a core for about 0.3 s and as much memory as the hash asks for: the shop keeps a core.
const LANES = Math.max(1, Math.min(4, availableParallelism() - 1))

let running = 0
const waiting = []

/**
 * argon2id in a thread of its own, so that the shop answers other requests meanwhile.
 *
 * @param {{password: string, salt: Buffer, passes: number, memory: number, bytes: number}} task
 *   `memory` in bytes
 * @returns {Promise<string>} hex
 */
async function argon2id(task) {
  if (running >= LANES) await new Promise((go) => waiting.push(go))
  running += 1
  try {
    return await inThread(task)
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

function inThread(task) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(PROGRAM, { workerData: task })
    worker.once("message", resolve)
    worker.once("error", reject)
    worker.once("exit", (code) => reject(new Error(`argon2 ended with code ${code}`)))
  })
}

module.exports = { argon2id }
