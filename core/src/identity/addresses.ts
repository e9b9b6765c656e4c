/**
 * Raw network addresses. They stand in the secret bucket alone: of a live session under its id until it closes,
 * of a ban that bars addresses under the address's tag until no ban bars it. The journal knows tags only.
 */
import {
  type AddressTag,
  type Commit,
  type CommunityId,
  type EventTable,
  ignoring,
  runnerOf,
  type SessionId,
  secretBucket,
} from "@dragoman/bus-schema";
import { addressBlock, type Bus, type KV, type Logger, normalAddress } from "@dragoman/service-kit";
import type { Reading, State } from "../state/shape.ts";

/** Of the keys of addresses of sessions that are open. */
export const sessionPrefix = "address.";
const barredPrefix = "barred.";
/** One operation on the bucket. */
const limitMs = 2_000;

/** Octets of an IPv4 address, of which some may be `*` (Sock Chat reference, 4.2). */
const pattern = /^(?:\*|[0-9]{1,3})(?:\.(?:\*|[0-9]{1,3})){3}$/;

/** What an address that was typed bars or frees: itself, its /64, or a pattern. Null: it is none. */
export function addressTyped(typed: string): string | null {
  const plain = typed.trim().replace(/\/64$/, "");
  if (plain.includes("*")) return pattern.test(plain) ? plain : null;
  return normalAddress(plain) === null ? null : addressBlock(plain);
}

/** Whether an address fits a pattern. */
export function fits(address: string, pattern: string): boolean {
  const wanted = pattern.split(".");
  const octets = address.split(".");
  return (
    octets.length === wanted.length &&
    octets.every((octet, index) => wanted[index] === "*" || wanted[index] === octet)
  );
}

/** What events make of the addresses that are kept. */
interface Duties {
  readonly bar: (tags: readonly AddressTag[]) => void;
  readonly unbar: () => void;
  readonly close: (sessionId: SessionId) => void;
}

const table: EventTable<[duties: Duties], void> = {
  "moderation.banned": ({ addressTags }, { bar }) => bar(addressTags),
  "moderation.unbanned": (_, { unbar }) => unbar(),
  "user.erased": (_, { unbar }) => unbar(),
  "session.closed": ({ session }, { close }) => close(session.sessionId),
  ...ignoring(
    "the address of a live session stands under its id until the session closes",
    "session.opened",
    "session.moved",
    "session.dropped",
    "presence.began",
    "presence.ended",
  ),
  ...ignoring(
    "no address is barred or free by it",
    "leader.started",
    "journal.skipped",
    "journal.levelled",
    "journal.filled",
    "import.stored",
    "server.updated",
    "server.phased",
    "server.signalled",
    "role.created",
    "role.updated",
    "role.deleted",
    "role.reordered",
    "channel.created",
    "channel.updated",
    "channel.moved",
    "channel.deleted",
    "channel.admitted",
    "channel.dismissed",
    "thread.created",
    "thread.updated",
    "thread.deleted",
    "thread.joined",
    "thread.left",
    "poll.voted",
    "poll.ended",
    "user.joined",
    "user.departed",
    "user.nicknamed",
    "user.renamed",
    "user.pictured",
    "user.assigned",
    "user.merged",
    "user.revoked",
    "user.forgotten",
    "link.joined",
    "link.removed",
    "status.changed",
    "message.posted",
    "message.announced",
    "message.edited",
    "message.deleted",
    "reaction.added",
    "reaction.removed",
    "pin.added",
    "pin.removed",
    "moderation.kicked",
    "moderation.silenced",
    "moderation.unsilenced",
    "moderation.refilled",
    "unread.marked",
    "attachment.added",
    "attachment.deleted",
    "emoji.added",
    "emoji.updated",
    "emoji.deleted",
    "webhook.created",
    "webhook.updated",
    "webhook.renewed",
    "webhook.deleted",
    "voice.joined",
    "voice.left",
    "voice.muted",
    "slash.registered",
    "slash.removed",
    "slash.called",
    "slash.answered",
    "push.subscribed",
    "push.unsubscribed",
    "invite.created",
    "invite.revoked",
    "token.issued",
    "token.ended",
  ),
};

const act = runnerOf(table);

