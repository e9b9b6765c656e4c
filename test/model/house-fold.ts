/** What was heard, so that what is the same to a reader is the same. */

/**
 * A page's lines without the votes of polls of which more is told behind it: a page that is made then has them already, and
 * the notice follows all the same.
 */
function withoutVotes(screen: readonly string[]): string[] {
  return screen.map((told, n) => {
    const key = /^line (\S+) bot .* <br\/> 1\. /.exec(told)?.[1];
    const isToldAgain =
      key !== undefined &&
      screen.slice(n + 1).some((line) => line.startsWith(`line Poll "${key}"`));
    return isToldAgain ? told.slice(0, told.indexOf(" <br/> ")) : told;
  });
}

/**
 * Talk so that what is the same to a reader is the same: what stood in a place before somebody came in may be told by the
 * page or behind it, and what goes at once has no order.
 */
export function folded(talk: readonly string[]): readonly string[] {
  const at = talk.findLastIndex((told) => told.startsWith("enter "));
  let screen: string[] = [];
  const out =
    at < 0
      ? []
      : talk
          .slice(0, at)
          .filter((told) => told.startsWith("enter "))
          .concat(talk[at] ?? "");
  for (const told of talk.slice(at + 1)) {
    const gone = told.startsWith("gone ") ? `line ${told.slice(5)} ` : undefined;
    const shown =
      at < 0 || gone === undefined ? -1 : screen.findIndex((line) => line.startsWith(gone));
    if (at >= 0 && gone !== undefined) {
      if (shown >= 0) screen.splice(shown, 1);
    } else screen.push(told);
  }
  if (at >= 0) screen = withoutVotes(screen);
  const sorted: string[] = [...out];
  for (let from = 0; from < screen.length; ) {
    let to = from;
    while (screen[to]?.startsWith("gone ") === true) to += 1;
    if (to === from) sorted.push(screen[from++] ?? "");
    else {
      sorted.push(...screen.slice(from, to).sort());
      from = to;
    }
  }
  return sorted;
}

/**
 * News of people so that what is the same to a reader is the same: to whoever has come into a place those who came before
 * stand in its list, or come right behind it. Who comes twice, or goes and was not there, is told as it is.
 */
export function gathered(folk: readonly string[], self: string): readonly string[] {
  const at = folk.findLastIndex((told) => told.startsWith("enter "));
  if (at < 0) return [...folk].sort();
  const [, room = "", ...list] = (folk[at] ?? "").trimEnd().split(" ");
  const there = new Map(list.map((look) => look.split("=") as [string, string]));
  const more = folk.slice(0, at).filter((told) => told.startsWith(`is ${self} `));
  for (const told of folk.slice(at + 1)) {
    const [act = "", who = "", look = ""] = told.split(" ");
    if (act === "come" && !there.has(who)) there.set(who, look);
    else if (act === "is" && there.has(who)) there.set(who, look);
    else if (act !== "go" || !there.delete(who)) more.push(told);
  }
  const looks = [...there].map(([who, look]) => `${who}=${look}`).sort();
  return [`enter ${room} ${looks.join(" ")}`, ...more.sort()];
}
