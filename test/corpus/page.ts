/** The corpus as a page: for each message what the clients of both sides make of it, side by side. */
import type { Side } from "./golden.ts";
import { type Checkouts, picturesOf, type Seen, stylesOf } from "./stock.ts";

/** A message that was typed on one side, as both clients show it. */
export interface Row {
  readonly name: string;
  readonly typed: string;
  readonly on: Side;
  readonly seen: Readonly<Record<Side, Seen>>;
  /** See `difference`. */
  readonly reasons: readonly string[] | undefined;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

const titles: Readonly<Record<Side, string>> = { oc: "OriginChats", sc: "Sock Chat" };

function rowHtml(row: Row, index: number): string {
  const why = row.reasons === undefined ? "same" : row.reasons.join("; ") || "unexplained";
  const kind = row.reasons === undefined ? "same" : "other";
  return `<tr class="${kind}"><td><b>${index + 1}. ${escaped(row.name)}</b><br>typed on ${titles[row.on]}
<pre>${escaped(row.typed.slice(0, 600))}</pre><i>${escaped(why)}</i></td>
<td data-oc="${index}"></td><td data-sc="${index}"></td></tr>`;
}

/** Each text stands in a tree of its own, so that the style sheet of one client is not the other's. */
export function pageOf(rows: readonly Row[], checkouts: Checkouts): string {
  const styles = stylesOf(checkouts);
  const pictures = picturesOf(checkouts);
  const html = rows.map(({ seen }) => ({
    oc: `<div class="messageText">${seen.oc.html}</div>`,
    sc: `<div>${seen.sc.html.replaceAll("src='img/", `src='${pictures}img/`).replaceAll('src="img/', `src="${pictures}img/`)}</div>`,
  }));
  const same = rows.filter(({ reasons }) => reasons === undefined).length;
  return `<!doctype html><meta charset="utf-8"><title>Corpus</title>
<style>
body { font: 14px sans-serif; margin: 1em; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; }
td, th { border: 1px solid #999; padding: 6px; vertical-align: top; overflow: hidden; }
td pre { white-space: pre-wrap; max-height: 9em; overflow: auto; background: #eee; margin: 4px 0; }
td[data-oc] { background: #1a1a1f; color: #ededed; } td[data-sc] { background: #f1f1f1; color: #333; }
.other i { color: #b00; }
</style>
<h1>${rows.length} messages: ${same} the same, ${rows.length - same} not, each with its reason</h1>
<table><tr><th>typed</th><th>client of OriginChats</th><th>client of Sock Chat, 2015</th></tr>
${rows.map(rowHtml).join("\n")}
</table>
<script>
const html = ${inScript(html)};
const styles = ${inScript(styles)};
for (const side of ["oc", "sc"]) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles[side] + " :host { all: initial; display: block; font: 14px sans-serif; max-height: 20em; overflow: auto; color: " + (side === "oc" ? "#ededed" : "#333") + "; --text: #ededed; --border: #444; --link: #00a8fc; --primary: #9b87f5 }");
  for (const cell of document.querySelectorAll("td[data-" + side + "]")) {
    const here = cell.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    here.adoptedStyleSheets = [sheet];
    here.innerHTML = html[cell.dataset[side]][side];
  }
}
</script>`;
}
