// One change, opened: where it comes from, what became of it, each field with before and after.

function showDetail(row, id) {
  const detail = detailOf(id);
  const box = make("div", "detail", facts(row, detail));
  if (detail.reason) box.append(make("p", "facts", detail.reason));
  if (detail.outcome) box.append(make("p", "outcome", detail.outcome));
  box.append(make("dl", "fields", ...detail.fields.flatMap((field) => showField(row, field))));
  return box;
}

function facts(row, { sourceId, targetId, refs }) {
  const said = [
    entityName(row).replaceAll("_", " ") + " " + row[KEY],
    sourceId === null ? "" : `source id ${sourceId}`,
    targetId === null ? "" : `target id ${targetId}`,
    refs.length ? `needs ${refs.join(", ")}` : "",
  ];
  return make("p", "facts mono", ...said.filter(Boolean).map((text) => make("span", "", text, " ")));
}

function showField(row, field) {
  const [path] = field, kind = kindOf(row, path);
  const value = isCreate(row) ? showCreated(kind, field[1]) : showChanged(kind, field[1], field[2]);
  return [make("dt", "", path), make("dd", "", value)];
}
