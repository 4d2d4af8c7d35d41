// The list of changes. Only what is on the screen is in the document; the rest is its height.

const list = byId("list");
const narrow = matchMedia("(max-width: 700px)");
const GROUP_HEIGHT = 48;
const MARGIN = 400;

let items = [];
let heights = new Float64Array();
let tops = new Float64Array(1);
const opened = new Set();
const drawn = new Map();
const openHeights = new Map();

const rowHeight = () => (narrow.matches ? 60 : 40);
const inPlanOrder = (a, b) =>
  rows[a][ENTITY] - rows[b][ENTITY] || rows[a][ACTION] - rows[b][ACTION] || a - b;

// Items are groups {head, size} and changes {id}.
function showChanges(ids) {
  items = [];
  let group = null;
  for (const id of ids.sort(inPlanOrder)) {
    const row = rows[id];
    if (!group || group.row[ENTITY] !== row[ENTITY] || group.row[ACTION] !== row[ACTION]) {
      group = { row, size: 0 };
      items.push({ group });
    }
    group.size += 1;
    items.push({ id });
  }
  redraw();
}

function redraw() {
  for (const node of drawn.values()) node.remove();
  drawn.clear();
  layOut();
  draw();
}

function layOut() {
  heights = Float64Array.from(items, ({ id }) =>
    id === undefined ? GROUP_HEIGHT : opened.has(id) ? openHeights.get(id) ?? rowHeight() : rowHeight());
  tops = new Float64Array(items.length + 1);
  for (let index = 0; index < items.length; index += 1) tops[index + 1] = tops[index] + heights[index];
  list.style.height = `${tops[items.length]}px`;
}

// The index of the item at a height within the list.
function itemAt(height) {
  let low = 0, high = items.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (tops[mid + 1] > height) high = mid; else low = mid + 1;
  }
  return low;
}

function draw() {
  const top = -list.getBoundingClientRect().top;
  const first = itemAt(top - MARGIN);
  const last = Math.min(items.length - 1, itemAt(top + innerHeight + MARGIN));
  for (const [index, node] of drawn) {
    if (index < first || index > last) { node.remove(); drawn.delete(index); }
  }
  for (let index = first; index <= last; index += 1) drawItem(index);
  if (measure()) draw();
}

function drawItem(index) {
  const known = drawn.get(index);
  const node = known ?? (items[index].group ? groupNode(items[index].group) : changeNode(items[index].id, index));
  node.style.transform = `translateY(${tops[index]}px)`;
  if (known) return;
  drawn.set(index, node);
  const next = [...drawn.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
  list.insertBefore(node, next === undefined ? null : drawn.get(next));
}

// Takes note of the real heights of opened changes; whether any of them was a surprise.
function measure() {
  let surprised = false;
  for (const [index, node] of drawn) {
    const { id } = items[index];
    if (id === undefined || !opened.has(id) || node.offsetHeight === heights[index]) continue;
    openHeights.set(id, node.offsetHeight);
    surprised = true;
  }
  if (surprised) layOut();
  return surprised;
}

function groupNode({ row, size }) {
  return make("div", "group", make("span", actionName(row), actionVerb(row)), entityPlural(row), make("span", "num", count(size)));
}

function changeNode(id, index) {
  const row = rows[id];
  const button = make("button", "",
    make("span", `action ${actionName(row)}`, actionVerb(row)),
    make("span", "key mono", row[KEY]),
    make("span", "brief", row[BRIEF]),
    make("span", "marks", ...marks(row)));
  button.type = "button";
  button.dataset.id = id;
  button.setAttribute("aria-expanded", opened.has(id));
  const node = make("div", opened.has(id) ? "change open" : "change", button);
  node.setAttribute("role", "listitem");
  node.setAttribute("aria-posinset", index + 1);
  node.setAttribute("aria-setsize", items.length);
  if (opened.has(id)) node.append(showDetail(row, id));
  return node;
}

function marks(row) {
  const dangers = row[DANGERS].map((danger) => names.dangers[danger])
    .filter(([name]) => name !== actionName(row))
    .map(([name, label]) => make("span", `mark ${name}`, label));
  const fate = names.fates[row[FATE]];
  return fate ? [make("span", `mark ${fate}`, fate), ...dangers] : dangers;
}

function toggle(id) {
  if (opened.has(id)) opened.delete(id); else opened.add(id);
  const index = items.findIndex((item) => item.id === id);
  drawn.get(index)?.remove();
  drawn.delete(index);
  layOut();
  draw();
  drawn.get(index)?.firstChild.focus({ preventScroll: true });
}

// Brings a change onto the screen, below the toolbar, and gives it the focus.
function goTo(index) {
  const ceiling = byId("filters").offsetHeight + 8;
  const top = list.getBoundingClientRect().top + tops[index];
  if (top < ceiling) scrollBy(0, top - ceiling);
  else if (top + rowHeight() > innerHeight) scrollBy(0, top + rowHeight() - innerHeight + 8);
  draw();
  drawn.get(index)?.querySelector("button").focus({ preventScroll: true });
}
