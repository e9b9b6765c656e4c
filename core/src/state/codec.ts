/**
 * The state as lines of text and back, for snapshots: the first line names the layout, each
 * other one holds some values of one field, so that neither side ever has all of it as one text. JSON, since what
 * is written today must be readable for ever, also by another version of Node. What follows from other fields, and
 * would be many, is not written but rebuilt.
 */
import type { Channel, ChannelId, CredentialId, MessageId, UserId } from "@dragoman/bus-schema";
import { PackedMap } from "@dragoman/service-kit";
import { setBan } from "./ban.ts";
import { identityKey } from "./find.ts";
import { enterChannelNames } from "./place.ts";
import {
  type Ban,
  type Fact,
  initialState,
  type Reading,
  type State,
  type Touch,
} from "./shape.ts";
import { type StateLine, upgraded } from "./upgrade.ts";

/**
 * The layout that is written. Whoever changes what `State` holds raises it, and says in `upgrade.ts` how a state of
 * the layout before is read; `test/law` compares.
 */
export const stateLayout = 1;
/** The feature level that reads it (docs/journal.md 1.7): raised with the layout, to the level of that version. */
export const stateLevel = 1;

/** Values of one line at most. */
const sliceMax = 256;

interface Field<T> {
  /** What is written of it. */
  readonly write: (value: T, state: Reading<State>) => Iterable<unknown>;
  /** Takes in what one line holds, in order. @returns the value as it is then */
  readonly read: (value: T, items: readonly unknown[], state: State) => T;
}

/** Written as it is; undefined: not at all. */
function plain<T>(): Field<T> {
  return {
    write: (value) => (value === undefined ? [] : [value]),
    read: (_, [item]) => item as T,
  };
}

/** A time that may never come: JSON knows no Infinity. */
const time: Field<number> = {
  write: (value) => [Number.isFinite(value) ? value : null],
  read: (_, [item]) => (item === null ? Number.POSITIVE_INFINITY : (item as number)),
};

/** Not written while it is what a version that does not know it takes it for, so that it can read the state. */
const since = (first: number): Field<number> => ({
  write: (value) => (value === first ? [] : [value]),
  read: (_, [item]) => item as number,
});

function list<T extends readonly unknown[]>(): Field<T> {
  return {
    write: (value) => value,
    read: (value, items) => {
      (value as unknown as unknown[]).push(...items);
      return value;
    },
  };
}

function map<M extends Map<unknown, unknown>>(): Field<M> {
  return {
    write: (value) => value,
    read: (value, items) => {
      for (const [key, item] of items as [unknown, unknown][]) value.set(key, item);
      return value;
    },
  };
}

/** A set, in its order. */
function set<V>(): Field<Set<V>> {
  return {
    write: (value) => value,
    read: (value, items) => {
      for (const item of items as V[]) value.add(item);
      return value;
    },
  };
}

/** A map of sets. */
function sets<K, V>(): Field<Map<K, Set<V>>> {
  return {
    *write(value) {
      for (const [key, members] of value) yield [key, [...members]];
    },
    read: (value, items) => {
      for (const [key, members] of items as [K, V[]][]) value.set(key, new Set(members));
      return value;
    },
  };
}

/** A map of maps. */
function maps<K, L, V>(): Field<Map<K, Map<L, V>>> {
  return {
    *write(value) {
      for (const [key, inner] of value) yield [key, [...inner]];
    },
    read: (value, items) => {
      for (const [key, inner] of items as [K, [L, V][]][]) value.set(key, new Map(inner));
      return value;
    },
  };
}

/** Rebuilt when another field is read. */
function rebuilt<T>(): Field<T> {
  return { write: () => [], read: (value) => value };
}

/** Accounts, with the numbers and the outside identities that they are found by. */
const people: Field<State["people"]> = {
  write: (value) => value,
  read: (value, items, state) => {
    for (const [userId, person] of items as [UserId, NonNullable<ReturnType<typeof value.get>>][]) {
      value.set(userId, person);
      state.numbers.set(person.user.number, userId);
      for (const { provider, id } of person.identities ?? []) {
        state.identities.set(identityKey(provider, id), userId);
      }
    }
    return value;
  },
};

/** With the addresses that they bar. */
const bans: Field<State["bans"]> = {
  write: (value) => value,
  read: (value, items, state) => {
    for (const [, ban] of items as [UserId, Ban][]) setBan(state, ban);
    return value;
  },
};

/** Channels, with the names that they are found by. */
const channels: Field<State["channels"]> = {
  write: (value) => value,
  read: (value, items, state) => {
    for (const [channelId, channel] of items as [ChannelId, Channel][]) {
      value.set(channelId, channel);
      enterChannelNames(state, channel);
    }
    return value;
  },
};

const admissions: Field<State["admissions"]> = {
  write: (value) => [...value].map(([channelId, people]) => [channelId, [...people]]),
  read: (value, items) => {
    for (const [channelId, people] of items as [ChannelId, [UserId, CredentialId][]][]) {
      value.set(channelId, new PackedMap(people));
    }
    return value;
  },
};

const readers: Field<State["readers"]> = {
  *write(value) {
    for (const [place, { messageId, userIds }] of value)
      yield [place, messageId, [...userIds.keys()]];
  },
  read: (value, items) => {
    for (const [place, messageId, userIds] of items as [string, MessageId, UserId[]][]) {
      value.set(place, { messageId, userIds: new PackedMap(userIds.map((id) => [id, true])) });
    }
    return value;
  },
};

