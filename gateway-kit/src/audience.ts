/**
 * Who hears what: the attached connections of this gateway, grouped by dialect, so that an event is rendered once
 * per group. Whether a connection hears a channel is asked once (`Edge.hears`) and kept: a session's own events
 * touch that session alone, any other change of the roster that bears on audiences drops what is kept.
 */
import type {
  Channel,
  ChannelId,
  Session,
  SessionId,
  ThreadId,
  UserId,
} from "@dragoman/bus-schema";
import type { Audience } from "./edge.ts";
import type { Roster } from "./roster/roster.ts";

/** An attached connection as audiences need it. */
export interface Member<Dialect extends string> {
  readonly session: Session;
  readonly dialect: Dialect;
}

/** Members by dialect. */
export type Groups<M, Dialect extends string> = ReadonlyMap<Dialect, ReadonlySet<M>>;

type Hears = (session: Session, channel: Channel, roster: Roster, threadId?: ThreadId) => boolean;

/** Who hears a channel or a thread, as far as it was asked. */
interface Kept<M, Dialect extends string> {
  readonly channelId: ChannelId;
  readonly threadId: ThreadId | undefined;
  readonly groups: Map<Dialect, Set<M>>;
}

function join<M, D extends string>(groups: Map<D, Set<M>>, dialect: D, member: M): void {
  const group = groups.get(dialect);
  if (group === undefined) groups.set(dialect, new Set([member]));
  else group.add(member);
}

function leave<M, D extends string>(groups: Map<D, Set<M>>, dialect: D, member: M): void {
  const group = groups.get(dialect);
  group?.delete(member);
  if (group?.size === 0) groups.delete(dialect);
}

export class Audiences<M extends Member<Dialect>, Dialect extends string> {
  readonly #hears: Hears;
  readonly #roster: () => Roster;
  readonly #everyone = new Map<Dialect, Set<M>>();
  readonly #ofUser = new Map<UserId, Set<M>>();
  readonly #ofSession = new Map<SessionId, M>();
  readonly #ofPlace = new Map<ChannelId | ThreadId, Kept<M, Dialect>>();

  constructor(hears: Hears, roster: () => Roster) {
    this.#hears = hears;
    this.#roster = roster;
  }

  /** Attached connections. */
  get size(): number {
    return this.#ofSession.size;
  }

  bySession(sessionId: SessionId): M | undefined {
    return this.#ofSession.get(sessionId);
  }

  attach(member: M): void {
    const { userId, sessionId } = member.session;
    this.#ofSession.set(sessionId, member);
    const own = this.#ofUser.get(userId);
    if (own === undefined) this.#ofUser.set(userId, new Set([member]));
    else own.add(member);
    join(this.#everyone, member.dialect, member);
    this.#enter(member);
  }

  detach(member: M): void {
    const { userId, sessionId } = member.session;
    if (this.#ofSession.get(sessionId) !== member) return;
    this.#ofSession.delete(sessionId);
    const own = this.#ofUser.get(userId);
    own?.delete(member);
    if (own?.size === 0) this.#ofUser.delete(userId);
    leave(this.#everyone, member.dialect, member);
    this.#exit(member);
  }

  /** Asks anew what the member hears: its session stands in another place. */
  reassign(member: M): void {
    this.#exit(member);
    this.#enter(member);
  }

  /** The roster changed in a way that may bear on anyone. */
  forget(): void {
    this.#ofPlace.clear();
  }

  /** The groups of an audience, at this moment. */
  groups(audience: Audience): Groups<M, Dialect> {
    switch (audience.to) {
      case "everyone":
        return this.#everyone;
      case "channel":
        return this.#place(audience.channelId, audience.threadId);
      case "people":
        return this.#people(audience.userIds);
      case "session": {
        const groups = new Map<Dialect, Set<M>>();
        const member = this.#ofSession.get(audience.sessionId);
        if (member !== undefined) join(groups, member.dialect, member);
        return groups;
      }
      default:
        return audience satisfies never;
    }
  }

  #people(userIds: readonly UserId[]): Groups<M, Dialect> {
    const groups = new Map<Dialect, Set<M>>();
    for (const userId of userIds) {
      for (const member of this.#ofUser.get(userId) ?? []) join(groups, member.dialect, member);
    }
    return groups;
  }

  #place(channelId: ChannelId, threadId: ThreadId | undefined): Groups<M, Dialect> {
    const kept = this.#ofPlace.get(threadId ?? channelId);
    if (kept !== undefined) return kept.groups;
    const roster = this.#roster();
    const groups = new Map<Dialect, Set<M>>();
    const channel = roster.channel(channelId);
    if (channel === undefined) return groups;
    for (const member of this.#ofSession.values()) {
      if (this.#hears(member.session, channel, roster, threadId)) {
        join(groups, member.dialect, member);
      }
    }
    this.#ofPlace.set(threadId ?? channelId, { channelId, threadId, groups });
    return groups;
  }

  #exit(member: M): void {
    for (const { groups } of this.#ofPlace.values()) leave(groups, member.dialect, member);
  }

  #enter(member: M): void {
    const roster = this.#roster();
    for (const { channelId, threadId, groups } of this.#ofPlace.values()) {
      const channel = roster.channel(channelId);
      if (channel !== undefined && this.#hears(member.session, channel, roster, threadId)) {
        join(groups, member.dialect, member);
      }
    }
  }
}
