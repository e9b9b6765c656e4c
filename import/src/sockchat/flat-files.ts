/** The PHP server's flat files (Sock Chat reference, 10): one line of its log, one file of a channel or a ban. Pure. */
import { banOf, channelOf, endOf, phpSaid, type Reading } from "./forms.ts";
import type { Item } from "./item.ts";
import { timeOfFile } from "./time.ts";
import { noticeOf, shownName } from "./typed.ts";

/** Lines of one second of which it is known how often they came. */
const sameSecondMax = 10_000;

/** What a line without an id is known by: its words, and how many of the same second say the same. */
export class LineIdent {
  #second = "";
  readonly #counts = new Map<string, number>();

  of(line: string): string {
    const second = line.slice(0, 21);
    if (second !== this.#second || this.#counts.size > sameSecondMax) this.#counts.clear();
    this.#second = second;
    const count = (this.#counts.get(line) ?? 0) + 1;
    this.#counts.set(line, count);
    return `${count} ${line}`;
  }
}

/** `(07/01/2020 12:00:00) ada to @default: text`. Null: no such line. @param number of the line, from 1 */
export function lineItem(line: string, number: number, reading: Reading): Item | null {
  if (line[0] !== "(" || line.slice(20, 22) !== ") ") return null;
  const to = line.indexOf(" to ", 22);
  const colon = to < 0 ? -1 : line.indexOf(": ", to + 4);
  if (colon < 0) return null;
  const shown = line.slice(22, to);
  const stored = line.slice(colon + 2);
  const isBot = shown === "ChatBot" && noticeOf(stored) !== null;
  return phpSaid(reading, {
    id: BigInt(number),
    family: "file",
    isBot,
    face: { number: null, ...shownName(shown), color: null, rank: null, perms: null },
    stored,
    channel: line.slice(to + 4, colon),
    channelRank: null,
    // Nobody types a tag that is not escaped.
    isAction: stored.startsWith("<i>") && stored.endsWith("</i>"),
    atMs: timeOfFile(line.slice(1, 20), reading.zone),
  });
}

/** `name\fpassword\frank`, of `ffdb/chans`. */
export function channelFile(text: string): Item {
  const [name = "", password = "", rank = "0"] = text.split("\f");
  return channelOf(name, password, Number(rank) || 0);
}

/** `address\fnumber\fname\fend`, of `ffdb/bans`. */
export function banFile(text: string): Item {
  const [address = "", number = "", name = "", expires = ""] = text.split("\f");
  return banOf({ address, number: Number(number) || null, name, expires: expires.trim() });
}

/**
 * `end\fnumber\fname`, of `mods/core/ffdb/silences`.
 * @param byNames the server gave numbers anew at each start, so that they mean nothing
 */
export function silenceFile(text: string, byNames: boolean): Item {
  const [expires = "", number = "", name = ""] = text.trim().split("\f");
  const untilMs = endOf(expires.trim());
  if (untilMs === undefined) return { kind: "passed", why: "silence_until", what: name };
  const isNumber = !byNames && /^[1-9][0-9]{0,14}$/.test(number);
  return {
    kind: "silence",
    number: isNumber ? Number(number) : null,
    name: name === "" ? null : shownName(name).name,
    untilMs,
  };
}

const nameMax = 256;

/** `$chat["DEFAULT_CHANNEL"] = "Lobby";` of `config.php`; null: it is not there. */
export function defaultNameIn(config: string): string | null {
  const [, name] = /\["DEFAULT_CHANNEL"\]\s*=\s*["']([^"'\n]+)["']/.exec(config) ?? [];
  return name === undefined || name.length > nameMax ? null : name;
}
