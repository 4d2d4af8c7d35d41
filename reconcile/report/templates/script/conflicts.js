// A conflict, opened: per field what was last applied and what each side made of it, and the choice.

const TAKES = [["source", "the source's values"], ["target", "the target's values"], ["", "nobody decides: the target stays as it is"]];

function showConflict(row, id, detail) {
  const bases = new Map(detail.conflicts);
  const sides = detail.fields.filter(([path]) => bases.has(path));
  const lines = sides.map(([path, target, source]) => make("tr", "",
    make("th", "", path),
    ...[bases.get(path), source, target].map((value) => make("td", "", showCreated(kindOf(row, path), value)))));
  const heads = ["", "last applied", "source now", "target now"].map((name) => make("th", "", name));
  return make("fieldset", "conflict",
    make("legend", "", "Both sides changed this since it was last applied"),
    make("div", "scroll", make("table", "parts sides", make("thead", "", make("tr", "", ...heads)), make("tbody", "", ...lines))),
    make("div", "takes", "Take ", ...TAKES.map(([take, text]) => takeChoice(id, take, text))));
}

function takeChoice(id, take, text) {
  const input = make("input", "");
  input.type = "radio";
  input.name = `take-${id}`;
  input.value = take;
  input.checked = (decisions.get(id) ?? "") === take;
  input.disabled = review.applied;
  input.dataset.take = id;
  return make("label", "", input, " ", text);
}
