// The keyboard: / search, j and k move through the changes, Esc clears. Enter opens by itself.

function currentIndex() {
  const id = document.activeElement?.dataset?.id;
  return id === undefined ? -1 : items.findIndex((item) => item.id === Number(id));
}

function move(step) {
  const current = currentIndex();
  let index = current < 0 ? itemAt(Math.max(0, -list.getBoundingClientRect().top)) - (step > 0 ? 1 : 0) : current;
  do index += step; while (items[index]?.group);
  if (items[index]) goTo(index);
}

function onKey(event) {
  const typing = event.target.matches("input, select, textarea");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    clearFilters();
    document.activeElement.blur();
  } else if (!typing && event.key === "/") {
    event.preventDefault();
    byId("search").focus();
  } else if (!typing && (event.key === "j" || event.key === "k")) {
    event.preventDefault();
    move(event.key === "j" ? 1 : -1);
  }
}
