// Wires the parts together.

let drawing = false;

function drawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; draw(); });
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-id]");
  if (button) toggle(Number(button.dataset.id));
});
document.querySelector("main").addEventListener("click", (event) => {
  const { entity, action, danger } = event.target.closest("button")?.dataset ?? {};
  if (danger) askFor({ danger });
  else if (entity) askFor({ entity, action });
});
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").addEventListener("reset", () => setTimeout(refresh));
byId("search").addEventListener("input", refreshSoon);
for (const id of FACETS) byId(id).addEventListener("change", refresh);
document.addEventListener("keydown", onKey);
addEventListener("scroll", drawSoon, { passive: true });
addEventListener("resize", () => { openHeights.clear(); redraw(); });

fillFacets();
refresh();
