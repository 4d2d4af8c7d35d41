// The changes of the plan, as embedded.py wrote them. A detail is parsed when it is looked at.

const ENTITY = 0, KEY = 1, ACTION = 2, BRIEF = 3, FIELDS = 4, DANGERS = 5, FATE = 6, CAUSE = 7,
  NEEDS = 8, HOME = 9, CATEGORIES = 10, PRICE = 11, CONFLICTS = 12, NAME = 13;
const NONE = [];

const byId = (id) => document.getElementById(id);

function takeText(id) {
  const element = byId(id);
  const text = element.textContent;
  element.remove();
  return text;
}

const linesOf = (id) => takeText(id).split("\n").slice(1, -1);
const parseLine = (line) => JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line);

const names = JSON.parse(takeText("names"));
const review = JSON.parse(takeText("review"));
const rows = JSON.parse(takeText("rows"));
const detailLines = linesOf("details");

function detailOf(id) {
  const [fields, sourceId, targetId, reason, refs, outcome, conflicts = NONE] = parseLine(detailLines[id]);
  return { fields, sourceId, targetId, reason, refs, outcome, conflicts };
}

const entityName = (row) => names.entities[row[ENTITY]][0];
const entitySingular = (row) => names.entities[row[ENTITY]][1];
const entityPlural = (row) => names.entities[row[ENTITY]][2];
const addressOf = (row) => `${entityName(row)}:${row[KEY]}`;
const calledInWords = (row) => `${entitySingular(row)} ${row[KEY]}`;
const actionName = (row) => names.actions[row[ACTION]][0];
const actionVerb = (row) => names.actions[row[ACTION]][1];
const causeOf = (row) => names.causes[row[CAUSE] ?? 0];
const isCreate = (row) => actionName(row) === "create";
const kindOf = (row, path) => names.kinds[entityName(row)][path];
const needsOf = (row) => row[NEEDS] || NONE;
const conflictsOf = (row) => row[CONFLICTS] || NONE;
const priceOf = (row) => row[PRICE] || 0;

// The categories of a product in this plan, of a variant those of its product.
function categoriesOf(row) {
  const home = row[HOME] ? rows[row[HOME][0]] : row;
  return home[CATEGORIES] || NONE;
}

const count = new Intl.NumberFormat("en").format;
const counted = (size, one, many) => `${count(size)} ${size === 1 ? one : many}`;

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

function makeButton(className, ...children) {
  const button = make("button", className, ...children);
  button.type = "button";
  return button;
}
