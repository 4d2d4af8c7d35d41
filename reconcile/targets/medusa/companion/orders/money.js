const {
  MathBN,
  defaultCurrencies,
  getEpsilonFromDecimalPrecision,
} = require("@medusajs/framework/utils")

const digitsOf = (currency) => defaultCurrencies[currency.toUpperCase()]?.decimal_digits ?? 2

/** To whole minor units of the currency. */
function rounded(amount, currency) {
  return MathBN.convert(amount, digitsOf(currency))
}

/** Sums up as Medusa does: credit lines that together are one minor unit or less count as none. */
function creditTotal(amounts, currency) {
  const sum = MathBN.sum(...amounts)
  const epsilon = getEpsilonFromDecimalPrecision(digitsOf(currency))
  return MathBN.lte(MathBN.abs(sum), epsilon) ? MathBN.convert(0) : sum
}

module.exports = { creditTotal, rounded }
