// The changes of the plan, as embedded.py wrote them. A detail is parsed when it is looked at.

const ENTITY = 0, KEY = 1, ACTION = 2, BRIEF = 3, FIELDS = 4, DANGERS = 5, FATE = 6, CAUSE = 7,
  NEEDS = 8, HOME = 9, CATEGORIES = 10, PRICE = 11, CONFLICTS = 12, NAME = 13;
const NONE = [];

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
