// Changes that do the same for the same cause stand together; within a group, and among groups,
// they stand in the order that is asked for.

const collapsed = new Set();

const bySize = (size) => (a, b) => size(rows[b]) - size(rows[a]) || a - b;
const ORDERS = {
  plan: null,
  key: (a, b) => (rows[a][KEY] < rows[b][KEY] ? -1 : rows[a][KEY] > rows[b][KEY] ? 1 : a - b),
  price: bySize((row) => Math.abs(priceOf(row))),
  fields: bySize((row) => row[FIELDS].length),
};
const MOVES_GROUPS = new Set(["price", "fields"]);

const groupKey = (row) =>
  (row[ENTITY] * names.actions.length + row[ACTION]) * names.causes.length + (row[CAUSE] ?? 0);

// [{key, row, ids}, ...]; `ids` are in plan order when they come.
function grouped(ids, order) {
  const found = new Map();
  for (const id of ids) {
    const key = groupKey(rows[id]);
    const group = found.get(key);
    if (group) group.ids.push(id); else found.set(key, { key, row: rows[id], ids: [id] });
  }
  const groups = [...found.values()].sort((a, b) => a.key - b.key);
  const compare = ORDERS[order];
  if (compare) for (const group of groups) group.ids.sort(compare);
  if (MOVES_GROUPS.has(order)) groups.sort((a, b) => compare(a.ids[0], b.ids[0]));
  return groups;
}

// The lines of the list: a group {group}, then its changes {id, group}, unless it is collapsed.
function listLines(ids, order) {
  const lines = [];
  for (const group of grouped(ids, order)) {
    lines.push({ group });
    if (!collapsed.has(group.key)) for (const id of group.ids) lines.push({ id, group });
  }
  return lines;
}
