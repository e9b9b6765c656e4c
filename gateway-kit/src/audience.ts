/**
 * Who hears what: the attached connections of this gateway, grouped by dialect, so that an event is rendered once
 * per group. Whether a connection hears a channel is asked once (`Edge.hears`) and kept: a session's own events
 * touch that session alone, any other change of the roster that bears on audiences drops what is kept.
 */
import type { Channel, ChannelId, Session, SessionId, UserId } from "@dragoman/bus-schema";
import type { Audience } from "./edge.ts";
import type { Roster } from "./roster.ts";

/** An attached connection as audiences need it. */
export interface Member<Dialect extends string> {
  readonly session: Session;
  readonly dialect: Dialect;
}

/** Members by dialect. */
export type Groups<M, Dialect extends string> = ReadonlyMap<Dialect, ReadonlySet<M>>;

type Hears = (session: Session, channel: Channel, roster: Roster) => boolean;

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
  readonly #ofChannel = new Map<ChannelId, Map<Dialect, Set<M>>>();

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
    for (const groups of this.#ofChannel.values()) leave(groups, member.dialect, member);
  }

  /** The member's session has moved: asks anew what it hears. */
  moved(member: M): void {
    for (const groups of this.#ofChannel.values()) leave(groups, member.dialect, member);
    this.#enter(member);
  }

  /** The roster changed in a way that may bear on anyone. */
  forget(): void {
    this.#ofChannel.clear();
  }

  /** The groups of an audience, at this moment. */
  groups(audience: Audience): Groups<M, Dialect> {
    switch (audience.to) {
      case "everyone":
        return this.#everyone;
      case "channel":
        return this.#channel(audience.channelId);
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

  #channel(channelId: ChannelId): Groups<M, Dialect> {
    const kept = this.#ofChannel.get(channelId);
    if (kept !== undefined) return kept;
    const roster = this.#roster();
    const groups = new Map<Dialect, Set<M>>();
    const channel = roster.channel(channelId);
    if (channel === undefined) return groups;
    for (const member of this.#ofSession.values()) {
      if (this.#hears(member.session, channel, roster)) join(groups, member.dialect, member);
    }
    this.#ofChannel.set(channelId, groups);
    return groups;
  }

  #enter(member: M): void {
    const roster = this.#roster();
    for (const [channelId, groups] of this.#ofChannel) {
      const channel = roster.channel(channelId);
      if (channel !== undefined && this.#hears(member.session, channel, roster)) {
        join(groups, member.dialect, member);
      }
    }
  }
}
