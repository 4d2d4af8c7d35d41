// Wires the parts together.

const groupIds = (key) => items.find((item) => isGroup(item) && item.group.key === Number(key)).group.ids;

list.addEventListener("click", (event) => {
  const { fold } = event.target.closest("button")?.dataset ?? {};
  if (fold !== undefined) toggleGroup(Number(fold));
});
list.addEventListener("change", ({ target }) => {
  if (target.dataset.tick !== undefined) excludeThese([Number(target.dataset.tick)], !target.checked);
  else if (target.dataset.group !== undefined) excludeThese(groupIds(target.dataset.group), !target.checked);
  else if (target.dataset.take !== undefined) takeFor([Number(target.dataset.take)], target.value);
});
document.querySelector("main").addEventListener("click", (event) => {
  const { entity, action, danger, code, record, standing } = event.target.closest("button")?.dataset ?? {};
  if (danger) askFor({ danger });
  else if (code) askFor({ code });
  else if (record) askFor({ search: record });
  else if (standing) askFor({ standing });
  else if (entity) askFor({ entity, action });
});
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").addEventListener("reset", () => setTimeout(refresh));
for (const id of ["search", "low", "high"]) byId(id).addEventListener("input", refreshSoon);
for (const id of FACETS) byId(id).addEventListener("change", refresh);
byId("sort").addEventListener("change", relist);
byId("exclude").addEventListener("click", () => excludeThese(listed, true));
byId("include").addEventListener("click", () => excludeThese(listed, false));
byId("take-source").addEventListener("click", () => takeFor(listed, "source"));
byId("take-target").addEventListener("click", () => takeFor(listed, "target"));
for (const field of [byId("by"), byId("note"), ...waiverFields()]) {
  field.addEventListener("input", () => { showReview(); rememberSoon(); });
}
for (const button of document.querySelectorAll(".download")) button.addEventListener("click", download);
byId("hindrance").addEventListener("click", () => byId("approval").scrollIntoView());
byId("start-over").addEventListener("click", startOver);
byId("approver").addEventListener("submit", (event) => event.preventDefault());
byId("close-keys").addEventListener("click", () => byId("help").close());
byId("show-keys").addEventListener("click", () => byId("help").showModal());
document.addEventListener("keydown", onKey);
addEventListener("pagehide", rememberNow);

fillFacets();
showCharts();
begin();
byId("bar").hidden = rows.length === 0;
showReview();
refresh();
