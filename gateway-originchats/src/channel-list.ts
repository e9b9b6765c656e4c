/**
 * `channels_get` (part 3, 1.3), which the stock client wants whole, with all threads of all forums. Each channel and each
 * thread is rendered once per change, runs of them are encoded once per change, and all who see the same channels are given
 * the same bytes.
 */
import { type Channel, type Event, type UserId, views } from "@dragoman/bus-schema";
import type { Roster, RosterExtension, Step } from "@dragoman/gateway-kit";
import type { OriginchatsConnection } from "./client.ts";
import { isClosedBy } from "./place.ts";
import { listedChannel, shortChannel, threadObject } from "./view.ts";
import { encode, tailOf } from "./wire.ts";

/** A channel or a thread as the list shows it, and what it is rendered from: as long as that is the same, so is the text. */
interface Entry {
  /** The same for all renderings of one thing. */
  readonly serial: number;
  readonly from: readonly unknown[];
  readonly text: string;
}

/** `comma`: it follows another one in its list. */
interface Item {
  readonly entry: Entry;
  readonly comma: boolean;
}

/** A run of items, encoded. */
interface Page {
  readonly items: readonly Item[];
  readonly bytes: Buffer;
}

/** Entries between two looks at the time. */
const stride = 32;
/** A page ends behind an entry whose serial is a multiple of it, so that one that comes or moves changes few pages. */
const boundary = 32;
const pageMax = 128;
/** Lists for people who see different channels that are kept whole. */
const viewsMax = 64;
/** Entries that are kept however short the lists are. */
const entriesMin = 4_096;

const head = Buffer.from('{"cmd":"channels_get","val":[');
/** Ends the threads of a forum, and the forum. */
const end: Entry = { serial: 1, from: [], text: "]}" };
/** Behind it stand the channels once more, in few words (part 1, 2.9). */
const inShort: Entry = { serial: 1, from: [], text: '],"channels":[' };

export class ChannelLists implements RosterExtension {
  readonly #roster: Roster;
  readonly #entries = new Map<string, Entry>();
  readonly #pages = new WeakMap<Entry, Page>();
  /** The newest last. */
  readonly #made = new Map<string, { readonly change: number; readonly pages: readonly Page[] }>();
  #serial = 1;
  /** Rises with each event. */
  #change = 0;
  /** How many entries the longest list had. */
  #most = 0;
  /** Which channels not the roles alone decide about. */
  #special: { readonly change: number; readonly channels: readonly Channel[] } | undefined;

  constructor(of: Roster) {
    this.#roster = of;
  }

  before(_event: Event): void {
    this.#change += 1;
  }

  /** The packet in the eyes of one person. */
  *make(viewerId: UserId, listener: string | undefined): Generator<void, readonly Buffer[]> {
    if (this.#known(viewerId) === undefined) {
      yield* this.#items(viewerId);
      yield* this.#paged(viewerId);
    }
    let pages = this.#known(viewerId);
    if (pages === undefined) {
      // What has changed between two slices is made in this one.
      pages = finish(this.#paged(viewerId));
      this.#keep(viewerId, pages);
    }
    return [head, ...pages.map(({ bytes }) => bytes), Buffer.from(tailOf("]}", listener))];
  }

  /** The packet at once: what an event changes is told at its place. */
  now(viewerId: UserId): readonly Buffer[] {
    return finish(this.make(viewerId, undefined));
  }

  #known(viewerId: UserId): readonly Page[] | undefined {
    const made = this.#made.get(this.#viewOf(viewerId));
    return made?.change === this.#change ? made.pages : undefined;
  }

  #keep(viewerId: UserId, pages: readonly Page[]): void {
    const key = this.#viewOf(viewerId);
    this.#made.delete(key);
    this.#made.set(key, { change: this.#change, pages });
    const [oldest] = this.#made.keys();
    if (this.#made.size > viewsMax && oldest !== undefined) this.#made.delete(oldest);
  }

