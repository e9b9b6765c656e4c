/**
 * 7.0 as it is given to each who comes in: kept for the rooms that people come into, changed person by person and not made
 * anew, in runs of bytes that all are sent.
 */
import { type Event, type RosterUser, rankOf, type UserId } from "@dragoman/bus-schema";
import type { Roster, RosterExtension } from "@dragoman/gateway-kit";
import { listedPerson, userListHead } from "./packet.ts";
import { isAhead, isPresent, peopleIn, type Ranked } from "./presence.ts";
import type { Room } from "./room.ts";
import { appearance, personOf } from "./view.ts";

/** A person as the list shows one, and where in it. */
interface Entry extends Ranked {
  readonly userId: UserId;
  readonly text: string;
}

/** A run of entries, and their bytes once somebody was sent them. */
interface Run {
  readonly entries: Entry[];
  bytes: Buffer | undefined;
}

const runMax = 256;
/** Rooms whose list is kept. */
const roomsMax = 16;
/** Above so many changes that nobody asked for a list is forgotten. */
const changedMax = 1_000;

function entryOf(user: RosterUser, roster: Roster): Entry {
  const actor = appearance(user, roster);
  const { userId, handle, number } = user;
  const text = listedPerson(personOf(user, roster, actor));
  return { userId, rank: rankOf(actor), handle, number, text };
}

const bytesOf = (entries: readonly Entry[]): Buffer =>
  Buffer.from(entries.map(({ text }) => text).join(""));

/** The list of one room. */
class PeopleList {
  readonly #roster: Roster;
  readonly #entries = new Map<UserId, Entry>();
  readonly #runs: Run[] = [];
  /** About whom something has changed since. */
  readonly changed = new Set<UserId>();

  constructor(room: Room, roster: Roster) {
    this.#roster = roster;
    let run: Entry[] = [];
    for (const user of peopleIn(room, roster)) {
      const entry = entryOf(user, roster);
      this.#entries.set(user.userId, entry);
      if (run.length === 0) this.#runs.push({ entries: run, bytes: undefined });
      run.push(entry);
      if (run.length >= runMax / 2) run = [];
    }
  }

  /** Takes in what has changed. */
  follow(room: Room): void {
    for (const userId of this.changed) {
      this.#remove(userId);
      const user = this.#roster.user(userId);
      if (user !== undefined && isPresent(user, room, this.#roster)) this.#add(user);
    }
    this.changed.clear();
  }

  /** The packet in pieces. @param without who is not named, if the list names them */
  pieces(without: UserId | undefined): readonly Buffer[] {
    const own = without === undefined ? undefined : this.#entries.get(without);
    const at = own === undefined ? undefined : this.#runs[this.#runOf(own)];
    const head = userListHead(this.#entries.size - (own === undefined ? 0 : 1));
    const runs = this.#runs.map((run) => {
      if (run === at) return bytesOf(run.entries.filter((entry) => entry !== own));
      run.bytes ??= bytesOf(run.entries);
      return run.bytes;
    });
    return [Buffer.from(head), ...runs];
  }

  /** The last run that does not begin behind an entry. */
  #runOf(entry: Entry): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const first = this.#runs[middle]?.entries[0];
      if (first !== undefined && isAhead(entry, first)) high = middle - 1;
      else low = middle;
    }
    return low;
  }

  #add(user: RosterUser): void {
    const entry = entryOf(user, this.#roster);
    this.#entries.set(user.userId, entry);
    const nth = this.#runOf(entry);
    const run = this.#runs[nth];
    if (run === undefined) {
      this.#runs.push({ entries: [entry], bytes: undefined });
      return;
    }
    const { entries } = run;
    const at = entries.findIndex((other) => isAhead(entry, other));
    entries.splice(at < 0 ? entries.length : at, 0, entry);
    run.bytes = undefined;
    if (entries.length <= runMax) return;
    this.#runs.splice(nth + 1, 0, { entries: entries.splice(runMax / 2), bytes: undefined });
  }

  #remove(userId: UserId): void {
    const entry = this.#entries.get(userId);
    if (entry === undefined) return;
    this.#entries.delete(userId);
    const nth = this.#runOf(entry);
    const run = this.#runs[nth];
    if (run === undefined) return;
    run.entries.splice(run.entries.indexOf(entry), 1);
    run.bytes = undefined;
    if (run.entries.length === 0) this.#runs.splice(nth, 1);
  }
}

/** Families whose events change no list. What one of a person's own changes is below; after all others lists are made anew. */
const withoutPeople: ReadonlySet<string> = new Set([
  "message",
  "reaction",
  "pin",
  "unread",
  "moderation",
  "voice",
  "attachment",
]);

/** The lists of a roster's rooms. */
export class PeopleLists implements RosterExtension {
  readonly #roster: Roster;
  /** By channel or thread; whose list was asked for last stands last. */
  readonly #lists = new Map<string, PeopleList>();

  constructor(of: Roster) {
    this.#roster = of;
  }

  /**
   * 7.0 of a room as of now, in pieces of UTF-8.
   * @param without who is not named, if the list names them
   */
  pieces(room: Room, without: UserId | undefined): readonly Buffer[] {
    const key = room.threadId ?? room.channelId;
    const list = this.#lists.get(key) ?? new PeopleList(room, this.#roster);
    this.#lists.delete(key);
    this.#lists.set(key, list);
    for (const [oldest] of this.#lists) {
      if (this.#lists.size <= roomsMax) break;
      this.#lists.delete(oldest);
    }
    list.follow(room);
    return list.pieces(without);
  }

  before(event: Event): void {
    switch (event.type) {
      case "session.opened":
      case "session.closed":
        this.#change(event.session.userId);
        return;
      case "session.moved":
      case "presence.began":
      case "presence.ended":
      case "status.changed":
      case "user.nicknamed":
      case "user.renamed":
      case "user.assigned":
        this.#change(event.userId);
        return;
      case "user.joined":
        this.#change(event.user.userId);
        return;
      case "session.dropped":
      case "user.pictured":
        return;
      default:
        if (!withoutPeople.has(event.type.slice(0, event.type.indexOf(".")))) this.#lists.clear();
    }
  }

  #change(userId: UserId): void {
    for (const [key, { changed }] of this.#lists) {
      changed.add(userId);
      if (changed.size > changedMax) this.#lists.delete(key);
    }
  }
}
