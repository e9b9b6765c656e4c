/** What people and places are called in a data folder that is written (OriginChats part 3, section 16). */
import type { Leaving, LeavingChannel } from "../move-out/leaving.ts";
import type { Report } from "../report.ts";
import type { SourcePerson, SourcePlace, Who } from "../source.ts";

const localPrefix = "USR:local_";
/** What the server itself speaks under. */
const system = "originChats";
const speakers: ReadonlySet<string> = new Set([system, "AutoMod"]);

export interface Account {
  readonly key: string;
  readonly username: string;
  /** Comes in by Rotur alone. */
  readonly isRotur: boolean;
}

/** Bytes that a file's name may have, but for what is put behind it. */
const fileBytesMax = 200;
const barred = /[\p{Cc}\p{Cf}\p{Cs}/\\]/gu;

export class WrittenNames {
  readonly accounts: ReadonlyMap<string, Account>;
  /** By the names of the house. */
  readonly channels: ReadonlyMap<string, string>;
  readonly #keys: ReadonlySet<string>;

  constructor({ people, departed, channels }: Leaving, report: Report) {
    this.accounts = accountsOf(people, departed);
    this.#keys = new Set([...this.accounts.values()].map(({ key }) => key));
    this.channels = channelNames(channels, report);
  }

  /** As messages name their authors. */
  key(who: Who): string {
    if (who.kind === "system") return system;
    if (who.kind === "person") return this.accounts.get(who.id)?.key ?? who.id;
    // Somebody who is gone is nobody who is there, nor the server.
    const isTaken = speakers.has(who.name) || this.#keys.has(who.name);
    return isTaken ? `${localPrefix}${who.name}` : who.name;
  }

  username(who: Who): string {
    const account = who.kind === "person" ? this.accounts.get(who.id) : undefined;
    return account?.username ?? this.key(who);
  }

  /** As read marks name a place; undefined: it is not written. */
  place(place: SourcePlace): string | undefined {
    return "thread" in place ? `thread/${place.thread}` : this.channels.get(place.channel);
  }
}

function accountsOf(
  people: readonly SourcePerson[],
  departed: ReadonlySet<string>,
): ReadonlyMap<string, Account> {
  const taken = new Set([...departed, ...people.map(({ name }) => name.toLowerCase())]);
  const keys = new Set<string>();
  const accounts = new Map<string, Account>();
  for (const { id, name, identities = [] } of people) {
    const rotur = identities.find(({ provider }) => provider === "rotur");
    if (rotur === undefined || keys.has(rotur.id) || rotur.id.startsWith(localPrefix)) {
      const key = `${localPrefix}${name.toLowerCase()}`;
      keys.add(key);
      accounts.set(id, { key, username: `${localPrefix}${name}`, isRotur: false });
      continue;
    }
    keys.add(rotur.id);
    const own = rotur.name.toLowerCase();
    const isFree = own === name.toLowerCase() || !taken.has(own);
    if (isFree) taken.add(own);
    accounts.set(id, { key: rotur.id, username: isFree ? rotur.name : name, isRotur: true });
  }
  return accounts;
}

/** Names of files too: what would be none, or lead elsewhere, is called otherwise. */
function channelNames(
  channels: readonly LeavingChannel[],
  report: Report,
): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const { key, name } of channels) {
    const fit = fitName(name);
    let free = fit;
    for (let n = 2; taken.has(free.toLowerCase()); n += 1) free = `${fit}-${n}`;
    taken.add(free.toLowerCase());
    names.set(key, free);
    if (free !== name) report.renamed("channel", name, free);
  }
  return names;
}

function fitName(given: string): string {
  let name = "";
  let bytes = 0;
  for (const char of given
    .replace(barred, "-")
    .replace(/^[.\s]+/, "")
    .trim()) {
    bytes += Buffer.byteLength(char);
    if (bytes > fileBytesMax) break;
    name += char;
  }
  return name || "channel";
}
