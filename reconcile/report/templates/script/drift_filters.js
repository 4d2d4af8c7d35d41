// The toolbar of the mismatches: what the visitor asks for, kept in the form's own controls.

const FACETS = { entity: ENTITY, kind: KIND, field: FIELD, by: BY };
const ORDERS = {
  "": (a, b) => a - b,
  oldest: (a, b) => ageOf(rows[b]) - ageOf(rows[a]) || a - b,
  newest: (a, b) => ageOf(rows[a]) - ageOf(rows[b]) || a - b,
};

function facetTests() {
  return Object.entries(FACETS).filter(([id]) => byId(id).value !== "")
    .map(([id, column]) => { const wanted = Number(byId(id).value); return (place) => rows[place][column] === wanted; });
}

function wordTests() {
  return wordsOf(byId("search").value).map((word) => {
    const test = literally(word);
    return (id) => {
      const row = rows[id];
      return test.test(addressOf(row)) || test.test(names.fields[row[FIELD]]) || test.test(row[MAGENTO] ?? "") || test.test(row[MEDUSA] ?? "");
    };
  });
}

function refresh() {
  const tests = [...facetTests(), ...wordTests()];
  sift(tests, (ids) => {
    for (const id of [...Object.keys(FACETS), "order"]) byId(id).classList.toggle("set", byId(id).value !== "");
    byId("clear").hidden = tests.length === 0 && byId("order").value === "";
    byId("count").textContent = tests.length ? `${count(ids.length)} of ${count(rows.length)}` : counted(rows.length, "mismatch", "mismatches");
    byId("empty").hidden = ids.length > 0;
    showItems(ids.sort(ORDERS[byId("order").value]).map((id) => ({ id })));
  });
}

// What has no label cannot be asked for.
function fillFacet(id, labels) {
  const size = fillSelect(id, labels, (row) => (labels[row[FACETS[id]]] ? [row[FACETS[id]]] : []), id === "field");
  byId(id).hidden = size < 2;
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

fillFacet("entity", names.entities.map(([, , plural]) => plural));
fillFacet("kind", names.kinds.map(([, label]) => label));
fillFacet("field", names.fields);
fillFacet("by", names.changedBy.map(([, label]) => label));

byId("search").addEventListener("input", refreshSoon);
byId("filters").addEventListener("change", (event) => { if (event.target.id !== "search") refresh(); });
byId("filters").addEventListener("reset", () => setTimeout(refresh));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
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
refresh();
