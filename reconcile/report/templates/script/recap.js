// What the approval will say, in words: on the screen, and on paper.

const RECAP = 200;

function recapList(title, entries) {
  if (!entries.length) return [];
  const shown = entries.slice(0, RECAP), rest = entries.length - shown.length;
  const lines = shown.map(([name, text]) => make("li", "", make("span", "mono", name), text ? ` ${text}` : ""));
  if (rest) lines.push(make("li", "more", `and ${count(rest)} more`));
  return [make("h3", "", title), make("ul", "samples", ...lines)];
}

function showRecap() {
  const excluded = [...excludePatterns()].map(([pattern, size]) => [pattern, size > 1 ? `all ${count(size)}` : ""]);
  const taken = decisionPatterns().map(({ take, key, size }) => [key, `${size > 1 ? `all ${count(size)}, ` : ""}takes the ${take}'s values`]);
  const waived = waivers().map(([limit, reason]) => [limit, reason]);
  const nothing = make("p", "quiet", "Every change of the plan, nothing waived.");
  const parts = [
    ...recapList("Excluded", excluded),
    ...(tally.dependants ? [make("p", "legend", `${counted(tally.dependants, "more change is", "more changes are")} left out, as ${tally.dependants === 1 ? "it needs" : "they need"} what is excluded.`)] : []),
    ...recapList("Conflicts", taken),
    ...(tally.undecided ? [make("p", "legend", `${counted(tally.undecided, "conflict is", "conflicts are")} undecided: there the target stays as it is.`)] : []),
    ...recapList("Waived", waived),
  ];
  byId("recap").replaceChildren(make("h3", "first", summary()), ...(parts.length ? parts : [nothing]));
  byId("printed-note").textContent = [byId("by").value.trim(), noteText()].filter(Boolean).map(visible).join(": ");
}

const summary = () => `${count(tally.approved)} of ${counted(rows.length, "change", "changes")} approved`;

function besides() {
  const said = [];
  if (tally.excluded) said.push(`${count(tally.excluded)} excluded`);
  if (tally.dependants) said.push(`${count(tally.dependants)} more ${tally.dependants === 1 ? "needs" : "need"} ${tally.excluded === 1 ? "it" : "them"}`);
  if (tally.undecided) said.push(`${count(tally.undecided)} undecided`);
  return said.join(", ");
}
