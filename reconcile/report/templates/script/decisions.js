// Conflicts: records that both sides changed, and whose values the reviewer takes.

const conflicting = rows.flatMap((row, id) => (conflictsOf(row).length ? [id] : NONE));
const decisions = new Map();

const isConflict = (id) => conflictsOf(rows[id]).length > 0;
const isUndecided = (id) => isConflict(id) && !decisions.has(id);

// Whether a change consists of conflicts that are not settled for the source.
const nothingLeft = (id) => isConflict(id) && decisions.get(id) !== "source"
  && conflictsOf(rows[id]).length === rows[id][FIELDS].length;

// `take` is "source", "target", or "" for undecided.
function decide(ids, take) {
  for (const id of ids) {
    if (!isConflict(id)) continue;
    if (take) decisions.set(id, take); else decisions.delete(id);
  }
  recount();
}
