// One change, opened: where it comes from, what became of it, each field with before and after.

function showDetail(row, id) {
  const detail = detailOf(id);
  const box = make("div", "detail", facts(row, detail), make("p", "why"));
  if (detail.reason) box.append(make("p", "facts", detail.reason));
  if (detail.outcome) box.append(make("p", "outcome", detail.outcome));
  if (detail.conflicts.length) box.append(showConflict(row, id, detail));
  const fields = detail.fields.flatMap((field) => showField(row, field));
  box.append(make("dl", "fields", ...fields, ...stockTable(row, detail)));
  return box;
}

function facts(row, { sourceId, targetId, refs }) {
  const said = [
    calledInWords(row),
    sourceId === null ? "" : `source id ${sourceId}`,
    targetId === null ? "" : `target id ${targetId}`,
    refs.length ? `needs ${refs.join(", ")}` : "",
  ];
  return make("p", "facts mono", ...said.filter(Boolean).map((text) => make("span", "", text, " ")));
}

function showField(row, field) {
  const [path] = field;
  return [make("dt", "", path), make("dd", "", fieldValue(row, field))];
}

function fieldValue(row, [path, ...sides]) {
  const kind = kindOf(row, path);
  if (PICTURED.has(path) && anyPicture(...sides)) {
    return isCreate(row) ? createdGallery(sides[0]) : imageGallery(...sides);
  }
  return isCreate(row) ? showCreated(kind, sides[0]) : showChanged(kind, ...sides);
}
