/**
 * The audit log: which events are acts that somebody answers for, and what the log says of each (OriginChats
 * part 3, section 12). Names of people, roles and channels that have an id are the reader's to look up; here
 * stands what the event alone knows. Pure.
 */
import type { Cause, Channel, Event, EventOf, EventType, Webhook } from "@dragoman/bus-schema";

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

/** What of a channel is new, by the names of its fields. A password is never told. */
function changesOf(channel: Channel, before: Channel): Readonly<Record<string, unknown>> {
  const { passwordId, ...now } = channel;
  const then = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(now).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(then.get(field)),
  );
  const gone = [...then.keys()].filter((field) => field !== "passwordId" && !(field in now));
  return {
    ...Object.fromEntries(changed),
    ...Object.fromEntries(gone.map((field) => [field, null])),
    ...(passwordId !== undefined && passwordId !== before.passwordId ? { password: true } : {}),
  };
}

/** Channels go by their names, which is what readers of the log ask for. */
const ofChannel = (name: string, details: Readonly<Record<string, unknown>>): Act => ({
  targetId: name,
  targetName: name,
  details,
});

/** Acts of time and of gateways are nobody's. */
const byPerson = (cause: Cause): boolean => cause.actor === "user" || cause.actor === "operator";

/** Without what its token follows from. */
function ofWebhook({ webhookId, channelId, name, avatar }: Webhook): Act {
  return { targetId: webhookId, targetName: name, details: { channelId, name, avatar } };
}

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
  "pin.added": {
    kind: "messages",
    read: ({ messageId, place }) => ({ targetId: messageId, details: { ...place } }),
  },
  "pin.removed": {
    kind: "messages",
    read: ({ messageId, place }) => ({ targetId: messageId, details: { ...place } }),
  },
  "channel.created": {
    kind: "channels",
    read: ({ channel: { kind, name } }) =>
      kind === "whisper" ? undefined : ofChannel(name, { kind }),
  },
  "channel.updated": {
    kind: "channels",
    read: ({ channel, before }) => ({
      targetId: before.name,
      targetName: channel.name,
      details: changesOf(channel, before),
    }),
  },
  "channel.moved": {
    kind: "channels",
    read: ({ channelId, index }) => ({ targetId: channelId, details: { index } }),
  },
  "channel.deleted": {
    kind: "channels",
    read: ({ channel, why }) => (why === "deleted" ? ofChannel(channel.name, {}) : undefined),
  },
  "server.updated": {
    kind: "server",
    read: ({ server: { name, icon, banner } }) => ({
      targetId: null,
      details: { name, icon: icon ?? null, banner: banner ?? null },
    }),
  },
  "emoji.added": {
    kind: "server",
    read: ({ emoji }) => ({ targetId: emoji.emojiId, targetName: emoji.name, details: {} }),
  },
  "emoji.updated": {
    kind: "server",
    read: ({ emoji }) => ({ targetId: emoji.emojiId, details: {} }),
  },
  "emoji.deleted": {
    kind: "server",
    read: ({ emoji }) => ({ targetId: emoji.emojiId, details: {} }),
  },
  "webhook.created": { kind: "server", read: ({ webhook }) => ofWebhook(webhook) },
  "webhook.updated": { kind: "server", read: ({ webhook }) => ofWebhook(webhook) },
  "webhook.renewed": { kind: "server", read: ({ webhook }) => ofWebhook(webhook) },
  "webhook.deleted": { kind: "server", read: ({ webhook }) => ofWebhook(webhook) },
  "user.departed": {
    kind: "people",
    read: ({ userId, byId }) => (byId === userId ? undefined : { targetId: userId, details: {} }),
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
