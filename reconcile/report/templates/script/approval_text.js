// approval.yml, to the byte as `reconcile approve` writes it.

// JSON, with what YAML would not read back spelled out.
const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
  (char) => `\\u${char.codePointAt(0).toString(16).padStart(4, "0")}`);

const escaped = (address) => address.replace(/[*?[]/g, "[$&]");

// The texts of all addresses that might be taken for the pattern of another one.
const bracketed = new Set(rows.filter((row) => row[KEY].includes("[")).map(addressOf));

// A pattern that names this record and no other.
function exactName(row) {
  if (row[NAME]) return row[NAME];
  const address = addressOf(row);
  let pattern = escaped(address);
  // As a record may be called what this pattern looks like, it is written in another way.
  for (let more = 1; pattern !== address && bracketed.has(pattern); more += 1) {
    pattern = address.replace(/[*?[]/g, (char) => `[${char.repeat(more + 1)}]`);
  }
  return pattern;
}

// Patterns that name exactly these changes among all that `all` counts, with the number each names.
function patternsOf(ids, all) {
  const chosen = countKinds(ids);
  const whole = (kind) => chosen.get(kind) > 1 && chosen.get(kind) === all.get(kind);
  const patterns = new Map();
  for (const id of ids) {
    const row = rows[id], entity = entityName(row), kind = `${actionName(row)} ${entity}`;
    const pattern = whole(entity) ? `${entity}:*` : whole(kind) ? `${kind}:*` : exactName(row);
    patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1);
  }
  return patterns;
}

function countKinds(ids) {
  const counts = new Map();
  for (const id of ids) {
    const row = rows[id], entity = entityName(row);
    for (const kind of [entity, `${actionName(row)} ${entity}`]) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function idsWhere(test) {
  const ids = [];
  for (let id = 0; id < rows.length; id += 1) if (test(id)) ids.push(id);
  return ids;
}

const allKinds = countKinds(rows.keys());
const conflictKinds = countKinds(conflicting);
let known = { patterns: new Map(), at: -1 };

// What is excluded by hand: pattern -> the number of changes it names.
function excludePatterns() {
  if (known.at !== decisionCount) known = { patterns: patternsOf(idsWhere((id) => byHand[id]), allKinds), at: decisionCount };
  return known.patterns;
}

function decisionPatterns() {
  return ["source", "target"].flatMap((take) => {
    const taken = conflicting.filter((id) => decisions.get(id) === take);
    return [...patternsOf(taken, conflictKinds)].map(([key, size]) => ({ take, key, size }));
  });
}

function block(name, entries) {
  return entries.length ? `${name}:\n${entries.map((lines) => `  - ${lines.join("\n    ")}\n`).join("")}` : `${name}: []\n`;
}

function approvalText({ by, at, note, waivers }) {
  const head = [["plan_digest", review.digest], ["approved_by", by], ["approved_at", at], ...(note ? [["note", note]] : [])];
  return review.heading
    + head.map(([name, text]) => `${name}: ${quoted(text)}\n`).join("")
    + block("excludes", [...excludePatterns().keys()].map((pattern) => [quoted(pattern)]))
    + block("waivers", waivers.map(([limit, reason]) => [`limit: ${quoted(limit)}`, `reason: ${quoted(reason)}`]))
    + block("decisions", decisionPatterns().map(({ take, key }) => [`take: ${quoted(take)}`, `key: ${quoted(key)}`]));
}
