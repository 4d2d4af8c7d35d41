// The keyboard. Enter opens and closes by itself, as everything is a button.

const SECTIONS = { g: null, d: "dangers-title", l: "limits-title", m: "diagnostics-title", c: "changes", a: "approval" };
let going = false;

function currentIndex() {
  const line = document.activeElement?.closest?.(".change, .group");
  if (!line) return -1;
  return [...drawn].find(([, node]) => node === line)?.[0] ?? -1;
}

function currentId() {
  return items[currentIndex()]?.id;
}

function move(step) {
  const current = currentIndex();
  let index = current < 0 ? itemAt(Math.max(0, -list.getBoundingClientRect().top)) - (step > 0 ? 1 : 0) : current;
  do index += step; while (isGroup(items[index]) && !collapsed.has(items[index].group.key));
  if (items[index]) goTo(index);
}

// Excludes or includes what has the focus: a change, or a whole group.
function flip() {
  const item = items[currentIndex()];
  if (!item) return;
  const ids = isGroup(item) ? item.group.ids : [item.id];
  if (!isGroup(item) && needsMissing(item.id)) return;
  excludeThese(ids, ids.some((id) => !byHand[id]));
}

function flipAll() {
  excludeThese(listed, listed.some((id) => !byHand[id]));
}

function openCurrent() {
  if (currentId() !== undefined) toggle(currentId());
}

function foldCurrent() {
  const item = items[currentIndex()];
  if (item) toggleGroup(item.group.key);
}

function take(side) {
  if (currentId() !== undefined) takeFor([currentId()], side);
}

function go(key) {
  if (!(key in SECTIONS)) return;
  if (key === "g") scrollTo(0, 0); else byId(SECTIONS[key])?.scrollIntoView();
}

const KEYS = {
  "/": () => byId("search").focus(),
  j: () => move(1),
  k: () => move(-1),
  o: openCurrent,
  x: flip,
  X: flipAll,
  s: () => take("source"),
  t: () => take("target"),
  u: () => take(""),
  c: foldCurrent,
  g: () => { going = true; },
  "?": () => byId("help").showModal(),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  const typing = event.target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea");
  if (event.key === "Escape") {
    going = false;
    if (!typing || event.target.form?.id === "filters") clearFilters();
    document.activeElement.blur();
  } else if (!typing && going) {
    going = false;
    event.preventDefault();
    go(event.key);
  } else if (!typing && Object.hasOwn(KEYS, event.key)) {
    event.preventDefault();
    KEYS[event.key]();
  }
}