export class Addresses {
  readonly #bus: Bus;
  readonly #bucketName: string;
  readonly #bucket: KV;
  readonly #tagOf: (address: string) => AddressTag;
  /** Sessions whose address this process has kept: a sweep does not take them for old ones. */
  readonly #kept = new Set<SessionId>();
  /** Changes of the bucket that follow the journal, one after the other. */
  #following: Promise<void> = Promise.resolve();
  /** Those of them that keep what a ban bars. */
  #barring: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(
    bus: Bus,
    community: CommunityId,
    bucket: KV,
    tagOf: (address: string) => AddressTag,
  ) {
    this.#bus = bus;
    this.#bucketName = secretBucket(community);
    this.#bucket = bucket;
    this.#tagOf = tagOf;
  }

  /** Keeps the address of a session that is to be admitted. */
  async keep(sessionId: SessionId, address: string): Promise<void> {
    this.#kept.add(sessionId);
    await this.#bucket.put(`${sessionPrefix}${sessionId}`, normalAddress(address) ?? address);
  }

  /** The addresses of these sessions, each once, as far as they are known. */
  async of(sessionIds: readonly SessionId[]): Promise<readonly string[]> {
    const found = await this.ofEach(sessionIds);
    return [...new Set(found.filter((address) => address !== null))];
  }

  /** The address of each of these sessions, in their order; null: not known. */
  ofEach(sessionIds: readonly SessionId[]): Promise<readonly (string | null)[]> {
    return Promise.all(sessionIds.map((id) => this.#get(`${sessionPrefix}${id}`)));
  }

  /** The barred addresses behind tags, as far as they are known. */
  async barred(tags: readonly AddressTag[]): Promise<readonly string[]> {
    const found = await Promise.all(tags.map((tag) => this.#get(`${barredPrefix}${tag}`)));
    return found.filter((address) => address !== null);
  }

  /** Tags of what was typed: of the address itself, or of all barred ones that fit a pattern with `*`. */
  async tags(typed: string): Promise<readonly AddressTag[]> {
    const plain = addressTyped(typed);
    if (plain === null) return [];
    if (!plain.includes("*")) return [this.#tagOf(plain)];
    const tags: AddressTag[] = [];
    for (const key of await this.#keys(barredPrefix)) {
      const address = await this.#get(key);
      if (address !== null && fits(address, plain)) {
        tags.push(key.slice(barredPrefix.length) as AddressTag);
      }
    }
    return tags;
  }

  /** Forgets the address of a session that was not admitted. */
  refused(sessionId: SessionId, logger: Logger): void {
    this.#kept.delete(sessionId);
    this.#follow(logger, () => this.#forget(`${sessionPrefix}${sessionId}`));
  }

  /** Follows what was stored: forgets what nobody is behind any more, keeps what is barred now. */
  stored(commits: readonly Commit[], state: Reading<State>, logger: Logger): void {
    for (const { events } of commits) {
      let barred: readonly AddressTag[] = [];
      const duties: Duties = {
        bar: (tags) => {
          barred = tags;
        },
        unbar: () => this.#follow(logger, () => this.#sweepBarred(state)),
        close: (sessionId) => {
          const tags = barred;
          this.#kept.delete(sessionId);
          const isBarring = tags.length > 0;
          this.#follow(logger, () => this.#close(sessionId, tags), isBarring);
          if (isBarring) this.#barring = this.#following;
        },
      };
      for (const event of events) act(event, duties);
    }
  }

  /** Forgets what was left behind, at the start of a term: what a core before did not come to forget. */
  sweep(state: Reading<State>, logger: Logger): void {
    this.#follow(logger, async () => {
      for (const key of await this.#keys(sessionPrefix)) {
        if (this.#isStopped) return;
        const sessionId = key.slice(sessionPrefix.length) as SessionId;
        if (state.sessions.has(sessionId) || this.#kept.has(sessionId)) continue;
        await this.#forget(key);
      }
      await this.#sweepBarred(state);
    });
  }

  /** Waits until the addresses of all bans that were stored so far are kept. */
  allBarred(): Promise<void> {
    return this.#barring;
  }

  /** Keeps what a ban bars, and leaves the rest to the sweep of the next term. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#following;
  }

  /** @param isBarring it keeps something that is known to nobody else */
  #follow(logger: Logger, work: () => Promise<void>, isBarring = false): void {
    this.#following = this.#following
      .then(() => (this.#isStopped && !isBarring ? undefined : work()))
      .catch((error: unknown) => {
        // What stays behind is forgotten by the sweep of the next term.
        logger.warn({ err: error }, "an address is not forgotten yet");
      });
  }

  async #close(sessionId: SessionId, barred: readonly AddressTag[]): Promise<void> {
    const key = `${sessionPrefix}${sessionId}`;
    if (barred.length > 0) {
      const address = await this.#get(key);
      const tag = address === null ? undefined : this.#tagOf(address);
      if (address !== null && tag !== undefined && barred.includes(tag)) {
        await this.#bucket.put(`${barredPrefix}${tag}`, addressBlock(address));
      }
    }
    await this.#forget(key);
  }

  async #sweepBarred(state: Reading<State>): Promise<void> {
    const barred = new Set([...state.bans.values()].flatMap(({ addressTags }) => addressTags));
    for (const key of await this.#keys(barredPrefix)) {
      if (this.#isStopped) return;
      const tag = key.slice(barredPrefix.length) as AddressTag;
      if (!barred.has(tag)) await this.#forget(key);
    }
  }

  async #get(key: string): Promise<string | null> {
    const entry = await this.#bucket.get(key);
    return entry === null || entry.operation !== "PUT" ? null : entry.string();
  }

  #keys(prefix: string): Promise<readonly string[]> {
    return this.#bus.keys(this.#bucketName, prefix, limitMs);
  }

  #forget(key: string): Promise<void> {
    return this.#bus.forget(this.#bucketName, key, limitMs);
  }
}
