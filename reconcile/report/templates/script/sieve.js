// Which rows are wanted. Works in slices, so that typing stays quick over any number of rows. The
// page has `refresh()`, which asks anew.

const SLICE_MS = 12;
const DELAY_MS = 150;
let latestSearch = 0;
let timer = 0;

const literally = (text) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "iu");
const wordsOf = (text) => text.split(/\s+/).filter(Boolean);

// Calls `found` with the ids of all rows that pass the tests, unless a later search has begun by then.
async function sift(tests, found) {
  const mine = latestSearch += 1;
  const ids = [];
  let until = performance.now() + SLICE_MS;
  for (let id = 0; id < rows.length; id += 1) {
    if (tests.every((test) => test(id))) ids.push(id);
    if (id % 64 === 0 && performance.now() > until) {
      await new Promise((resume) => { setTimeout(resume); });
      if (mine !== latestSearch) return;
      until = performance.now() + SLICE_MS;
    }
  }
  found(ids);
}

function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, DELAY_MS);
}

// Fills a select with the labels that rows have, the most frequent first if asked for. Returns how
// many there are.
function fillSelect(id, labels, indexesOf, frequentFirst = false) {
  const counts = new Array(labels.length).fill(0);
  for (const row of rows) for (const index of indexesOf(row)) if (index >= 0) counts[index] += 1;
  const used = labels.map((label, index) => ({ label, index, size: counts[index] })).filter(({ size }) => size);
  if (frequentFirst) used.sort((a, b) => b.size - a.size);
  for (const { label, index, size } of used) byId(id).append(new Option(`${visible(label)} (${count(size)})`, index));
  return used.length;
}
