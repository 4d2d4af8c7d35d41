"use strict";
(() => {
// The mismatches of one run, as drift_rows.py wrote them.

const ENTITY = 0, KEY = 1, KIND = 2, FIELD = 3, MAGENTO = 4, MEDUSA = 5, BY = 6, SINCE = 7, SOURCE_ID = 8, TARGET_ID = 9, CUT = 10;
const MARGIN = 400, SLICE_MS = 12, DELAY_MS = 150;
const FACETS = { entity: ENTITY, kind: KIND, field: FIELD, by: BY };

const byId = (id) => document.getElementById(id);

function take(id) {
  const element = byId(id);
  const value = JSON.parse(element.textContent);
  element.remove();
  return value;
}

const names = take("names");
const rows = take("rows");
const list = byId("list");
const narrow = matchMedia("(max-width: 700px)");
const number = new Intl.NumberFormat("en").format;
const ageOf = (row) => names.since[row[SINCE]][2];
const wholeRecord = (row) => names.fields[row[FIELD]] === "";

// Text from shops is only ever set as textContent. What would turn or hide it is spelled out.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;

function visible(text) {
  return String(text).replace(UNSEEN, (char) => {
    const code = char.codePointAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.map((child) => (child instanceof Node ? child : visible(child))));
  return element;
}

// One row

function side(className, value, tag = "span") {
  if (value === null) return make(tag, `${className} nothing`, "no value");
  if (value === "") return make(tag, `${className} nothing`, "empty text");
  return make(tag, className, tag === "span" ? inShort(value) : atLength(value));
}

// Nested values are JSON; one that was cut short is none any more.
function parsed(value) {
  if (!/^[[{]/.test(value)) return null;
  try { return JSON.parse(value); } catch { return null; }
}

const isPrice = (each) => typeof each?.amount === "string" && typeof each.currency_code === "string";

function inShort(value) {
  const parts = value.length < 2000 ? parsed(value) : null;
  if (Array.isArray(parts) && parts.length && parts.every(isPrice)) {
    return parts.map(({ amount, currency_code: currency }) => `${amount} ${currency.toUpperCase()}`).join(", ");
  }
  return value.slice(0, 200);
}

function atLength(value) {
  const parts = parsed(value);
  return parts === null ? value : JSON.stringify(parts, null, 1);
}

function wholeText(row) {
  const [name, label] = names.kinds[row[KIND]];
  return make("span", `whole ${name}`, label);
}

function rowNode(id, place) {
  const row = rows[id];
  const [by, byLabel] = names.changedBy[row[BY]];
  const [since, age] = names.since[row[SINCE]];
  const record = make("span", "record", make("span", "what", `${names.entities[row[ENTITY]][1]} `), make("span", "mono", row[KEY]));
  const shownAge = make("span", age === "new" ? "age new" : "age", age);
  shownAge.title = `since ${since}`;
  const middle = wholeRecord(row)
    ? [wholeText(row)]
    : [make("span", "name", names.fields[row[FIELD]]), side("side magento-side", row[MAGENTO]), side("side medusa-side", row[MEDUSA])];
  const button = make("button", "", record, ...middle, make("span", `by ${by}`, byLabel), shownAge);
  button.type = "button";
  button.dataset.id = id;
  button.setAttribute("aria-expanded", opened.has(id));
  const node = make("div", opened.has(id) ? "row open" : "row", button);
  node.setAttribute("role", "listitem");
  node.setAttribute("aria-posinset", place + 1);
  node.setAttribute("aria-setsize", items.length);
  if (opened.has(id)) node.append(detail(row));
  return node;
}

function fact(title, value) {
  return make("div", "", make("dt", "", title), make("dd", "mono", value));
}

function detail(row) {
  const facts = make("dl", "facts", fact("Record", `${names.entities[row[ENTITY]][0]}:${row[KEY]}`));
  if (row[SOURCE_ID]) facts.append(fact("Magento id", row[SOURCE_ID]));
  if (row[TARGET_ID]) facts.append(fact("Medusa id", row[TARGET_ID]));
  facts.append(fact("Since", names.since[row[SINCE]][0]));
  const box = make("div", "detail", facts);
  if (!wholeRecord(row)) {
    box.append(make("div", "sides",
      make("div", "", make("h4", "", "Magento"), side("value", row[MAGENTO], "div")),
      make("div", "", make("h4", "", "Medusa"), side("value", row[MEDUSA], "div"))));
  }
  if (row[CUT]) box.append(make("p", "legend", "The value goes on; the CSV file has all of it."));
  return box;
}

// The list: only what is on the screen is in the document; the rest is its height.

let items = rows.map((_, id) => id);
let tops = new Float64Array(1);
const opened = new Set();
const openHeights = new Map();
const drawn = new Map();

const rowHeight = () => (narrow.matches ? 80 : 44);
const heightOf = (id) => (opened.has(id) ? openHeights.get(id) ?? rowHeight() : rowHeight());

function layOut() {
  tops = new Float64Array(items.length + 1);
  for (let place = 0; place < items.length; place += 1) tops[place + 1] = tops[place] + heightOf(items[place]);
  list.style.height = `${tops[items.length]}px`;
}

function placeAt(height) {
  let low = 0, high = items.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (tops[mid + 1] > height) high = mid; else low = mid + 1;
  }
  return low;
}

function draw() {
  const top = -list.getBoundingClientRect().top;
  const first = placeAt(top - MARGIN);
  const last = Math.min(items.length - 1, placeAt(top + innerHeight + MARGIN));
  for (const [place, node] of drawn) {
    if (place < first || place > last) { node.remove(); drawn.delete(place); }
  }
  for (let place = first; place <= last; place += 1) drawRow(place);
  if (measure()) draw();
}

function drawRow(place) {
  const known = drawn.get(place);
  const node = known ?? rowNode(items[place], place);
  node.style.transform = `translateY(${tops[place]}px)`;
  if (known) return;
  drawn.set(place, node);
  const next = [...drawn.keys()].filter((other) => other > place).sort((a, b) => a - b)[0];
  list.insertBefore(node, next === undefined ? null : drawn.get(next));
}

// Takes note of the real heights of opened rows; whether any of them was a surprise.
function measure() {
  let surprised = false;
  for (const [place, node] of drawn) {
    const id = items[place];
    if (!opened.has(id) || node.offsetHeight === openHeights.get(id)) continue;
    openHeights.set(id, node.offsetHeight);
    surprised = true;
  }
  if (surprised) layOut();
  return surprised;
}

function redraw() {
  for (const node of drawn.values()) node.remove();
  drawn.clear();
  layOut();
  draw();
}

function toggle(id) {
  if (!opened.delete(id)) opened.add(id);
  const place = items.indexOf(id);
  drawn.get(place)?.remove();
  drawn.delete(place);
  layOut();
  draw();
  drawn.get(place)?.firstChild.focus({ preventScroll: true });
}

// Which rows are wanted. Works in slices, so that typing stays quick over any number of rows.

const literally = (text) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "iu");

function tests() {
  const facets = Object.entries(FACETS).filter(([id]) => byId(id).value !== "")
    .map(([id, column]) => { const wanted = Number(byId(id).value); return (row) => row[column] === wanted; });
  const words = byId("search").value.split(/\s+/).filter(Boolean).map((word) => {
    const test = literally(word);
    return (row) => test.test(`${names.entities[row[ENTITY]][0]}:${row[KEY]}`) || test.test(names.fields[row[FIELD]]) ||
      test.test(row[MAGENTO] ?? "") || test.test(row[MEDUSA] ?? "");
  });
  return [...facets, ...words];
}

const ORDERS = {
  "": (a, b) => a - b,
  oldest: (a, b) => ageOf(rows[b]) - ageOf(rows[a]) || a - b,
  newest: (a, b) => ageOf(rows[a]) - ageOf(rows[b]) || a - b,
};

let latest = 0;

async function refresh() {
  const mine = latest += 1;
  const asked = tests();
  const found = [];
  let pause = performance.now() + SLICE_MS;
  for (let id = 0; id < rows.length; id += 1) {
    if (asked.every((test) => test(rows[id]))) found.push(id);
    if (id % 256 === 0 && performance.now() > pause) {
      await new Promise((resolve) => setTimeout(resolve));
      if (mine !== latest) return;
      pause = performance.now() + SLICE_MS;
    }
  }
  items = found.sort(ORDERS[byId("order").value]);
  for (const id of [...Object.keys(FACETS), "order"]) byId(id).classList.toggle("set", byId(id).value !== "");
  byId("clear").hidden = asked.length === 0 && byId("order").value === "";
  byId("count").textContent = asked.length ? `${number(found.length)} of ${number(rows.length)}`
    : `${number(rows.length)} ${rows.length === 1 ? "mismatch" : "mismatches"}`;
  byId("empty").hidden = found.length > 0;
  redraw();
}

function fill(id, labels) {
  const counts = new Array(labels.length).fill(0);
  for (const row of rows) counts[row[FACETS[id]]] += 1;
  const used = labels.map((label, index) => ({ label, index })).filter(({ label, index }) => label && counts[index]);
  used.sort((a, b) => (id === "field" ? counts[b.index] - counts[a.index] : 0));
  for (const { label, index } of used) byId(id).append(new Option(`${visible(label)} (${number(counts[index])})`, index));
  byId(id).hidden = used.length < 2;
}

// Shows exactly the rows that a number or a field above the list stands for.
function ask({ entity, kind, field }) {
  byId("filters").reset();
  byId("entity").value = names.entities.findIndex(([name]) => name === entity);
  if (kind) byId("kind").value = names.kinds.findIndex(([name]) => name === kind);
  if (field) byId("field").value = names.fields.indexOf(field);
  for (const id of Object.keys(FACETS)) if (byId(id).selectedIndex < 0) byId(id).value = "";
  refresh();
  byId("mismatches").scrollIntoView();
}

fill("entity", names.entities.map(([, , plural]) => plural));
fill("kind", names.kinds.map(([, label]) => label));
fill("field", names.fields);
fill("by", names.changedBy.map(([, label]) => label));

let timer = 0;
byId("search").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(refresh, DELAY_MS); });
byId("filters").addEventListener("change", (event) => { if (event.target.id !== "search") refresh(); });
byId("filters").addEventListener("reset", () => setTimeout(refresh));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-id]");
  if (button) toggle(Number(button.dataset.id));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-entity]");
  if (button) ask(button.dataset);
});
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select")) {
    if (event.key === "Escape") byId("clear").click();
  } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    byId("search").focus();
  }
});
addEventListener("scroll", draw, { passive: true });
addEventListener("resize", () => { openHeights.clear(); redraw(); });
refresh();
})();
