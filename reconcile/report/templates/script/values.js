// How a value looks, by the kind of its field; with `before`, what changed in it.

const LONG = 60;
const CONTEXT = 90;

const isList = (value) => Array.isArray(value);
const isMap = (value) => value !== null && typeof value === "object" && !isList(value);
const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 1));

function showCreated(kind, value) {
  return (shows(kind, value) ? SHAPES[kind].created : createdText)(value);
}

function showChanged(kind, before, after) {
  const fits = shows(kind, before ?? after) && shows(kind, after ?? before);
  return (fits ? SHAPES[kind].changed : changedText)(before, after);
}

const shows = (kind, value) => kind in SHAPES && SHAPES[kind].fits(value);

function plain(value) {
  const nothing = nothingIn(value);
  if (nothing) return make("span", "nothing", nothing);
  return make("span", typeof value === "object" ? "json" : "", asText(value));
}

function createdText(value) {
  const box = make("div", "value", plain(value));
  if (asText(value)?.length > 400) box.classList.add("long");
  return box;
}

function changedText(before, after) {
  const comparable = [before, after].every((side) => side !== null && side !== "");
  const long = Math.max(asText(before)?.length ?? 0, asText(after)?.length ?? 0) > LONG;
  if (comparable && long) return inlineDiff(asText(before), asText(after));
  return make("div", "value", side("del", before), make("span", "to", " → "), side("ins", after));
}

// Where there is no text there is nothing to strike out or to add.
function side(tag, value) {
  const shown = plain(value);
  return shown.className === "nothing" ? shown : make(tag, "", shown);
}

function inlineDiff(before, after) {
  const parts = textDiff(before, after);
  const shown = parts.map(([kind, text], index) => {
    if (kind === "gone") return make("del", "", text);
    if (kind === "come") return make("ins", "", text);
    return unchanged(text, index > 0, index < parts.length - 1);
  });
  return make("div", "value", ...shown);
}

// Of a long stretch without changes only the ends that touch a change are shown, until asked for.
function unchanged(text, changeBefore, changeAfter) {
  const head = changeBefore ? CONTEXT : 0, tail = changeAfter ? CONTEXT : 0;
  if (text.length <= head + tail + 40) return make("span", "", text);
  const hidden = text.length - head - tail;
  const cut = makeButton("cut", `… ${count(hidden)} characters …`);
  cut.addEventListener("click", () => {
    cut.replaceWith(visible(text.slice(head, text.length - tail)));
    draw();
  });
  return make("span", "", text.slice(0, head), cut, text.slice(text.length - tail));
}

// Lists and sets: every member once, with what went and what came.
function members(before, after) {
  const had = new Set(before.map(asText)), has = new Set(after.map(asText));
  const items = [...new Set([...had, ...has])].map((text) => {
    const className = !has.has(text) ? "gone" : had.has(text) ? "" : "come";
    return make("li", className, text);
  });
  return make("ul", "members", ...items);
}

const memberList = (value) => make("ul", "members", ...value.map((part) => make("li", "", asText(part))));

function changedMembers(before, after) {
  const box = members(before ?? [], after ?? []);
  const reordered = !box.querySelector(".gone, .come");
  return reordered ? changedText(asText(before), asText(after)) : box;
}

function parts(lines) {
  return make("table", "parts", make("tbody", "", ...lines));
}

function partRow(name, before, after, extra) {
  const className = before === after ? "kept" : "";
  const sides = before === after
    ? [make("td", "num", plain(after))]
    : [make("td", "num", changedText(before, after))];
  const cells = [make("th", "", name), ...sides];
  if (extra) cells.push(make("td", "num quiet", extra));
  return make("tr", className, ...cells);
}

function byPrice(prices) {
  return new Map((prices ?? []).map((price) => [priceLabel(price), price.amount]));
}

function priceLabel({ currency_code: currency, min_quantity: low, max_quantity: high }) {
  const from = low === null || low === undefined ? "" : `, from ${low}`;
  const to = high === null || high === undefined ? "" : `, to ${high}`;
  return `${String(currency).toUpperCase()}${from}${to}`;
}

function movedBy(before, after) {
  const percent = (Number(after) / Number(before) - 1) * 100;
  if (before === undefined || after === undefined || !Number.isFinite(percent)) return "";
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  const size = Math.abs(percent).toLocaleString("en", { maximumFractionDigits: digits });
  return percent === 0 ? "" : `${percent < 0 ? "−" : "+"}${size} %`;
}

function changedPairs(had, has, note) {
  const labels = [...new Set([...had.keys(), ...has.keys()])];
  return parts(labels.map((label) =>
    partRow(label, had.get(label) ?? null, has.get(label) ?? null, note(had.get(label), has.get(label)))));
}

