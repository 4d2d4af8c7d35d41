// Which words of a text went and which came: [["same" | "gone" | "come", text], ...].

const LARGEST_TABLE = 4_000_000;

function textDiff(before, after) {
  const had = words(before), has = words(after);
  let start = 0;
  while (start < had.length && start < has.length && had[start] === has[start]) start += 1;
  let end = 0;
  const room = Math.min(had.length, has.length) - start;
  while (end < room && had[had.length - 1 - end] === has[has.length - 1 - end]) end += 1;
  return merged([
    ["same", had.slice(0, start).join("")],
    ...middle(had.slice(start, had.length - end), has.slice(start, has.length - end)),
    ["same", had.slice(had.length - end).join("")],
  ]);
}

const words = (text) => text.match(/[\p{L}\p{N}_.-]+|\s+|[^]/gu) || [];

function middle(had, has) {
  if (had.length * has.length > LARGEST_TABLE) {
    return [["gone", had.join("")], ["come", has.join("")]];
  }
  return walk(had, has, commonLengths(had, has));
}

// Length of the longest common subsequence of had[i..] and has[j..], row by row.
function commonLengths(had, has) {
  const width = has.length + 1;
  const table = new Uint32Array((had.length + 1) * width);
  for (let i = had.length - 1; i >= 0; i -= 1) {
    for (let j = has.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      table[at] = had[i] === has[j]
        ? table[at + width + 1] + 1
        : Math.max(table[at + width], table[at + 1]);
    }
  }
  return table;
}

function walk(had, has, table) {
  const width = has.length + 1, parts = [];
  let i = 0, j = 0;
  while (i < had.length || j < has.length) {
    if (i < had.length && j < has.length && had[i] === has[j]) {
      parts.push(["same", had[i]]);
      i += 1; j += 1;
    } else if (j === has.length || (i < had.length && table[(i + 1) * width + j] >= table[i * width + j + 1])) {
      parts.push(["gone", had[i]]);
      i += 1;
    } else {
      parts.push(["come", has[j]]);
      j += 1;
    }
  }
  return parts;
}

// Neighbours of one kind become one part; a blank between two changes belongs to them.
function merged(parts) {
  const result = [];
  let gone = "", come = "";
  const flush = () => {
    if (gone) result.push(["gone", gone]);
    if (come) result.push(["come", come]);
    gone = come = "";
  };
  parts.forEach(([kind, text], index) => {
    const between = kind === "same" && /^\s+$/.test(text) && (gone || come) &&
      index + 1 < parts.length && parts[index + 1][0] !== "same" && parts[index + 1][1];
    if (kind === "gone" || between) gone += text;
    if (kind === "come" || between) come += text;
    if (kind === "same" && !between && text) {
      flush();
      const last = result[result.length - 1];
      if (last && last[0] === "same") last[1] += text; else result.push(["same", text]);
    }
  });
  flush();
  return result;
}
