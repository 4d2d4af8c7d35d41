// What was ticked and written survives a reload, in this browser only. Where nothing can be kept,
// the page works all the same.

const MEMORY = `reconcile review ${review.digest} ${review.approval?.at ?? ""}`;
const REMEMBER_MS = 300;
let rememberTimer = 0;

// Ids as [first, length, first, length, ...].
function asRuns(ids) {
  const runs = [];
  let next = -1;
  for (const id of ids) {
    if (id === next) runs[runs.length - 1] += 1; else runs.push(id, 1);
    next = id + 1;
  }
  return runs;
}

function fromRuns(runs) {
  const ids = [];
  for (let at = 0; at < runs.length; at += 2) {
    for (let id = runs[at]; id < runs[at] + runs[at + 1]; id += 1) ids.push(id);
  }
  return ids.filter((id) => id >= 0 && id < rows.length);
}

function rememberNow() {
  if (!rememberTimer) return;
  clearTimeout(rememberTimer);
  remember();
}

function rememberSoon() {
  clearTimeout(rememberTimer);
  rememberTimer = setTimeout(remember, REMEMBER_MS);
}

function remember() {
  rememberTimer = 0;
  const kept = { excluded: asRuns(idsWhere((id) => byHand[id])), decisions: [...decisions], ...written() };
  try { localStorage.setItem(MEMORY, JSON.stringify(kept)); } catch { /* nothing can be kept */ }
}

function recalled() {
  try {
    const kept = JSON.parse(localStorage.getItem(MEMORY));
    return kept && { ...kept, excluded: fromRuns(kept.excluded) };
  } catch {
    return null;
  }
}

function forget() {
  clearTimeout(rememberTimer);
  rememberTimer = 0;
  try { localStorage.removeItem(MEMORY); } catch { /* nothing was kept */ }
}

// What the review begins with: what was ticked here before, else the approval there is.
function beginning() {
  const given = (review.applied ? null : recalled()) ?? review.approval;
  return given ?? { excluded: [], decisions: [], by: "", note: "", waivers: [] };
}
