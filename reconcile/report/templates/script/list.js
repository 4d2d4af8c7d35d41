// The list of changes. Only what is on the screen is in the document; the rest is its height.

const list = byId("list");
const narrow = matchMedia("(max-width: 700px)");
const GROUP_HEIGHT = 50;
const MARGIN = 400;

let listed = [];
let items = [];
let heights = new Float64Array();
let tops = new Float64Array(1);
const opened = new Set();
const drawn = new Map();
const openHeights = new Map();

const rowHeight = () => (narrow.matches ? 64 : 40);
const isGroup = (item) => item !== undefined && item.id === undefined;

function showChanges(ids) {
  listed = ids;
  relist();
}

// Lays the listed changes out anew: in another order, or with other groups collapsed.
function relist() {
  items = listLines(listed, byId("sort").value);
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
  const item = items[index];
  const node = known ?? (isGroup(item) ? groupNode(item.group) : changeNode(item.id, index));
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

// Shows on what is drawn how the changes stand now; nothing moves, the focus stays.
function redress() {
  for (const [index, node] of drawn) {
    if (isGroup(items[index])) dressGroup(node, items[index].group); else dressChange(node, items[index].id);
  }
}

function toggle(id) {
  if (opened.has(id)) opened.delete(id); else opened.add(id);
  const index = items.findIndex((item) => item.id === id);
  drawn.get(index)?.remove();
  drawn.delete(index);
  layOut();
  draw();
  drawn.get(index)?.querySelector("button").focus({ preventScroll: true });
}

function toggleGroup(key) {
  if (collapsed.has(key)) collapsed.delete(key); else collapsed.add(key);
  relist();
  const index = items.findIndex((item) => isGroup(item) && item.group.key === key);
  if (list.getBoundingClientRect().top + tops[index] < ceiling()) goTo(index);
  drawn.get(index)?.querySelector("button").focus({ preventScroll: true });
}

// Where the toolbar ends and the bar at the bottom begins.
const ceiling = () => (getComputedStyle(byId("filters")).position === "sticky" ? byId("filters").offsetHeight : 0) + 8;
const floor = () => innerHeight - byId("bar").offsetHeight;

// Brings an item onto the screen and gives it the focus.
function goTo(index) {
  const top = list.getBoundingClientRect().top + tops[index];
  if (top < ceiling()) scrollBy(0, top - ceiling());
  else if (top + rowHeight() > floor()) scrollBy(0, top + rowHeight() - floor() + 8);
  draw();
  drawn.get(index)?.querySelector("button").focus({ preventScroll: true });
}
