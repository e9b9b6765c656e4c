/**
 * Whom lists name of those who are there by sessions that have all channels at once (OriginChats' have): everybody,
 * until they are too many; then only who spoke lately (bridge table, Rules). Decided once, as somebody comes: lists
 * that were given are not taken back.
 */
import {
  type Event,
  type EventTable,
  ignored,
  ignoring,
  type Message,
  runnerOf,
  type Session,
  type UserId,
} from "@dragoman/bus-schema";
import type { Roster, RosterExtension } from "@dragoman/gateway-kit";

const dayUs = 86_400_000_000;

/** What events say of who comes and who speaks. */
interface Heard {
  readonly came: (session: Session) => void;
  readonly spoke: (message: Message) => void;
}

const table: EventTable<[heard: Heard], void> = {
  "session.opened": ({ session }, { came }) => came(session),
  "message.posted": ({ message }, { spoke }) => spoke(message),
  "message.announced": ({ message }, { spoke }) => spoke(message),
  "session.closed": ignored(
    "who went is forgotten when somebody else comes: what tells of the going still asks",
  ),
  ...ignoring(
    "nobody comes by it, and nobody says a line",
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
    "user.erased",
    "user.forgotten",
    "link.joined",
    "link.removed",
    "session.moved",
    "session.dropped",
    "presence.began",
    "presence.ended",
    "status.changed",
    "message.edited",
    "message.deleted",
    "reaction.added",
    "reaction.removed",
    "pin.added",
    "pin.removed",
    "moderation.kicked",
    "moderation.banned",
    "moderation.unbanned",
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

const hear = runnerOf(table);

/** Kept beside the roster; see `isNamed` for what it answers. */
export class NamedPeople implements RosterExtension {
  readonly #roster: Roster;
  readonly #max: number;
  /** Some may have gone since. */
  readonly #named = new Set<UserId>();
  /** When people spoke last within a day, epoch microseconds, the oldest first; and the newest of these times. */
  readonly #spoke = new Map<UserId, number>();
  #lastSpokeUs = 0;
  readonly #heard: Heard = {
    came: ({ userId, traits }) => {
      if (traits.stands === "everywhere") this.#decide(userId);
    },
    spoke: (message) => this.#keepSpoke(message),
  };

  /** @param max how many of them are named whether they speak or not */
  constructor(roster: Roster, max: number) {
    this.#roster = roster;
    this.#max = max;
    for (const { traits, userId } of roster.sessions) {
      if (traits.stands === "everywhere" && this.#named.size < max) this.#named.add(userId);
    }
  }

  /** Whether lists name the person. */
  isNamed(userId: UserId): boolean {
    return this.#named.has(userId);
  }

  before(event: Event): void {
    hear(event, this.#heard);
  }

  /** Decides about somebody whose session is about to be entered. */
  #decide(userId: UserId): void {
    const named = this.#named;
    if (this.#isEverywhere(userId)) return;
    // Who went is forgotten only now: what tells of the going still asks.
    if (named.size >= this.#max) {
      for (const id of named) if (!this.#isEverywhere(id)) named.delete(id);
    }
    const spokeAtUs = this.#spoke.get(userId);
    const lately = spokeAtUs !== undefined && spokeAtUs > this.#lastSpokeUs - dayUs;
    if (named.size < this.#max || lately) named.add(userId);
    else named.delete(userId);
  }

  #isEverywhere(userId: UserId): boolean {
    return this.#roster.sessionsOf(userId).some(({ traits }) => traits.stands === "everywhere");
  }

  /** Remembers when people spoke last, for a day by the time of the messages themselves. */
  #keepSpoke({ author, createdAtUs }: Message): void {
    this.#lastSpokeUs = Math.max(this.#lastSpokeUs, createdAtUs);
    if (author.kind !== "user") return;
    // The oldest come first.
    this.#spoke.delete(author.userId);
    this.#spoke.set(author.userId, createdAtUs);
    for (const [userId, atUs] of this.#spoke) {
      if (atUs > this.#lastSpokeUs - dayUs) break;
      this.#spoke.delete(userId);
    }
  }
}
