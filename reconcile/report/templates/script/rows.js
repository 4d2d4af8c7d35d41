// How a group and a change look in the list, and how they show what the reviewer decided.

function tickBox(label) {
  const box = make("input", "tick");
  box.type = "checkbox";
  box.setAttribute("aria-label", visible(label));
  return box;
}

function groupNode(group) {
  const { key, row, ids } = group, cause = causeOf(row);
  const said = `${actionVerb(row)} ${entityPlural(row)}${cause ? `: ${cause}` : ""}`;
  const box = tickBox(`Include all of: ${said}`);
  box.dataset.group = key;
  const button = makeButton("", make("span", "fold"), make("span", actionName(row), actionVerb(row)), entityPlural(row),
    ...(cause ? [make("span", "cause", cause)] : []), make("span", "num", count(ids.length)));
  button.dataset.fold = key;
  button.setAttribute("aria-expanded", !collapsed.has(key));
  const node = make("div", "group", box, button, make("span", "standing"));
  node.setAttribute("role", "listitem");
  dressGroup(node, group);
  return node;
}

function dressGroup(node, { ids }) {
  const box = node.firstChild;
  let out = 0, hand = 0, bound = 0;
  for (const id of ids) {
    if (isLeftOut(id)) out += 1;
    if (byHand[id]) hand += 1;
    if (needsMissing(id)) bound += 1;
  }
  box.checked = out === 0;
  box.indeterminate = out > 0 && out < ids.length;
  box.disabled = review.applied || bound === ids.length;
  const said = [hand ? `${count(hand)} excluded` : "", bound ? `${count(bound)} need what is excluded` : ""];
  node.lastChild.textContent = said.filter(Boolean).join(", ");
}

function changeNode(item, index) {
  const { id } = item, row = rows[id];
  const button = opener(id,
    make("span", `action ${actionName(row)}`, actionVerb(row)),
    make("span", "key mono", ...rowPicture(row, id), row[KEY]),
    make("span", "brief", row[BRIEF]),
    make("span", "marks"));
  const box = tickBox(`Include ${calledInWords(row)}`);
  box.dataset.tick = id;
  const node = openable(item, index, "change", box, button);
  if (opened.has(id)) node.append(showDetail(row, id));
  dressChange(node, id);
  return node;
}

// The picture of a record whose thumbnail or images are among the fields.
function rowPicture(row, id) {
  if (!hasPictures || !row[FIELDS].some((field) => PICTURED.has(names.fields[field]))) return [];
  const fields = detailOf(id).fields.filter(([path]) => PICTURED.has(path));
  const shown = fields.flatMap((field) => asList(field[field.length - 1])).map((url) => picture(url, "small")).find(Boolean);
  return shown ? [shown] : [];
}

function dressChange(node, id) {
  const box = node.firstChild;
  box.checked = !isLeftOut(id);
  box.disabled = review.applied || needsMissing(id);
  node.classList.toggle("out", isLeftOut(id));
  node.querySelector(".marks").replaceChildren(...marks(rows[id], id));
  node.querySelector(".why")?.replaceChildren(...whyLeftOut(id));
  for (const radio of node.querySelectorAll("input[data-take]")) radio.checked = radio.value === (decisions.get(id) ?? "");
}

function marks(row, id) {
  const dangers = row[DANGERS].map((danger) => names.dangers[danger])
    .filter(([name]) => name !== actionName(row))
    .map(([name, label]) => make("span", `mark ${name}`, label));
  const fate = review.applied ? names.fates[row[FATE]] : undefined;
  return [...standingMarks(id), ...(fate ? [make("span", `mark ${fate}`, fate)] : []), ...dangers];
}

function standingMarks(id) {
  if (byHand[id]) return review.applied ? [] : [make("span", "mark left", "excluded")];
  if (missing[id]) return [make("span", "mark left", `needs ${calledInWords(rows[missing[id] - 1])}`)];
  if (!isConflict(id)) return [];
  const take = decisions.get(id);
  return [take ? make("span", "mark settled", `takes ${take}`) : make("span", "mark conflict", "conflict")];
}

// Why a change is not approved, with a way to the one it needs.
function whyLeftOut(id) {
  if (!needsMissing(id)) return [];
  const needed = missing[id] - 1;
  const link = makeButton("link", `${calledInWords(rows[needed])}`);
  link.dataset.record = addressOf(rows[needed]);
  return ["Left out, as it needs ", link, ", which is left out."];
}