  /** Who have the same see the same channels, under the same names. */
  #viewOf(viewerId: UserId): string {
    const actor = this.#roster.actor(viewerId);
    const own = this.#specials().filter((channel) => this.#sees(viewerId, actor, channel));
    const whispers = own.some(({ kind }) => kind === "whisper") ? viewerId : "";
    const roles = actor.roles.map(({ roleId }) => roleId);
    return JSON.stringify([roles, own.map(({ channelId }) => channelId), whispers]);
  }

  #specials(): readonly Channel[] {
    if (this.#special?.change !== this.#change) {
      const channels = [...this.#roster.channels];
      this.#special = {
        change: this.#change,
        channels: channels.filter(({ kind, hasPassword }) => kind === "whisper" || hasPassword),
      };
    }
    return this.#special.channels;
  }

  #sees(viewerId: UserId, actor: ReturnType<Roster["actor"]>, channel: Channel): boolean {
    const admission = channel.hasPassword
      ? this.#roster.admission(channel.channelId, viewerId)
      : undefined;
    return views(channel, actor, admission) && !isClosedBy(channel, viewerId);
  }

  /** All that the person sees, as it stands at the end. What changes between two slices may be missing. */
  *#items(viewerId: UserId): Generator<void, readonly Item[]> {
    const roster = this.#roster;
    const actor = roster.actor(viewerId);
    const items: Item[] = [];
    const short: Item[] = [];
    let comma = false;
    for (const channel of whispersLast(roster)) {
      if (!this.#sees(viewerId, actor, channel)) continue;
      items.push({ entry: this.#channel(channel, viewerId), comma });
      short.push({ entry: this.#short(channel, viewerId), comma });
      comma = true;
      if (channel.kind === "forum") {
        let follows = false;
        for (const thread of roster.threadsOf(channel.channelId)) {
          const from = [thread, channel, roster.lastMessage(thread.threadId), roster.nameEpoch];
          const render = (): string => encode(threadObject(thread, roster));
          items.push({ entry: this.#entry(thread.threadId, from, render), comma: follows });
          follows = true;
          if (items.length % stride === 0) yield;
        }
        items.push({ entry: end, comma: false });
      }
      if (items.length % stride === 0) yield;
    }
    return [...items, { entry: inShort, comma: false }, ...short];
  }

  #short(channel: Channel, viewerId: UserId): Entry {
    const { channelId, kind } = channel;
    const key = kind === "whisper" ? `short ${channelId} ${viewerId}` : `short ${channelId}`;
    const render = (): string => encode(shortChannel(channel, viewerId, this.#roster));
    return this.#entry(key, [channel, this.#roster.nameEpoch], render);
  }

  #channel(channel: Channel, viewerId: UserId): Entry {
    const roster = this.#roster;
    const { channelId, kind } = channel;
    const voices = kind === "voice" ? roster.voicesIn(channelId) : [];
    const from = [
      channel,
      roster.lastMessage(channelId),
      roster.roleEpoch,
      roster.nameEpoch,
      ...voices,
    ];
    // Of a forum all up to its threads.
    if (kind === "forum") {
      const open = (): string => encode(listedChannel(channel, viewerId, roster, [])).slice(0, -2);
      return this.#entry(channelId, from, open);
    }
    const key = kind === "whisper" ? `${channelId} ${viewerId}` : channelId;
    return this.#entry(key, from, () => encode(listedChannel(channel, viewerId, roster)));
  }

  #entry(key: string, from: readonly unknown[], render: () => string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined && isSame(known.from, from)) return known;
    this.#serial += 1;
    const entry = { serial: known?.serial ?? this.#serial, from, text: render() };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Encodes what is not as it was. Made in one go it is all of one moment. */
  *#paged(viewerId: UserId): Generator<void, readonly Page[]> {
    const items = finish(this.#items(viewerId));
    const pages: Page[] = [];
    for (const run of runsOf(items)) {
      const first = (run[0] as Item).entry;
      const known = this.#pages.get(first);
      const isKnown = known !== undefined && isSameRun(known.items, run);
      const page = isKnown ? known : { items: run, bytes: bytesOf(run) };
      pages.push(page);
      if (isKnown) continue;
      this.#pages.set(first, page);
      yield;
    }
    this.#forget(items.length);
    return pages;
  }

  /** What is not there any more is forgotten once it is much. */
  #forget(shown: number): void {
    this.#most = Math.max(this.#most, shown);
    if (this.#entries.size > 4 * this.#most + entriesMin) this.#entries.clear();
  }
}

/** Display order, and behind it all whispers (bridge table, whisper). */
function* whispersLast(roster: Roster): Generator<Channel> {
  for (const channel of roster.channels) if (channel.kind !== "whisper") yield channel;
  for (const channel of roster.channels) if (channel.kind === "whisper") yield channel;
}

/** The step that sends somebody the channels that they see. */
export const channelsStep = (viewerId: UserId, listener: string | undefined): Step => ({
  do: "list",
  make: ({ roster }) => roster.extension(ChannelLists).make(viewerId, listener),
});

/** What gives each connection of an audience the channels, unasked. */
export const listChannels =
  (roster: Roster) =>
  ({ session }: OriginchatsConnection): readonly Buffer[] | undefined =>
    session && roster.extension(ChannelLists).now(session.userId);

function finish<T>(making: Generator<void, T>): T {
  for (;;) {
    const { done, value } = making.next();
    if (done === true) return value;
  }
}

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((each, index) => each === other[index]);

const isSameRun = (one: readonly Item[], other: readonly Item[]): boolean =>
  one.length === other.length &&
  one.every(({ entry, comma }, n) => entry === other[n]?.entry && comma === other[n]?.comma);

const bytesOf = (items: readonly Item[]): Buffer =>
  Buffer.from(items.map(({ entry, comma }) => (comma ? `,${entry.text}` : entry.text)).join(""));

function runsOf(items: readonly Item[]): readonly (readonly Item[])[] {
  const runs: Item[][] = [];
  let run: Item[] = [];
  for (const item of items) {
    if (run.length === 0) runs.push(run);
    run.push(item);
    if (item.entry.serial % boundary === 0 || run.length >= pageMax) run = [];
  }
  return runs;
}
