// The changes of the plan, as embedded.py wrote them. A detail is parsed when it is looked at.

const ENTITY = 0, KEY = 1, ACTION = 2, BRIEF = 3, FIELDS = 4, DANGERS = 5, FATE = 6;

const byId = (id) => document.getElementById(id);

function takeText(id) {
  const element = byId(id);
  const text = element.textContent;
  element.remove();
  return text;
}

const names = JSON.parse(takeText("names"));
const rows = JSON.parse(takeText("rows"));
const detailLines = takeText("details").split("\n").slice(1, -1);

function detailOf(id) {
  const line = detailLines[id];
  const [fields, sourceId, targetId, reason, refs, outcome] =
    JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line);
  return { fields, sourceId, targetId, reason, refs, outcome };
}

const entityName = (row) => names.entities[row[ENTITY]][0];
const addressOf = (row) => `${entityName(row)}:${row[KEY]}`;
const entityPlural = (row) => names.entities[row[ENTITY]][2];
const actionName = (row) => names.actions[row[ACTION]][0];
const actionVerb = (row) => names.actions[row[ACTION]][1];
const isCreate = (row) => actionName(row) === "create";
const kindOf = (row, path) => names.kinds[entityName(row)][path];

const count = new Intl.NumberFormat("en").format;

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