/** Facts from the head on; by the last of each message it is found. */
const recentOrder: Field<Fact[]> = {
  write: (value, { recentHead }) => value.slice(recentHead),
  read: (value, items, state) => {
    for (const fact of items as Fact[]) {
      value.push(fact);
      state.recent.set(fact.messageId, fact);
      state.recentNumbers.set(fact.number, fact.messageId);
    }
    return value;
  },
};

/** Touches from the head on, each with whether its message still has it. */
const touchOrder: Field<Touch[]> = {
  *write(value, { touches, touchHead }) {
    for (const touch of value.slice(touchHead)) {
      yield [touch, touches.get(touch.messageId)?.includes(touch) === true ? 1 : 0];
    }
  },
  read: (value, items, state) => {
    for (const [touch, isKept] of items as [Touch, 0 | 1][]) {
      value.push(touch);
      if (isKept === 0) continue;
      const before: readonly Touch[] = state.touches.get(touch.messageId as MessageId) ?? [];
      state.touches.set(touch.messageId, [...before, touch]);
    }
    return value;
  },
};

type Fields = { readonly [K in keyof State]-?: Field<State[K]> };

/** Every field, in the order in which it is written: a new one does not compile until it stands here. */
const fields: Fields = {
  seq: plain(),
  at: plain(),
  sweptAt: plain(),
  level: since(1),
  levelledBy: plain(),
  server: plain(),
  roles: map(),
  channels,
  channelNames: rebuilt(),
  channelSlugs: rebuilt(),
  admissions,
  threads: map(),
  threadSlugs: map(),
  polls: map(),
  pollOf: map(),
  votes: maps(),
  pollsForgotten: plain(),
  whispers: map(),
  people,
  hereLast: set(),
  names: map(),
  skeletons: map(),
  nicknames: map(),
  nicknameSkeletons: map(),
  numbers: rebuilt(),
  identities: rebuilt(),
  seen: map(),
  away: map(),
  registrations: list(),
  invites: map(),
  knownAddresses: map(),
  sessions: map(),
  sessionsOf: sets(),
  sessionsAt: sets(),
  bans,
  barred: rebuilt(),
  kicksExpireMs: time,
  silences: map(),
  timers: map(),
  origins: map(),
  originsOver: map(),
  spends: map(),
  recent: rebuilt(),
  recentOrder,
  recentHead: rebuilt(),
  recentNumbers: rebuilt(),
  evictedThrough: plain(),
  touches: rebuilt(),
  touchOrder,
  touchHead: rebuilt(),
  touchedThrough: plain(),
  rings: map(),
  readers,
  keyTags: map(),
  described: plain(),
  phases: map(),
  attachments: map(),
  attachmentsOf: sets(),
  attachmentDues: list(),
  messageAttachments: map(),
  fileShares: map(),
  uploads: map(),
  emojis: map(),
  nextEmoji: plain(),
  webhooks: map(),
  webhookSpends: map(),
  voices: map(),
  slashes: map(),
  calls: map(),
  pushes: map(),
  imports: map(),
  erasures: map(),
  erasedThrough: since(0),
  lastUserNumber: plain(),
  lastMessageNumber: plain(),
};

const names = Object.keys(fields) as (keyof State)[];

function* linesOf<K extends keyof State>(state: Reading<State>, name: K): Generator<StateLine> {
  const { write } = fields[name] as Field<unknown>;
  let items: unknown[] = [];
  for (const item of write(state[name], state)) {
    items.push(item);
    if (items.length < sliceMax) continue;
    yield [name, items];
    items = [];
  }
  if (items.length > 0) yield [name, items];
}

/** Writes a state, a line at a time. It may not change meanwhile. */
export function* encodeState(state: Reading<State>): Generator<string> {
  yield JSON.stringify({ layout: stateLayout });
  for (const name of names) for (const line of linesOf(state, name)) yield JSON.stringify(line);
  yield JSON.stringify({ end: true });
}

/** Reads a state, a line at a time. */
export class StateDecoder {
  readonly #state = initialState();
  #layout: number | undefined;
  #isWhole = false;

  /** @throws Error when the line is none of a state that this version can read */
  take(text: string): void {
    const line = JSON.parse(text) as { layout?: number; end?: true } | StateLine;
    if (!Array.isArray(line)) {
      const head = line as { readonly layout?: number; readonly end?: true };
      if (head.end === true) this.#isWhole = true;
      else this.#layout = readable(head.layout);
      return;
    }
    if (this.#layout === undefined) throw new Error("no state: its layout is not named");
    for (const [name, items] of upgraded(line as unknown as StateLine, this.#layout, stateLayout)) {
      this.#read(name as keyof State, items);
    }
  }

  /** @throws Error when the end is missing */
  finish(): State {
    if (!this.#isWhole) throw new Error("a state without its end");
    return this.#state;
  }

  #read(name: keyof State, items: readonly unknown[]): void {
    const field = fields[name] as Field<unknown> | undefined;
    if (field === undefined) throw new Error(`a state with an unknown field: ${name}`);
    const state = this.#state as Record<keyof State, unknown>;
    state[name] = field.read(state[name], items, this.#state);
  }
}

function readable(layout: number | undefined): number {
  if (layout === undefined || !Number.isInteger(layout)) throw new Error("no state");
  if (layout <= stateLayout) return layout;
  throw new Error(
    `a state of layout ${layout}, which a newer version wrote; known is ${stateLayout}`,
  );
}
