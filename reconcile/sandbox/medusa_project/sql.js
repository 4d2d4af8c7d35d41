// Runs the SQL statements given as a JSON list on standard input, one after the other, against
// DATABASE_URL, and prints the rows of each as one JSON list. Uses the `pg` that Medusa brings.
const { Client } = require("pg")

async function run(statements) {
  const client = new Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  try {
    const answers = []
    for (const statement of statements) answers.push((await client.query(statement)).rows)
    return answers
  } finally {
    await client.end()
  }
}

const statements = JSON.parse(require("node:fs").readFileSync(0, "utf8"))
run(statements)
  .then((answers) => process.stdout.write(JSON.stringify(answers)))
  .catch((error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
