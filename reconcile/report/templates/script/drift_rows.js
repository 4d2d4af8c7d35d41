// The mismatches of one run, as drift_rows.py wrote them, and how they look.

const ENTITY = 0, KEY = 1, KIND = 2, FIELD = 3, MAGENTO = 4, MEDUSA = 5, BY = 6, SINCE = 7, SOURCE_ID = 8, TARGET_ID = 9, CUT = 10;

const names = JSON.parse(takeText("names"));
const rows = JSON.parse(takeText("rows"));

const addressOf = (row) => `${names.entities[row[ENTITY]][0]}:${row[KEY]}`;
const ageOf = (row) => names.since[row[SINCE]][2];
const wholeRecord = (row) => names.fields[row[FIELD]] === "";
const closedHeight = () => (narrow.matches ? 80 : 44);

function side(className, value, tag = "span") {
  const nothing = nothingIn(value);
  if (nothing) return make(tag, `${className} nothing`, nothing);
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

function itemNode(item, index) {
  const row = rows[item.id];
  const [by, byLabel] = names.changedBy[row[BY]];
  const [since, age] = names.since[row[SINCE]];
  const record = make("span", "record", make("span", "what", `${names.entities[row[ENTITY]][1]} `), make("span", "mono", row[KEY]));
  const shownAge = make("span", age === "new" ? "age new" : "age", age);
  shownAge.title = `since ${since}`;
  const middle = wholeRecord(row)
    ? [wholeText(row)]
    : [make("span", "name", names.fields[row[FIELD]]), side("side magento-side", row[MAGENTO]), side("side medusa-side", row[MEDUSA])];
  const button = opener(item.id, record, ...middle, make("span", `by ${by}`, byLabel), shownAge);
  const node = openable(item, index, "row", button);
  if (opened.has(item.id)) node.append(detail(row));
  return node;
}

function fact(title, value) {
  return make("div", "", make("dt", "", title), make("dd", "mono", value));
}

function detail(row) {
  const facts = make("dl", "facts", fact("Record", addressOf(row)));
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