function createdPairs(pairs) {
  return parts([...pairs].map(([name, value]) => make("tr", "", make("th", "", name), make("td", "num", plain(value)))));
}

const entries = (value) =>
  new Map(inReadingOrder(Object.keys(value ?? {})).map((name) => [name, value[name]]));

function createdOptions(options) {
  return parts(options.map((option) =>
    make("tr", "", make("th", "", option.title), make("td", "", memberList(option.values)))));
}

function changedOptions(before, after) {
  const had = new Map((before ?? []).map((option) => [option.title, option.values]));
  const has = new Map((after ?? []).map((option) => [option.title, option.values]));
  const titles = [...new Set([...had.keys(), ...has.keys()])];
  return parts(titles.map((title) => make("tr", "", make("th", "", title),
    make("td", "", members(had.get(title) ?? [], has.get(title) ?? [])))));
}

// Rows: a table with a column per part; of changed ones only the rows that differ, side by side.
const rowColumns = (rows) =>
  inReadingOrder([...new Set(rows.flatMap(Object.keys))].filter((name) => name !== "id"));

// Files sort the parts of a value by name; people read an order from its goods to what is due.
const READING_ORDER = ("sku title name first_name last_name company address_1 address_2 postal_code city "
  + "province country_code phone quantity amount subtotal discount shipping tax adjustment grand_total "
  + "paid refunded due").split(" ");

function inReadingOrder(names) {
  const place = (name) => (READING_ORDER.indexOf(name) + 1) || READING_ORDER.length + 1;
  return [...names].sort((one, other) => place(one) - place(other));
}

// A nested value in a cell: its parts in a row, `US-MI 8.25`.
function cell(value) {
  if (isList(value)) return make("span", "", value.map(flat).join(", "));
  return isMap(value) ? make("span", "", flat(value)) : plain(value);
}

const flat = (value) => (isMap(value) ? Object.values(value).map(flat).join(" ") : asText(value));

function rowTable(columns, lines) {
  const heads = ["", ...columns.map((name) => name.replaceAll("_", " "))];
  return make("div", "scroll", make("table", "parts rows",
    make("thead", "", make("tr", "", ...heads.map((name) => make("th", "", name)))),
    make("tbody", "", ...lines)));
}

function rowLine(columns, row, className) {
  const cells = columns.map((name) => make("td", "", name in row ? cell(row[name]) : ""));
  return make("tr", className, make("th", "", row.id), ...cells);
}

function createdRows(rows) {
  const columns = rowColumns(rows);
  return rowTable(columns, rows.map((row) => rowLine(columns, row, "")));
}

function changedRows(before, after) {
  const had = new Map((before ?? []).map((row) => [row.id, row]));
  const has = new Map((after ?? []).map((row) => [row.id, row]));
  const columns = rowColumns([...had.values(), ...has.values()]);
  const lines = [...new Set([...had.keys(), ...has.keys()])].flatMap((id) => {
    if (!had.has(id)) return [rowLine(columns, has.get(id), "come")];
    if (!has.has(id)) return [rowLine(columns, had.get(id), "gone")];
    return sameRow(had.get(id), has.get(id)) ? [] : [changedRow(columns, had.get(id), has.get(id))];
  });
  return lines.length ? rowTable(columns, lines) : changedText(before, after);
}

const sameRow = (had, has) => JSON.stringify(had) === JSON.stringify(has);

function changedRow(columns, had, has) {
  const cells = columns.map((name) => {
    const same = JSON.stringify(had[name]) === JSON.stringify(has[name]);
    return make("td", "", same ? cell(has[name] ?? "") : changedText(had[name] ?? null, has[name] ?? null));
  });
  return make("tr", "", make("th", "", has.id), ...cells);
}

const isRows = (value) => isList(value) && value.every((row) => isMap(row) && "id" in row);
const isPrices = (value) => isList(value) && value.every((price) => isMap(price) && "currency_code" in price);
const isOptions = (value) => isList(value) && value.every((option) => isMap(option) && isList(option.values));

const LIST_SHAPE = { fits: isList, created: memberList, changed: changedMembers };

const SHAPES = {
  list: LIST_SHAPE,
  refs: LIST_SHAPE,
  prices: {
    fits: isPrices,
    created: (value) => createdPairs(byPrice(value)),
    changed: (before, after) => changedPairs(byPrice(before), byPrice(after), movedBy),
  },
  map: {
    fits: isMap,
    created: (value) => createdPairs(entries(value)),
    changed: (before, after) => changedPairs(entries(before), entries(after), () => ""),
  },
  rows: { fits: isRows, created: createdRows, changed: changedRows },
  options: { fits: isOptions, created: createdOptions, changed: changedOptions },
};
