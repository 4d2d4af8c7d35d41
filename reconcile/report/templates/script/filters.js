// The toolbar: what the visitor asks for, kept in the form's own controls.

const FACETS = ["entity", "action", "field", "danger", "fate"];
const DELAY_MS = 150;
let timer = 0;

function fillFacet(id, labels, indexesOf) {
  const counts = new Array(labels.length).fill(0);
  for (const row of rows) for (const index of indexesOf(row)) if (index >= 0) counts[index] += 1;
  const used = labels.map((label, index) => ({ label, index, size: counts[index] })).filter(({ size }) => size);
  for (const { label, index, size } of used) byId(id).append(new Option(`${visible(label)} (${count(size)})`, index));
  byId(id).hidden = used.length === 0;
}

function fillFacets() {
  fillFacet("entity", names.entities.map(([, , plural]) => plural), (row) => [row[ENTITY]]);
  fillFacet("action", names.actions.map(([, verb]) => verb), (row) => [row[ACTION]]);
  fillFacet("field", names.fields, (row) => row[FIELDS]);
  fillFacet("danger", names.dangers.map(([, label]) => label), (row) => row[DANGERS]);
  fillFacet("fate", names.fates, (row) => [row[FATE]]);
}

function wanted() {
  const facets = FACETS.map((id) => [id, byId(id).value]);
  return { text: byId("search").value.trim(), ...Object.fromEntries(facets) };
}

function refresh() {
  const asked = wanted();
  const narrowed = asked.text !== "" || FACETS.some((id) => asked[id] !== "");
  for (const id of FACETS) byId(id).classList.toggle("set", asked[id] !== "");
  byId("clear").hidden = !narrowed;
  search(asked, (ids) => {
    byId("count").textContent = narrowed
      ? `${count(ids.length)} of ${count(rows.length)}` : `${count(rows.length)} changes`;
    byId("empty").hidden = ids.length > 0;
    byId("empty").textContent = narrowed ? "No change fits." : "This plan holds no changes.";
    showChanges(ids);
  });
}

function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, DELAY_MS);
}

function clearFilters() {
  byId("filters").reset();
  refresh();
}

// Asks for exactly these facets, given by name, and shows the list.
function askFor(facets) {
  byId("filters").reset();
  const known = { entity: names.entities, action: names.actions, danger: names.dangers };
  for (const [id, name] of Object.entries(facets)) {
    byId(id).value = known[id].findIndex(([each]) => each === name);
  }
  refresh();
  byId("changes").scrollIntoView();
}
