/**
 * The audit log: which events are acts that somebody answers for, and what the log says of each (OriginChats
 * part 3, section 12). Names of people, roles and channels that have an id are the reader's to look up; here
 * stands what the event alone knows. Pure.
 */
import {
  type Batch,
  type Cause,
  type Channel,
  type Commit,
  type Event,
  type EventOf,
  type EventType,
  type Ignored,
  ignored,
  ignoring,
  rowsByType,
  type Webhook,
} from "@dragoman/bus-schema";

const dayMs = 24 * 3_600_000;
/** Of so many changes of settings the log has the words. */
const changesShown = 50;

/** How long entries about people, channels, messages and the community are kept. */
const keptDays = {
  people: 365,
  roles: 365,
  channels: 180,
  messages: 90,
  server: 180,
  phases: 365,
  journal: 365,
} as const;
type Kind = keyof typeof keptDays;

/** What an entry says besides who and when. `act`: where it is not named after the event. */
interface Act {
  readonly act?: OwnAct;
  /** Who did it, where that is not whoever the cause names. */
  readonly actorId?: string;
  readonly targetId: string | null;
  readonly targetName?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Acts that share their event with others. */
const ownActs = {
  "role.taken": "roles",
  "role.dropped": "roles",
  "password.changed": "people",
  "tokens.revoked": "people",
  "invite.used": "people",
} as const satisfies Record<string, Kind>;
type OwnAct = keyof typeof ownActs;

interface Row<E> {
  readonly kind: Kind;
  /** Undefined: nobody did it, such as a ban that ran out. */
  read(event: E, commit: Commit): Act | undefined;
}
type Rows = { readonly [T in EventType]: Ignored | Row<EventOf<T>> };

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

const actsOfOperators: ReadonlySet<Kind> = new Set(["people", "journal"]);

/**
 * Acts of time and of gateways are nobody's; what operators furnish is not logged, whom they act on is, and what of the
 * journal, and all that they ask to be logged. Where protocols stand is, whoever changed it: an operator, the configuration, or a date that came.
 */
const isAct = ({ actor, logged }: Cause, kind: Kind): boolean =>
  actor === "user" ||
  kind === "phases" ||
  (actor === "operator" && (logged === true || actsOfOperators.has(kind)));

/** Without what its token follows from. */
function ofWebhook({ webhookId, channelId, name, avatar }: Webhook): Act {
  return { targetId: webhookId, targetName: name, details: { channelId, name, avatar } };
}

/** The role that an event is about, as it is now. */
function ofRole({ roleId, roles }: EventOf<"role.created" | "role.updated">): Act | undefined {
  const role = roles.find((each) => each.roleId === roleId);
  if (role === undefined) return undefined;
  const { name, color, permissions } = role;
  return { targetId: roleId, targetName: name, details: { color, permissions } };
}

/** Roles that somebody gave, or that the person took; those that went with a role are nobody's act. */
function assigned(event: EventOf<"user.assigned">, { cause, events }: Commit): Act | undefined {
  const { userId, roleIds, before, byId } = event;
  // Sessions that no longer may stand where they are may be moved behind it.
  const isOperator = cause.actor === "operator" && events[0]?.type === event.type;
  if (isOperator || (byId !== undefined && byId !== userId))
    return { targetId: userId, details: { roleIds } };
  if (cause.userId !== userId || events.some(({ type }) => type === "role.deleted")) {
    return undefined;
  }
  const taken = roleIds.find((id) => !before.includes(id));
  const roleId = taken ?? before.find((id) => !roleIds.includes(id));
  if (roleId === undefined) return undefined;
  const act = taken === undefined ? "role.dropped" : "role.taken";
  return { act, targetId: userId, details: { roleId } };
}

/** A new password; or tokens alone, which a person may end without a word. */
function revoked(
  { userId, credential }: EventOf<"user.revoked">,
  { cause, events }: Commit,
): Act | undefined {
  if (credential !== undefined) return { act: "password.changed", targetId: userId, details: {} };
  return cause.actor === "operator" && events.length === 1
    ? { act: "tokens.revoked", targetId: userId, details: {} }
    : undefined;
}

const rows: Rows = {
  "leader.started": ignored("which process leads is nobody's act"),
  "import.stored": ignored("what operators furnish is not logged"),
  "journal.filled": ignored("it holds nothing"),
  "user.forgotten": ignored("the act was the operator's who had the person erased"),
  "user.erased": {
    kind: "people",
    read: ({ userId }) => ({ targetId: userId, details: {} }),
  },
  "journal.levelled": ignored("that all processes know something new is nobody's act"),
  "journal.skipped": {
    kind: "journal",
    read: ({ seq, why }) => ({ targetId: String(seq), details: { why, by: "operator" } }),
  },
  ...ignoring(
    // OriginChats part 3, section 12.
    "the log has no entry of that kind",
    "message.posted",
    "message.edited",
    "reaction.added",
    "reaction.removed",
    "poll.voted",
    "thread.created",
    "thread.joined",
    "thread.left",
    "user.pictured",
    "token.issued",
    "link.joined",
    "link.removed",
    "status.changed",
    "unread.marked",
    "attachment.added",
    "voice.joined",
    "voice.left",
    "voice.muted",
    "slash.registered",
    "slash.removed",
    "slash.called",
    "slash.answered",
    "push.subscribed",
    "push.unsubscribed",
  ),
  ...ignoring(
    "it says where people are, not what they did to others",
    "session.opened",
    "session.moved",
    "session.dropped",
    "session.closed",
    "presence.began",
    "presence.ended",
    "channel.admitted",
    "channel.dismissed",
  ),
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
  "moderation.refilled": {
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
  "poll.ended": {
    kind: "messages",
    read: ({ messageId, place, byId, poll: { creatorId } }) =>
      byId === null || byId === creatorId
        ? undefined
        : { targetId: messageId, details: { ...place } },
  },
  "attachment.deleted": {
    kind: "messages",
    read: ({ attachmentId, byId, why }) =>
      why === "deleted" && byId !== null ? { targetId: attachmentId, details: {} } : undefined,
  },
  "thread.updated": {
    kind: "channels",
    // A thread's name is the words of whoever made it, who may be forgotten (docs/decisions/erase.md): the log has none.
    read: ({ threadId, channelId, after: { name, locked, archived }, before }, { events }) =>
      // Whoever says something in an archived one opens it again by that.
      events.some(({ type }) => type === "message.posted")
        ? undefined
        : {
            targetId: threadId,
            details: { channelId, locked, archived, renamed: name !== before.name },
          },
  },
  "thread.deleted": {
    kind: "channels",
    read: ({ threadId, channelId }) => ({ targetId: threadId, details: { channelId } }),
  },
  "channel.created": {
    kind: "channels",
    read: ({ channel: { kind, name } }) =>
      kind === "whisper" ? undefined : ofChannel(name, { kind }),
  },
  "channel.updated": {
    kind: "channels",
    read: ({ channel, before }) =>
      channel.kind === "whisper"
        ? undefined
        : {
            targetId: before.name,
            targetName: channel.name,
            details: changesOf(channel, before),
          },
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
  "server.phased": {
    kind: "phases",
    read: ({ standing: { protocol, phase, text, next }, before, described }, { cause }) => ({
      targetId: protocol,
      targetName: protocol,
      details: {
        phase,
        before,
        ...(text === "" ? {} : { text }),
        ...(next === undefined ? {} : { next: next.phase, untilMs: next.atMs }),
        by:
          described !== undefined ? "configuration" : cause.actor === "timer" ? "date" : "operator",
      },
    }),
  },
  "server.signalled": {
    kind: "server",
    read: ({ signal, gatewayId, revision, changes }) => ({
      targetId: gatewayId ?? null,
      targetName: signal,
      details: {
        signal,
        ...(revision === undefined ? {} : { revision }),
        ...(changes === undefined ? {} : { changes: changes.slice(0, changesShown) }),
      },
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
  "user.joined": {
    kind: "people",
    read: ({ user: { userId, roleIds }, inviteId }, { cause }) => {
      // An operator's import brings people, too, and is not asked to be logged.
      if (cause.logged === true) return { targetId: userId, details: { roleIds } };
      if (inviteId === undefined) return undefined;
      const name = { targetId: inviteId, targetName: inviteId };
      return { act: "invite.used", actorId: userId, ...name, details: {} };
    },
  },
  "invite.created": {
    kind: "people",
    read: ({ invite: { inviteId, uses, roleIds, note, expiresAtMs } }) => ({
      targetId: inviteId,
      targetName: inviteId,
      details: { uses, roleIds, ...(note === "" ? {} : { note }), untilMs: expiresAtMs },
    }),
  },
  "invite.revoked": {
    kind: "people",
    read: ({ inviteId }) => ({ targetId: inviteId, targetName: inviteId, details: {} }),
  },
  "user.assigned": { kind: "people", read: assigned },
  "user.renamed": {
    kind: "people",
    read: ({ userId, name, byId }, { cause }) =>
      (byId === undefined && cause.actor !== "operator") || byId === userId
        ? undefined
        : { targetId: userId, details: { username: name } },
  },
  "user.nicknamed": {
    kind: "people",
    read: ({ userId, nickname, byId }, { cause }) =>
      (byId === null && cause.actor !== "operator") || byId === userId
        ? undefined
        : { targetId: userId, details: { nickname } },
  },
  "role.created": { kind: "roles", read: ofRole },
  "role.updated": { kind: "roles", read: ofRole },
  "role.deleted": {
    kind: "roles",
    read: ({ roleId, name }) => ({ targetId: roleId, targetName: name, details: {} }),
  },
  "role.reordered": {
    kind: "roles",
    read: ({ roles }) => ({ targetId: null, details: { roles: roles.map(({ name }) => name) } }),
  },
  "user.revoked": { kind: "people", read: revoked },
  "token.ended": {
    kind: "people",
    read: ({ userId, tokenId }) => ({ targetId: userId, details: { tokenId } }),
  },
  // A person who links two accounts of their own does nothing to anybody.
  "user.merged": {
    kind: "people",
    read: ({ intoId, fromId }, { cause }) =>
      cause.actor === "operator" ? { targetId: intoId, details: { fromId } } : undefined,
  },
  "user.departed": {
    kind: "people",
    read: ({ userId, byId }, { events }) =>
      byId === userId || events.some(({ type }) => type === "user.erased")
        ? undefined
        : { targetId: userId, details: {} },
  },
};

const table = rowsByType<Ignored | Row<Event>>(rows);

/** One entry, as the projection stores it. */
export interface AuditChange {
  readonly do: "audit";
  readonly atMs: number;
  readonly act: string;
  readonly actorId: string | null;
  readonly targetId: string | null;
  /** The rest of the entry, as JSON. */
  readonly json: string;
}

/** People read the log by their clocks, which the journal's time is ahead of by so much. */
function onClock(details: Act["details"], aheadMs: number): Act["details"] {
  const { untilMs } = details;
  return typeof untilMs === "number" ? { ...details, untilMs: untilMs - aheadMs } : details;
}

/** The log's entry for an event, if it is an act of somebody's. */
export function auditOf(
  event: Event,
  commit: Commit,
  { at, clockMs = at }: Pick<Batch, "at" | "clockMs">,
): AuditChange | undefined {
  const { cause } = commit;
  const row = table.get(event.type);
  if (row === undefined || "ignored" in row || !isAct(cause, row.kind)) return undefined;
  const act = row.read(event, commit);
  if (act === undefined) return undefined;
  const { targetId, targetName = null, details } = act;
  return {
    do: "audit",
    atMs: clockMs,
    act: act.act ?? event.type,
    actorId: act.actorId ?? cause.userId ?? null,
    targetId,
    json: JSON.stringify({
      protocol: cause.protocol,
      ...(cause.actor === "operator" ? { by: cause.actor } : {}),
      targetName,
      details: onClock(details, at - clockMs),
    }),
  };
}

/** Per act the time before which its entries are no longer kept. */
export function cutoffs(nowMs: number): readonly (readonly [act: string, sinceMs: number])[] {
  const kinds = [
    ...[...table].flatMap(([act, row]) => ("ignored" in row ? [] : [[act, row.kind] as const])),
    ...Object.entries(ownActs),
  ];
  return kinds.map(([act, kind]) => [act, nowMs - keptDays[kind] * dayMs]);
}
