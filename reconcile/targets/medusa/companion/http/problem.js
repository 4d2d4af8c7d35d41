/** Why one record of a request cannot be written; the others go on. */
class Problem extends Error {
  /**
   * @param {string} code for programs: "invalid", "foreign", "touched", ...
   * @param {string} message for people: names the record's part and the cause
   */
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

module.exports = { Problem }
