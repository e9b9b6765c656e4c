/**
 * `users_list` and `users_online` (part 3, 3.1), which the stock client wants whole. Each person is rendered once per
 * change, runs of people are joined and encoded once per change, and who asks is given those bytes.
 */
import type { RosterUser, UserId } from "@dragoman/bus-schema";
import type { Roster, Step } from "@dragoman/gateway-kit";
import type { OriginchatsConnection } from "./client.ts";
import { isListed, Selection } from "./selection.ts";
import { isHidden, listedUser, onlineUser } from "./view.ts";
import { encode, tailOf } from "./wire.ts";

/** A person as the list shows it, and at which revision that was. `text` undefined: it does not show the person. */
interface Entry {
  readonly userId: UserId;
  readonly number: number;
  readonly revision: number;
  readonly text: string | undefined;
}

/** A run of entries, encoded. All but the first begin with a comma. */
interface Page {
  readonly entries: readonly Entry[];
  readonly isFirst: boolean;
  readonly bytes: Buffer;
}

/** Entries between two looks at the time. */
const stride = 32;
/** A page ends behind a person whose number is a multiple of it, so that one who comes or goes changes one page. */
const boundary = 128;
const pageMin = 32;
const pageMax = 512;

/** What makes a list out of people. */
interface Kind {
  readonly cmd: string;
  readonly select: (limit: number) => readonly UserId[];
  /** Makes `select` quick, where it may take long. */
  readonly prepare?: (limit: number) => Iterable<void>;
  readonly shows: (user: RosterUser) => boolean;
  readonly render: (user: RosterUser, viewerId: UserId | undefined, roster: Roster) => object;
}

class PeopleList {
  readonly #roster: Roster;
  readonly #kind: Kind;
  readonly #head: Buffer;
  #entries = new Map<UserId, Entry>();
  #pages: readonly Page[] = [];
  #made: { readonly people: number; readonly limit: number } | undefined;
  #roleEpoch = -1;

  constructor(roster: Roster, kind: Kind) {
    this.#roster = roster;
    this.#kind = kind;
    this.#head = Buffer.from(`{"cmd":${JSON.stringify(kind.cmd)},"users":[`);
  }

  /** The packet in the eyes of one person. */
  *make(
    viewerId: UserId,
    limit: number,
    listener: string | undefined,
  ): Generator<void, readonly Buffer[]> {
    if (!this.#isMade(limit)) {
      yield* this.#warm(limit);
      yield* this.#build(limit);
      // What has changed between two slices is made in this one.
      for (const _ of this.#build(limit));
      this.#made = { people: this.#roster.peopleEpoch, limit };
    }
    const viewer = this.#roster.user(viewerId);
    const pages =
      viewer !== undefined && isHidden(viewer)
        ? this.#pages.map((page) => this.#shownTo(viewer, page))
        : this.#pages.map(({ bytes }) => bytes);
    return [this.#head, ...pages, Buffer.from(tailOf("]}", listener))];
  }

  #isMade(limit: number): boolean {
    const { peopleEpoch } = this.#roster;
    return this.#made?.people === peopleEpoch && this.#made.limit === limit;
  }

  /** Renders what is missing. What changes between two slices is left for the end. */
  *#warm(limit: number): Generator<void, void> {
    yield* this.#kind.prepare?.(limit) ?? [];
    this.#forgetOldRoles();
    let done = 0;
    for (const userId of this.#kind.select(limit)) {
      this.#entryOf(userId);
      done += 1;
      if (done % stride === 0) yield;
    }
  }

  #forgetOldRoles(): void {
    if (this.#roleEpoch === this.#roster.roleEpoch) return;
    this.#roleEpoch = this.#roster.roleEpoch;
    this.#entries = new Map();
  }

  #entryOf(userId: UserId): Entry {
    const revision = this.#roster.revisionOf(userId);
    const known = this.#entries.get(userId);
    if (known?.revision === revision) return known;
    const user = this.#roster.user(userId);
    const isShown = user !== undefined && isListed(user) && this.#kind.shows(user);
    const text = isShown ? encode(this.#kind.render(user, undefined, this.#roster)) : undefined;
    const entry = { userId, number: user?.number ?? 0, revision, text };
    this.#entries.set(userId, entry);
    return entry;
  }

