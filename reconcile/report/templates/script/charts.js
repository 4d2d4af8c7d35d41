// Where looking beats reading: how far prices move, and which way stock goes.

const SVG = "http://www.w3.org/2000/svg";
const STEP = 5, FAR = 50, BINS = 2 * FAR / STEP + 2;
const BAR = 20, TALL = 88;
const STOCK_ORDER = ["goes to zero", "falls", "rises", "first count"];

function shape(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const binOf = (percent) => Math.max(0, Math.min(BINS - 1, Math.floor((percent + FAR) / STEP) + 1));

// From (inclusive) and to (exclusive) of a bin in percent; null where it is open.
function binRange(bin) {
  const from = -FAR + (bin - 1) * STEP;
  return [bin === 0 ? null : from, bin === BINS - 1 ? null : from + STEP];
}

function binLabel([from, to], size) {
  const prices = counted(size, "record", "records");
  if (from === null) return `${prices}: the price falls by more than ${FAR} %`;
  if (to === null) return `${prices}: the price rises by ${FAR} % or more`;
  const [least, most] = [from, to].map((percent) => `${Math.abs(percent)}`).sort((a, b) => a - b);
  return `${prices}: the price ${from < 0 ? "falls" : "rises"} by ${least} to ${most} %`;
}

function priceChart() {
  const counts = new Array(BINS).fill(0);
  for (const row of rows) if (row[PRICE]) counts[binOf(row[PRICE])] += 1;
  const most = Math.max(...counts);
  if (!most) return null;
  const bars = counts.map((size, bin) => priceBar(bin, size, most));
  const ticks = [-FAR, -FAR / 2, 0, FAR / 2, FAR].map((percent) => {
    const label = shape("text", { x: (1 + (percent + FAR) / STEP) * BAR, y: TALL + 18, "text-anchor": "middle" });
    label.textContent = percent ? `${percent < 0 ? "−" : "+"}${Math.abs(percent)} %` : "0";
    return label;
  });
  const moved = counts.reduce((sum, size) => sum + size, 0);
  return chart(`${counted(moved, "price moves", "prices move")}`, shape("svg",
    { viewBox: `0 0 ${BINS * BAR} ${TALL + 24}`, class: "histogram", role: "group", "aria-label": "Price changes" },
    shape("line", { x1: 0, x2: BINS * BAR, y1: TALL + 0.5, y2: TALL + 0.5 }), ...bars, ...ticks));
}

function priceBar(bin, size, most) {
  const range = binRange(bin), height = size ? Math.max(2, (TALL - 4) * size / most) : 0;
  const kind = range[0] === null || range[1] === null ? "far" : range[0] < 0 ? "falls" : "rises";
  const bar = shape("rect", { class: kind, x: bin * BAR + 2, y: TALL - height, width: BAR - 4, height });
  if (!size) return bar;
  const title = shape("title", {});
  title.textContent = binLabel(range, size);
  const hit = shape("rect", { class: "hit", x: bin * BAR, y: 0, width: BAR, height: TALL });
  const group = shape("g", { class: "bin", role: "button", tabindex: 0, "aria-label": title.textContent }, title, hit, bar);
  asksFor(group, { price: range });
  return group;
}

// A part of a chart that leads to its changes, by mouse and keyboard.
function asksFor(element, facets) {
  element.addEventListener("click", () => askFor(facets));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    askFor(facets);
  });
}

function stockChart() {
  const counts = new Map();
  for (const row of rows) {
    if (actionName(row) === "set_stock") counts.set(row[CAUSE] ?? 0, (counts.get(row[CAUSE] ?? 0) ?? 0) + 1);
  }
  if (!counts.size) return null;
  const whole = Math.max(...counts.values());
  const sum = [...counts.values()].reduce((total, size) => total + size, 0);
  const place = ([cause]) => STOCK_ORDER.indexOf(names.causes[cause]);
  const lines = [...counts].sort((a, b) => place(a) - place(b)).map(([cause, size]) => stockLine(cause, size, whole));
  return chart(counted(sum, "stock level changes", "stock levels change"), make("ul", "stock", ...lines));
}

function stockLine(cause, size, whole) {
  const label = names.causes[cause];
  const button = makeButton("link", label);
  button.addEventListener("click", () => askFor({ cause, action: "set_stock" }));
  const zero = label === "goes to zero";
  const bar = shape("svg", { class: "strip", viewBox: "0 0 1000 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    shape("rect", { class: zero ? "far" : label === "falls" ? "falls" : "rises", width: Math.max(8, 1000 * size / whole), height: 8 }));
  return make("li", zero ? "zero" : "", button, bar, make("span", "num", count(size)));
}

const chart = (title, drawing) => make("figure", "chart", make("figcaption", "", title), drawing);

function showCharts() {
  const charts = [priceChart(), stockChart()].filter(Boolean);
  byId("charts").append(...charts);
  byId("charts").hidden = charts.length === 0;
}
