// What the reviewer left out, and what is left out with it because it needs it.

const byHand = new Uint8Array(rows.length);
// Per change 0, or one more than the id of the left-out change that it needs.
const missing = new Uint32Array(rows.length);
const dependants = waitingFor();
const tally = { approved: rows.length, excluded: 0, dependants: 0, undecided: 0, kept: 0 };

// For each change the ids of those that need it: those of `id` stand in `ids` from starts[id] on.
function waitingFor() {
  const starts = new Uint32Array(rows.length + 1);
  for (const row of rows) for (const needed of needsOf(row)) starts[needed + 1] += 1;
  for (let id = 0; id < rows.length; id += 1) starts[id + 1] += starts[id];
  const ids = new Uint32Array(starts[rows.length]);
  const free = starts.slice();
  rows.forEach((row, id) => { for (const needed of needsOf(row)) { ids[free[needed]] = id; free[needed] += 1; } });
  return { starts, ids };
}

const isLeftOut = (id) => byHand[id] === 1 || missing[id] > 0;
const needsMissing = (id) => byHand[id] === 0 && missing[id] > 0;
const isApproved = (id) => !isLeftOut(id) && !nothingLeft(id);

function exclude(ids, on) {
  for (const id of ids) byHand[id] = on ? 1 : 0;
  reconsider();
}

// Follows every need from what was left out by hand, and counts.
function reconsider() {
  missing.fill(0);
  const frontier = [];
  for (let id = 0; id < byHand.length; id += 1) if (byHand[id]) frontier.push(id);
  tally.excluded = frontier.length;
  while (frontier.length) {
    const needed = frontier.pop();
    for (let at = dependants.starts[needed]; at < dependants.starts[needed + 1]; at += 1) {
      const id = dependants.ids[at];
      if (missing[id]) continue;
      missing[id] = needed + 1;
      if (!byHand[id]) frontier.push(id);
    }
  }
  recount();
}

// Grows with every decision.
let decisionCount = 0;

function recount() {
  decisionCount += 1;
  tally.dependants = 0;
  for (let id = 0; id < rows.length; id += 1) if (needsMissing(id)) tally.dependants += 1;
  tally.kept = tally.undecided = 0;
  for (const id of conflicting) {
    if (isLeftOut(id)) continue;
    if (!decisions.has(id)) tally.undecided += 1;
    if (nothingLeft(id)) tally.kept += 1;
  }
  tally.approved = rows.length - tally.excluded - tally.dependants - tally.kept;
}
