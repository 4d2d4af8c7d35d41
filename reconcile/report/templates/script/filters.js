// The toolbar: what the visitor asks for, kept in the form's own controls.

const FACETS = ["entity", "action", "cause", "field", "danger", "category", "price", "standing", "fate", "code"];
const SHOWN_WHEN_SET = new Set(["cause", "code"]);

function fillFacet(id, labels, indexesOf) {
  const size = fillSelect(id, labels, indexesOf);
  byId(id).hidden = size === 0 || SHOWN_WHEN_SET.has(id);
}

function fillFacets() {
  fillFacet("entity", names.entities.map(([, , plural]) => plural), (row) => [row[ENTITY]]);
  fillFacet("action", names.actions.map(([, verb]) => verb), (row) => [row[ACTION]]);
  fillFacet("cause", names.causes, (row) => [row[CAUSE] ?? 0]);
  fillFacet("field", names.fields, (row) => row[FIELDS]);
  fillFacet("danger", names.dangers.map(([, label]) => label), (row) => row[DANGERS]);
  fillFacet("category", names.categories, categoriesOf);
  fillFacet("fate", names.fates, (row) => (review.applied ? [row[FATE]] : NONE));
  names.about.forEach(([code, ids], index) => byId("code").append(new Option(`${visible(code)} (${count(ids.length)})`, index)));
  byId("price").hidden = !rows.some((row) => row[PRICE]);
  for (const option of [...byId("standing").options]) {
    if (["conflict", "undecided"].includes(option.value) && !conflicting.length) option.remove();
  }
}

// What is written in a field for percent; null where nothing is.
function percentIn(id) {
  const text = byId(id).value.trim();
  return text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
}

function wanted() {
  const facets = FACETS.map((id) => [id, byId(id).value]);
  return { text: byId("search").value.trim(), low: percentIn("low"), high: percentIn("high"), ...Object.fromEntries(facets) };
}

const isNarrowed = ({ text, ...asked }) => text !== "" || FACETS.some((id) => asked[id] !== "");

function refresh() {
  const asked = wanted(), narrowed = isNarrowed(asked);
  for (const id of FACETS) {
    byId(id).classList.toggle("set", asked[id] !== "");
    if (SHOWN_WHEN_SET.has(id)) byId(id).hidden = asked[id] === "";
  }
  byId("range").hidden = asked.price !== "range";
  byId("clear").hidden = !narrowed;
  search(asked, (ids) => {
    byId("count").textContent = narrowed
      ? `${count(ids.length)} of ${count(rows.length)}` : `${count(rows.length)} changes`;
    byId("empty").hidden = ids.length > 0;
    byId("empty").textContent = narrowed ? "No change fits." : "This plan holds no changes.";
    showChanges(ids);
    showBulk();
  });
}

function clearFilters() {
  byId("filters").reset();
  refresh();
}

const placeOf = (known, name) => known.findIndex(([each]) => each === name);

// Asks for exactly these facets, by name, and shows the list. `price` is [at least, below].
function askFor({ entity, action, danger, code, price, search: text = "", ...others }) {
  const order = byId("sort").value;
  byId("filters").reset();
  byId("sort").value = order;
  byId("search").value = text;
  if (entity) byId("entity").value = placeOf(names.entities, entity);
  if (action) byId("action").value = placeOf(names.actions, action);
  if (danger) byId("danger").value = placeOf(names.dangers, danger);
  if (code) byId("code").value = placeOf(names.about, code);
  if (price) {
    byId("price").value = "range";
    ["low", "high"].forEach((id, index) => { byId(id).value = price[index] ?? ""; });
  }
  for (const [id, value] of Object.entries(others)) byId(id).value = value;
  refresh();
  byId("changes").scrollIntoView();
}
