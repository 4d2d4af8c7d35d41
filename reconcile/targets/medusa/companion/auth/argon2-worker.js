const { parentPort, workerData } = require("node:worker_threads")
const { argon2id } = require("./vendor/argon2.umd.min.js")

const { password, salt, passes, memory, bytes } = workerData

argon2id({
  password,
  salt,
  iterations: passes,
  parallelism: 1, // libsodium knows no other
  memorySize: Math.floor(memory / 1024),
  hashLength: bytes,
  outputType: "hex",
}).then((hash) => parentPort.postMessage(hash))
