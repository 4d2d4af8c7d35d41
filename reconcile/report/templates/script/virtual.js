// A list of any length. Only what is on the screen is in the document; the rest is its height.
//
// Its items are {id}, and what else the page likes; one without an id does not open. The page has
// `itemNode(item, index)`, which makes the element, and `closedHeight(item)`, which knows its height.

const list = byId("list");
const narrow = matchMedia("(max-width: 700px)");
const MARGIN = 400;

let items = [];
let heights = new Float64Array();
let tops = new Float64Array(1);
let drawing = false;
const opened = new Set();
const drawn = new Map();
const openHeights = new Map();

const heightOf = (item) => (opened.has(item.id) ? openHeights.get(item.id) : undefined) ?? closedHeight(item);

function showItems(these) {
  items = these;
  redraw();
}

function redraw() {
  for (const node of drawn.values()) node.remove();
  drawn.clear();
  layOut();
  draw();
}

function layOut() {
  heights = Float64Array.from(items, heightOf);
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

function drawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; draw(); });
}

function drawItem(index) {
  const known = drawn.get(index);
  const node = known ?? itemNode(items[index], index);
  node.style.transform = `translateY(${tops[index]}px)`;
  if (known) return;
  drawn.set(index, node);
  const next = [...drawn.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
  list.insertBefore(node, next === undefined ? null : drawn.get(next));
}

// Takes note of the real heights of opened items; whether any of them was a surprise.
function measure() {
  let surprised = false;
  for (const [index, node] of drawn) {
    const { id } = items[index];
    if (!opened.has(id) || node.offsetHeight === heights[index]) continue;
    openHeights.set(id, node.offsetHeight);
    surprised = true;
  }
  if (surprised) layOut();
  return surprised;
}

function toggle(id) {
  if (!opened.delete(id)) opened.add(id);
  const index = items.findIndex((item) => item.id === id);
  drawn.get(index)?.remove();
  drawn.delete(index);
  layOut();
  draw();
  focusOn(index);
}

function focusOn(index) {
  drawn.get(index)?.querySelector("button").focus({ preventScroll: true });
}

// The button that opens an item, and the item with it.
function opener(id, ...children) {
  const button = makeButton("", ...children);
  button.dataset.id = id;
  button.setAttribute("aria-expanded", opened.has(id));
  return button;
}

function openable({ id }, index, className, ...children) {
  const node = make("div", opened.has(id) ? `${className} open` : className, ...children);
  node.setAttribute("role", "listitem");
  node.setAttribute("aria-posinset", index + 1);
  node.setAttribute("aria-setsize", items.length);
  return node;
}

list.addEventListener("click", (event) => {
  const { id } = event.target.closest("button")?.dataset ?? {};
  if (id !== undefined) toggle(Number(id));
});
addEventListener("scroll", drawSoon, { passive: true });
addEventListener("resize", () => { openHeights.clear(); redraw(); });
