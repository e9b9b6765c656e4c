/** Emphasis within one line of Markdown, as its stock client finds it (OriginChats part 2, section 1.6): kind after kind. */
import { Builder } from "./builder.ts";
import type { SpanKind, Tree } from "./tree.ts";

/** In the order in which the client looks for them. */
const pairs: readonly (readonly [string, readonly SpanKind[]])[] = [
  ["~~", ["strike"]],
  ["***", ["strong", "em"]],
  ["___", ["strong", "em"]],
  ["**", ["strong"]],
  ["__", ["strong"]],
];
const singles = ["*", "_"] as const;

interface Pair {
  readonly open: number;
  readonly close: number;
}

/** Marks with something between them, each with the next of its kind. */
function pairsOf(line: string, mark: string): readonly Pair[] {
  const found: Pair[] = [];
  for (let open = line.indexOf(mark); open >= 0; ) {
    const close = line.indexOf(mark, open + mark.length + 1);
    if (close < 0) break;
    found.push({ open, close });
    open = line.indexOf(mark, close + mark.length);
  }
  return found;
}

const isBlank = (char: string): boolean => /\s/.test(char);

/**
 * Single marks: the first behind a blank and the last before one, neither inside at a blank or its own kind.
 * @param isWalled the line's ends are those of something else and count as no blank
 */
function singlesOf(line: string, mark: string, isWalled: boolean): readonly Pair[] {
  const isEdge = (at: number): boolean =>
    at < 0 || at === line.length ? !isWalled : isBlank(line.charAt(at));
  const isInner = (at: number): boolean => {
    const char = line.charAt(at);
    return char !== "" && char !== mark && !isBlank(char);
  };
  const closes: number[] = [];
  for (let at = line.indexOf(mark, 2); at >= 0; at = line.indexOf(mark, at + 1)) {
    if (isInner(at - 1) && isEdge(at + 1)) closes.push(at);
  }
  const found: Pair[] = [];
  let from = 0;
  let next = 0;
  for (let open = line.indexOf(mark); open >= 0; open = line.indexOf(mark, open + 1)) {
    if (open < from || !isEdge(open - 1) || !isInner(open + 1)) continue;
    let shortest: number | undefined;
    for (; (closes[next] ?? Number.POSITIVE_INFINITY) < open + 3; next += 1) {
      if (closes[next] === open + 2) shortest = closes[next];
    }
    // The client takes two characters or more where it can, and one where it must.
    const close = closes[next] ?? shortest;
    if (close === undefined) continue;
    found.push({ open, close });
    from = close + 1;
  }
  return found;
}

/** The line with a letter in the place of each mark. */
function without(line: string, found: readonly Pair[], length: number): string {
  let rest = "";
  let from = 0;
  for (const { open, close } of found) {
    for (const at of [open, close]) {
      rest += line.slice(from, at) + "x".repeat(length);
      from = at + length;
    }
  }
  return rest + line.slice(from);
}

interface Turn {
  readonly at: number;
  readonly length: number;
  readonly kinds: readonly SpanKind[];
  readonly name: string;
  readonly opens: boolean;
}

function turnsOf(line: string, isWalled: boolean): readonly Turn[] {
  const turns: Turn[] = [];
  let rest = line;
  const note = (mark: string, kinds: readonly SpanKind[], found: readonly Pair[]): void => {
    if (found.length === 0) return;
    const { length } = mark;
    for (const { open, close } of found) {
      turns.push({ at: open, length, kinds, name: mark, opens: true });
      turns.push({ at: close, length, kinds, name: mark, opens: false });
    }
    rest = without(rest, found, length);
  };
  for (const [mark, kinds] of pairs) note(mark, kinds, pairsOf(rest, mark));
  for (const mark of singles) note(mark, ["em"], singlesOf(rest, mark, isWalled));
  return turns.sort((one, other) => one.at - other.at);
}

/**
 * A line, in which what has no marks is filled with letters, as a tree. Marks that cross are closed and opened again.
 * @param part the nodes of what stands between two places of the line
 */
export function emphasisOf(
  line: string,
  isWalled: boolean,
  part: (at: number, end: number) => Tree,
): Tree {
  const builder = new Builder();
  let from = 0;
  for (const { at, length, kinds, name, opens } of turnsOf(line, isWalled)) {
    builder.add(part(from, at));
    from = at + length;
    if (opens) for (const kind of kinds) builder.open(name + kind, { kind });
    else for (const kind of [...kinds].reverse()) builder.close(name + kind);
  }
  builder.add(part(from, line.length));
  return builder.tree;
}
