// What can be done to everything that is listed at once.

function showBulk() {
  const hand = listed.filter((id) => byHand[id]).length;
  const conflicts = listed.filter(isConflict).length;
  const free = listed.length - hand;
  byId("exclude").hidden = review.applied || free === 0;
  byId("exclude").textContent = `Exclude these ${count(free)}`;
  byId("include").hidden = review.applied || hand === 0;
  byId("include").textContent = `Include these ${count(hand)}`;
  byId("settle").hidden = review.applied || conflicts === 0;
  byId("conflicts").textContent = counted(conflicts, "conflict", "conflicts");
}

// After any decision: what is drawn, what is counted, what is kept.
function decided() {
  redress();
  showBulk();
  showReview();
  rememberSoon();
}

function excludeThese(ids, on) {
  if (review.applied) return;
  exclude(ids, on);
  decided();
}

function takeFor(ids, take) {
  if (review.applied) return;
  decide(ids, take);
  decided();
}
