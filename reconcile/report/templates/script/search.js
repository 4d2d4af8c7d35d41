// Which changes are wanted.

// Details are searched as the JSON text they are, so the searched words are written the same way.
function asEmbedded(word) {
  return JSON.stringify(word).slice(1, -1)
    .replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026")
    .replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

function wordTests(text) {
  return wordsOf(text).map((word) => {
    const plainly = literally(word), embedded = literally(asEmbedded(word));
    return (id) => plainly.test(addressOf(rows[id])) || plainly.test(rows[id][BRIEF]) || embedded.test(detailLines[id]);
  });
}

const STANDINGS = {
  approved: isApproved,
  left_out: isLeftOut,
  excluded: (id) => byHand[id] === 1,
  dependant: needsMissing,
  conflict: isConflict,
  undecided: isUndecided,
};

function priceTest(price, low, high) {
  if (price === "range") return (row) => row[PRICE] && row[PRICE] >= (low ?? -Infinity) && row[PRICE] < (high ?? Infinity);
  return (row) => Math.abs(priceOf(row)) > Number(price);
}

function aboutTest(code) {
  const about = new Set(names.about[code][1]);
  return (id) => about.has(id);
}

function facetTests({ entity, action, cause, field, danger, category, price, low, high, standing, fate, code }) {
  const moves = price === "" ? null : priceTest(price, low, high);
  return [
    entity === "" ? null : (id) => rows[id][ENTITY] === Number(entity),
    action === "" ? null : (id) => rows[id][ACTION] === Number(action),
    cause === "" ? null : (id) => (rows[id][CAUSE] ?? 0) === Number(cause),
    fate === "" ? null : (id) => rows[id][FATE] === Number(fate),
    field === "" ? null : (id) => rows[id][FIELDS].includes(Number(field)),
    danger === "" ? null : (id) => rows[id][DANGERS].includes(Number(danger)),
    category === "" ? null : (id) => categoriesOf(rows[id]).includes(Number(category)),
    code === "" ? null : aboutTest(Number(code)),
    standing === "" ? null : STANDINGS[standing],
    moves && ((id) => moves(rows[id])),
  ].filter(Boolean);
}

function search(wanted, found) {
  return sift([...facetTests(wanted), ...wordTests(wanted.text)], found);
}
