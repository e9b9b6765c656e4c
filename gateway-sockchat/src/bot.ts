/**
 * Notices: lines by the bot whose text each client looks up by a key (reference, part 4.1). The table says for
 * each key that we send whether it is an error and what arguments it takes.
 */
import { escapeText, type Html, vouch } from "./text.ts";

/** Key → kind (0 info, 1 error) and names of its arguments. */
const keys = {
  say: [0, ["text"]],
  flwarn: [0, []],
  silence: [0, []],
  unsil: [0, []],
  silok: [0, ["name"]],
  usilok: [0, ["name"]],
  banlist: [0, ["list"]],
  ipaddr: [0, ["name", "address"]],
  nick: [0, ["old name", "new name"]],
  unban: [0, ["name"]],
  crchan: [0, ["channel"]],
  delchan: [0, ["channel"]],
  cpwdchan: [0, []],
  cprivchan: [0, []],
  who: [0, ["list"]],
  whochan: [0, ["channel", "list"]],
  generr: [1, []],
  nocmd: [1, ["command without slash"]],
  cmdna: [1, ["command with slash"]],
  cmderr: [1, []],
  usernf: [1, ["name"]],
  kickna: [1, ["name"]],
  samechan: [1, ["channel"]],
  nochan: [1, ["channel"]],
  nopwchan: [1, ["channel"]],
  ipwchan: [1, ["channel"]],
  inchan: [1, []],
  nischan: [1, ["channel"]],
  ndchan: [1, ["channel"]],
  namchan: [1, ["channel"]],
  rankerr: [1, []],
  nameinuse: [1, ["name"]],
  delerr: [1, []],
  silerr: [1, []],
  usilerr: [1, []],
  silperr: [1, []],
  usilperr: [1, []],
  silself: [1, []],
  notban: [1, ["name or address"]],
  whoerr: [1, ["channel"]],
} as const satisfies Record<string, readonly [0 | 1, readonly string[]]>;

export type NoticeKey = keyof typeof keys;
type ArgumentNames<K extends NoticeKey> = (typeof keys)[K][1];
type Arguments<N extends readonly string[]> = { readonly [I in keyof N]: Html };

/** The body of a notice, e.g. `1\fusernf\fno-one`. */
export function notice<K extends NoticeKey>(key: K, ...args: Arguments<ArgumentNames<K>>): Html {
  return vouch([keys[key][0], key, ...args].join("\f"));
}

/** The body of a notice with a sentence of our own: no client has a key for free words. */
export const textNotice = (text: string): Html => notice("say", escapeText(text));

/** All keys, for the tests. */
export const noticeKeys = Object.keys(keys) as readonly NoticeKey[];
