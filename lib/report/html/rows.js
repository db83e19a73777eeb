// Which requests share a line of the waterfall, and how high it is: one line each as long as they fit, and
// bundles of neighbours when they are thousands. While the order is by load, each load has its own part of
// the height, by the square root of its requests: a handful beside thousands can still be told apart.

const TALLEST = 15, THINNEST = 1, BUNDLE = 2, GAP = 3, LEAST = 60;

function split(view, list) {
  if (!list.length) return [];
  const { load } = view.run.a, parts = [{ from: 0, to: list.length }];
  if (view.order !== 'load') return parts;
  for (let k = 1; k < list.length; k++) {
    if (load[list[k]] === load[list[k - 1]]) continue;
    parts[parts.length - 1].to = k;
    parts.push({ from: k, to: list.length });
  }
  for (const part of parts) part.load = load[list[part.from]];
  return parts;
}

// What a part does not need is left to the others.
function share(parts, height) {
  let open = parts, left = height - GAP * (parts.length - 1);
  while (open.length) {
    const sum = open.reduce((all, part) => all + Math.sqrt(part.to - part.from), 0);
    const grant = (part) => left * Math.sqrt(part.to - part.from) / sum;
    const served = open.filter((part) => grant(part) >= (part.to - part.from) * TALLEST);
    for (const part of served.length ? served : open)
      part.height = served.length ? (part.to - part.from) * TALLEST : grant(part);
    if (!served.length) return;
    left -= served.reduce((all, part) => all + part.height, 0);
    open = open.filter((part) => !served.includes(part));
  }
}

function addLines(lines, part) {
  const n = part.to - part.from, exact = part.height / n;
  const bundled = exact >= THINNEST ? 1 : Math.ceil(n / Math.max(Math.floor(part.height / BUNDLE), 1));
  const height = bundled > 1 ? BUNDLE : exact >= 3 ? Math.floor(exact) : exact;
  part.first = lines.length;
  for (let from = part.from, y = part.y; from < part.to; from += bundled, y += height)
    lines.push({ from, to: Math.min(from + bundled, part.to), y, height });
  part.height = height * (lines.length - part.first);
  return bundled;
}

// `lines` are { from, to } in `list`, at `y`; `parts` the loads, for their names beside them; `bundled` is
// the most that share a line.
export function layOut(view, most) {
  const list = view.shown.filter((i) => view.isInWindow(i));
  const parts = split(view, list), lines = [];
  let y = 0, bundled = 1;
  share(parts, most);
  for (const part of parts) {
    part.y = y;
    bundled = Math.max(bundled, addLines(lines, part));
    y += part.height + GAP;
  }
  return { list, lines, parts: view.order === 'load' ? parts : [], bundled, height: Math.max(y - GAP, LEAST) };
}

// The line at a height, or -1.
export function lineAt({ lines }, y) {
  let low = 0, high = lines.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (lines[mid].y + lines[mid].height <= y) low = mid + 1;
    else high = mid;
  }
  return low < lines.length && lines[low].y <= y ? low : -1;
}
