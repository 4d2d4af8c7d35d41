/** The exact number behind a column; the column itself went through a floating-point number. */
const raw = (table, column) => `(${table}.raw_${column}->>'value')::numeric`

/** A number as plain text, at most ten digits behind the point. */
const digits = (number) => `trim_scale(round(${number}, 10))::text`

/** A number as plain text with all its digits. */
const exact = (number) => `trim_scale(${number})::text`

/** A time as `2026-01-31T12:00:00.000Z`. */
const moment = (column) =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

module.exports = { digits, exact, moment, raw }
