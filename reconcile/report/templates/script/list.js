// The list of changes: groups {group}, and changes {id, group}.

const GROUP_HEIGHT = 50;

let listed = [];

const rowHeight = () => (narrow.matches ? 64 : 40);
const isGroup = (item) => item !== undefined && item.id === undefined;
const closedHeight = (item) => (isGroup(item) ? GROUP_HEIGHT : rowHeight());
const itemNode = (item, index) => (isGroup(item) ? groupNode(item.group) : changeNode(item, index));

function showChanges(ids) {
  listed = ids;
  relist();
}

// Lays the listed changes out anew: in another order, or with other groups collapsed.
function relist() {
  showItems(listLines(listed, byId("sort").value));
}

// Shows on what is drawn how the changes stand now; nothing moves, the focus stays.
function redress() {
  for (const [index, node] of drawn) {
    if (isGroup(items[index])) dressGroup(node, items[index].group); else dressChange(node, items[index].id);
  }
}

function toggleGroup(key) {
  if (collapsed.has(key)) collapsed.delete(key); else collapsed.add(key);
  relist();
  const index = items.findIndex((item) => isGroup(item) && item.group.key === key);
  if (list.getBoundingClientRect().top + tops[index] < ceiling()) goTo(index);
  focusOn(index);
}

// Where the toolbar ends and the bar at the bottom begins.
const ceiling = () => (getComputedStyle(byId("filters")).position === "sticky" ? byId("filters").offsetHeight : 0) + 8;
const floor = () => innerHeight - byId("bar").offsetHeight;

// Brings an item onto the screen and gives it the focus.
function goTo(index) {
  const top = list.getBoundingClientRect().top + tops[index];
  if (top < ceiling()) scrollBy(0, top - ceiling());
  else if (top + rowHeight() > floor()) scrollBy(0, top + rowHeight() - floor() + 8);
  draw();
  focusOn(index);
}
