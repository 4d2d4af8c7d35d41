// The stock of one thing in all places, as far as the plan changes it: each level is a change of its own.

const STOCK = { level: "inventory_level", variant: "variant", quantity: "stocked_quantity" };

function variantOf(row, { refs }) {
  if (entityName(row) === STOCK.variant) return row[KEY];
  const ref = refs.find((each) => each.startsWith(`${STOCK.variant}:`));
  return entityName(row) === STOCK.level && ref ? ref.slice(STOCK.variant.length + 1) : null;
}

// Keys may hold the sign between the parts of others: what a level refers to decides.
function levelsOf(variant) {
  const start = `${variant}@`;
  return rows
    .map((row, id) => ({ row, id }))
    .filter(({ row }) => entityName(row) === STOCK.level && row[KEY].startsWith(start))
    .map(({ row, id }) => ({ row, detail: detailOf(id), place: row[KEY].slice(start.length) }))
    .filter(({ row, detail }) => variantOf(row, detail) === variant);
}

function stockTable(row, detail) {
  const variant = variantOf(row, detail);
  const levels = variant === null ? [] : levelsOf(variant);
  const least = entityName(row) === STOCK.level ? 2 : 1;
  if (levels.length < least) return [];
  return [make("dt", "", "stock per location"), make("dd", "", parts(levels.map(levelLine)))];
}

function levelLine({ row, detail, place }) {
  const [, ...sides] = detail.fields.find(([path]) => path === STOCK.quantity) ?? ["", null];
  const [before, after] = sides.length > 1 ? sides : [null, sides[0]];
  return partRow(place, before, after, isCreate(row) ? "first count" : "");
}