  /** Makes the pages anew that are not as they were. Made in one go they are all of one moment. */
  *#build(limit: number): Generator<void, void> {
    this.#forgetOldRoles();
    const chosen: Entry[] = [];
    for (const userId of this.#kind.select(limit)) {
      const entry = this.#entryOf(userId);
      if (entry.text !== undefined) chosen.push(entry);
    }
    const before = new Map(this.#pages.map((page) => [page.entries[0]?.userId, page]));
    const pages: Page[] = [];
    for (const run of runsOf(chosen)) {
      const known = before.get(run[0]?.userId);
      const isFirst = pages.length === 0;
      const isKnown = known !== undefined && isSame(known, run, isFirst);
      pages.push(isKnown ? known : page(run, isFirst));
      if (!isKnown) yield;
    }
    this.#pages = pages;
    // Who is not listed any more is forgotten once they are many.
    if (this.#entries.size <= 2 * chosen.length + pageMax) return;
    this.#entries = new Map(chosen.map((entry) => [entry.userId, entry]));
  }

  /** Who hides is shown as they are to themselves. */
  #shownTo(viewer: RosterUser, { entries, isFirst, bytes }: Page): Buffer {
    const at = entries.findIndex(({ userId }) => userId === viewer.userId);
    if (at < 0) return bytes;
    const own = encode(this.#kind.render(viewer, viewer.userId, this.#roster));
    return bytesOf(
      entries.map((entry, index) => (index === at ? own : entry.text)),
      isFirst,
    );
  }
}

function runsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const runs: Entry[][] = [];
  let run: Entry[] = [];
  for (const entry of entries) {
    if (run.length === 0) runs.push(run);
    run.push(entry);
    const isEnd = run.length >= pageMin && entry.number % boundary === 0;
    if (isEnd || run.length >= pageMax) run = [];
  }
  return runs;
}

const isSame = (known: Page, entries: readonly Entry[], isFirst: boolean): boolean =>
  known.isFirst === isFirst &&
  known.entries.length === entries.length &&
  known.entries.every((entry, index) => entry === entries[index]);

const page = (entries: readonly Entry[], isFirst: boolean): Page => ({
  entries,
  isFirst,
  bytes: bytesOf(
    entries.map(({ text }) => text),
    isFirst,
  ),
});

function bytesOf(texts: readonly (string | undefined)[], isFirst: boolean): Buffer {
  const text = texts.join(",");
  return Buffer.from(isFirst ? text : `,${text}`);
}

/** The step that sends somebody the people, unasked. */
export function listPeople({ session }: OriginchatsConnection): readonly Step[] {
  return session === undefined ? [] : [listStep("listed", session.userId, undefined)];
}

/** The step that sends a list of people, in the eyes of one person. */
export const listStep = (
  which: "listed" | "online",
  viewerId: UserId,
  listener: string | undefined,
): Step => ({
  do: "list",
  make: ({ roster, config }) =>
    roster.extension(PeopleLists)[which].make(viewerId, config.limits.listedPeople, listener),
});

/** Both lists of a roster. */
export class PeopleLists {
  readonly listed: PeopleList;
  readonly online: PeopleList;
  readonly #selection: Selection;
  /** All accounts, in their order, as far as there were any when they were asked for. */
  readonly #all: UserId[] = [];

  constructor(of: Roster) {
    this.#selection = new Selection(of);
    const isAll = (limit: number): boolean => of.userCount <= limit;
    this.listed = new PeopleList(of, {
      cmd: "users_list",
      prepare: (limit) => (isAll(limit) ? this.#gather(of) : this.#selection.prepare()),
      select: (limit) => (isAll(limit) ? this.#everybody(of) : this.#selection.select(limit)),
      shows: () => true,
      render: listedUser,
    });
    this.online = new PeopleList(of, {
      cmd: "users_online",
      select: () => of.inOrder(of.onlineIds),
      shows: (user) => of.isOnline(user.userId) && !isHidden(user),
      render: onlineUser,
    });
  }

  #everybody(of: Roster): readonly UserId[] {
    for (const _ of this.#gather(of));
    return this.#all;
  }

  *#gather(of: Roster): Generator<void, void> {
    while (this.#all.length < of.userCount) {
      for (const { userId } of of.people(this.#all.length, stride)) this.#all.push(userId);
      yield;
    }
  }

  /** Nothing: what has changed is seen when a list is asked for. */
  before(): void {
    return;
  }
}
