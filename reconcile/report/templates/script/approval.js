// The approval: who gives it, what stands against it, and its file. Nothing leaves the browser.

const HOUR_MS = 3_600_000;
let standingWaivers = [];

const waiverFields = () => [...document.querySelectorAll("input[data-waive]")];
const noteText = () => byId("note").value.trim();
const isTooOld = () => review.age !== null && Date.now() - Date.parse(review.created_at) > review.age * HOUR_MS;

// [[limit, reason], ...] of all that have a reason, in the order of the plan.
function waivers() {
  const reasons = new Map(waiverFields().map((field) => [field.dataset.waive, field.value.trim()]));
  const places = new Map(review.limits.map(([name], place) => [name, place]));
  const given = standingWaivers.filter(([name]) => !reasons.has(name));
  return [...given, ...[...reasons].filter(([, reason]) => reason)]
    .sort(([a], [b]) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

const written = () => ({ by: byId("by").value, note: byId("note").value, waivers: waivers() });

function unwaived() {
  const waived = new Set(waivers().map(([name]) => name));
  const exceeded = review.limits.filter(([, over]) => over).map(([name]) => name);
  if (isTooOld()) exceeded.push(review.age_limit);
  return exceeded.filter((name) => !waived.has(name));
}

const isNamed = () => byId("by").value.trim() !== "";

// What stands against applying this plan, whoever approves it.
function obstacles() {
  const blocking = review.blocking
    ? [`${counted(review.blocking, "blocking diagnostic", "blocking diagnostics")}: no approval can lift that; make a new plan.`] : [];
  return [...blocking, ...unwaived().map((name) => `Limit ${name} is exceeded: waive it with a reason, above.`)];
}

// Why there can be no approval as things stand.
function against() {
  if (review.applied) return ["Applying it has begun: the approval stands as it is."];
  return [...obstacles(), ...(isNamed() ? [] : ["Your name is missing."])];
}

// The same in a few words.
function hindrance() {
  if (review.applied) return "";
  const limits = unwaived().length;
  return [
    review.blocking ? counted(review.blocking, "blocking diagnostic", "blocking diagnostics") : "",
    limits ? `${counted(limits, "limit", "limits")} to waive` : "",
    isNamed() ? "" : "no name yet",
  ].filter(Boolean).join(", ");
}

function showObstacle() {
  const banner = byId("obstacle");
  if (banner && !review.applied) banner.hidden = obstacles().length === 0;
}

function showReview() {
  const reasons = against();
  byId("summary").textContent = summary();
  byId("besides").textContent = besides();
  byId("against").replaceChildren(...reasons.map((reason) => make("li", "", reason)));
  byId("hindrance").textContent = hindrance();
  showObstacle();
  for (const button of document.querySelectorAll(".download")) {
    button.disabled = reasons.length > 0;
    button.title = reasons.join(" ");
  }
  showWaivers();
  showRecap();
}

function showWaivers() {
  const open = new Set(unwaived());
  for (const field of waiverFields()) {
    const line = field.closest("li"), name = field.dataset.waive;
    const over = line.classList.contains("exceeded") || (name === review.age_limit && isTooOld());
    field.closest("label").hidden = !over && !field.value;
    line.classList.toggle("waived", over && !open.has(name));
    line.querySelector(".verdict").textContent = !over ? "kept" : open.has(name) ? "exceeded" : "waived";
    line.classList.toggle("over", over);
  }
}

function download() {
  if (against().length) return;
  const text = approvalText({ ...written(), by: byId("by").value.trim(), note: noteText(), at: new Date().toISOString() });
  const link = make("a", "");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = review.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Fills the page with what the review begins with.
function begin() {
  const given = beginning();
  byId("by").value = given.by;
  byId("note").value = given.note;
  const reasons = new Map(given.waivers);
  for (const field of waiverFields()) {
    field.value = reasons.get(field.dataset.waive) ?? "";
    reasons.delete(field.dataset.waive);
  }
  standingWaivers = [...reasons];
  for (const [id, take] of given.decisions) decisions.set(id, take);
  exclude(given.excluded, true);
  if (review.applied) for (const field of [byId("by"), byId("note"), ...waiverFields()]) field.disabled = true;
}

function startOver() {
  forget();
  byHand.fill(0);
  decisions.clear();
  begin();
  decided();
  forget();
}
