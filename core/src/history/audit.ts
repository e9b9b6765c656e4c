/**
 * The audit log: which events are acts that somebody answers for, and what the log says of each (OriginChats
 * part 3, section 12). Names of people, roles and channels that have an id are the reader's to look up; here
 * stands what the event alone knows. Pure.
 */
import type { Cause, Event, EventOf, EventType } from "@dragoman/bus-schema";

const dayMs = 24 * 3_600_000;

/** How long entries about people, channels, messages and the community are kept. */
const keptDays = { people: 365, roles: 365, channels: 180, messages: 90, server: 180 } as const;
type Kind = keyof typeof keptDays;

/** What an entry says besides who and when. */
export interface Act {
  readonly targetId: string | null;
  readonly targetName?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Row<E> {
  readonly kind: Kind;
  /** Undefined: nobody did it, such as a ban that ran out. */
  read(event: E, cause: Cause): Act | undefined;
}
type Rows = { readonly [T in EventType]?: Row<EventOf<T>> };

const reasonOf = (reason: string): Readonly<Record<string, unknown>> =>
  reason === "" ? {} : { reason };

/** Acts of time and of gateways are nobody's. */
const byPerson = (cause: Cause): boolean => cause.actor === "user" || cause.actor === "operator";

const rows: Rows = {
  "moderation.kicked": {
    kind: "people",
    read: ({ userId, why, reason, untilMs }) =>
      why === "flood" ? undefined : { targetId: userId, details: { ...reasonOf(reason), untilMs } },
  },
  "moderation.banned": {
    kind: "people",
    read: ({ userId, reason, untilMs }) => ({
      targetId: userId,
      details: { ...reasonOf(reason), untilMs },
    }),
  },
  "moderation.unbanned": {
    kind: "people",
    read: ({ userId }) => ({ targetId: userId, details: {} }),
  },
  "moderation.silenced": {
    kind: "people",
    read: ({ userId, reason, lengthMs }) => ({
      targetId: userId,
      details: { ...reasonOf(reason), lengthMs },
    }),
  },
  "moderation.unsilenced": {
    kind: "people",
    read: ({ userId }) => ({ targetId: userId, details: {} }),
  },
  "moderation.cleared": {
    kind: "people",
    read: ({ userId }) => ({ targetId: userId, details: {} }),
  },
  "message.deleted": {
    kind: "messages",
    read: ({ messageId, place }) => ({ targetId: messageId, details: { ...place } }),
  },
  "message.announced": {
    kind: "messages",
    read: ({ message }) => ({ targetId: message.messageId, details: { ...message.place } }),
  },
};

const table = new Map(Object.entries(rows)) as ReadonlyMap<string, Row<Event>>;

/** One entry, as the projection stores it. */
export interface AuditChange {
  readonly do: "audit";
  readonly atMs: number;
  readonly act: EventType;
  readonly actorId: string | null;
  readonly targetId: string | null;
  /** The rest of the entry, as JSON. */
  readonly json: string;
}

/** The log's entry for an event, if it is an act of somebody's. */
export function auditOf(event: Event, cause: Cause, atMs: number): AuditChange | undefined {
  const row = table.get(event.type);
  if (row === undefined || !byPerson(cause)) return undefined;
  const act = row.read(event, cause);
  if (act === undefined) return undefined;
  const { targetId, targetName = null, details } = act;
  return {
    do: "audit",
    atMs,
    act: event.type,
    actorId: cause.userId ?? null,
    targetId,
    json: JSON.stringify({ protocol: cause.protocol, targetName, details }),
  };
}

/** Per act the time before which its entries are no longer kept. */
export function cutoffs(nowMs: number): readonly (readonly [act: string, sinceMs: number])[] {
  return [...table].map(([act, { kind }]) => [act, nowMs - keptDays[kind] * dayMs]);
}
