/** What the credit lines of credit memos refer to; other credit lines were there from the start. */
const MEMO = "credit_memo"

/** By these two Medusa knows that it has booked a capture or a refund: `reference_id` is its id. */
const CAPTURE = "capture"
const REFUND = "refund"

module.exports = { CAPTURE, MEMO, REFUND }
