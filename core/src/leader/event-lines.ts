/** What the log says of acts that put people out or change the house: one line each, as the leader stores them. */
import {
  type Commit,
  type Event,
  type EventTable,
  ignoring,
  runnerOf,
  type UserId,
} from "@dragoman/bus-schema";
import type { EventFields, EventLog } from "@dragoman/service-kit";
import type { Reading, State } from "../state/shape.ts";

interface Line {
  readonly event: string;
  readonly fields: EventFields;
}

/** Whom an act is about, by id and name. */
function person(state: Reading<State>, userId: UserId): EventFields {
  const name = state.people.get(userId)?.user.name;
  return name === undefined ? { userId } : { userId, person: name };
}

/** Who did it; nobody where its time was over. */
function by(state: Reading<State>, byId: UserId | null | undefined): EventFields {
  if (byId === null || byId === undefined) return {};
  return { by: state.people.get(byId)?.user.name ?? byId };
}

const until = (untilMs: number | null): EventFields =>
  untilMs === null ? {} : { until: new Date(untilMs).toISOString() };

const table: EventTable<[state: Reading<State>], Line> = {
  "moderation.kicked": ({ userId, byId, why, untilMs }, state) => ({
    event: "kicked",
    fields: { ...person(state, userId), ...by(state, byId), why, ...until(untilMs) },
  }),
  "moderation.banned": ({ userId, byId, untilMs, addressTags }, state) => ({
    event: "banned",
    fields: {
      ...person(state, userId),
      ...by(state, byId),
      ...until(untilMs),
      addresses: addressTags.length,
    },
  }),
  "moderation.unbanned": ({ userId, byId }, state) => ({
    event: "unbanned",
    fields: { ...person(state, userId), ...by(state, byId) },
  }),
  "moderation.silenced": ({ userId, byId, untilMs }, state) => ({
    event: "silenced",
    fields: { ...person(state, userId), ...by(state, byId), ...until(untilMs) },
  }),
  "moderation.unsilenced": ({ userId, byId }, state) => ({
    event: "unsilenced",
    fields: { ...person(state, userId), ...by(state, byId) },
  }),
  "user.assigned": ({ userId, byId, roleIds }, state) => ({
    event: "roles changed",
    fields: { ...person(state, userId), ...by(state, byId), roles: roleIds.length },
  }),
  "user.departed": ({ userId }, state) => ({
    event: "account departed",
    fields: person(state, userId),
  }),
  "user.erased": ({ userId }, state) => ({
    event: "person erased",
    fields: { number: state.people.get(userId)?.user.number, accountId: userId },
  }),
  "user.merged": ({ fromId, intoId }, state) => ({
    event: "accounts merged",
    fields: { ...person(state, intoId), fromId },
  }),
  "server.phased": ({ standing, before }) => ({
    event: "phase",
    fields: { protocol: standing.protocol, phase: standing.phase, before },
  }),
  "server.signalled": ({ signal, gatewayId, revision, changes }) => ({
    event: "processes asked",
    fields: {
      signal,
      ...(gatewayId === undefined ? {} : { gatewayId }),
      ...(revision === undefined ? {} : { revision }),
      ...(changes === undefined ? {} : { changes: changes.join("; ") }),
    },
  }),
  "journal.levelled": ({ level, version }) => ({
    event: "journal levelled",
    fields: { featureLevel: level, version },
  }),
  ...ignoring(
    "it is what people do all day, or is told elsewhere",
    "attachment.added",
    "attachment.deleted",
    "channel.created",
    "channel.updated",
    "channel.moved",
    "channel.deleted",
    "channel.admitted",
    "channel.dismissed",
    "emoji.added",
    "emoji.updated",
    "emoji.deleted",
    "import.stored",
    "journal.skipped",
    "leader.started",
    "journal.filled",
    "link.joined",
    "link.removed",
    "message.posted",
    "message.announced",
    "message.edited",
    "message.deleted",
    "moderation.refilled",
    "pin.added",
    "pin.removed",
    "poll.voted",
    "poll.ended",
    "presence.began",
    "presence.ended",
    "push.subscribed",
    "push.unsubscribed",
    "invite.created",
    "invite.revoked",
    "token.issued",
    "token.ended",
    "reaction.added",
    "reaction.removed",
    "role.created",
    "role.updated",
    "role.deleted",
    "role.reordered",
    "server.updated",
    "session.opened",
    "session.moved",
    "session.dropped",
    "session.closed",
    "slash.registered",
    "slash.removed",
    "slash.called",
    "slash.answered",
    "status.changed",
    "thread.created",
    "thread.updated",
    "thread.deleted",
    "thread.joined",
    "thread.left",
    "unread.marked",
    "user.joined",
    "user.nicknamed",
    "user.renamed",
    "user.pictured",
    "user.revoked",
    "user.forgotten",
    "voice.joined",
    "voice.left",
    "voice.muted",
    "webhook.created",
    "webhook.updated",
    "webhook.renewed",
    "webhook.deleted",
  ),
};
const lineOf = runnerOf(table);

/** Tells of a commit that is stored. */
export function tellStored(
  log: EventLog,
  state: Reading<State>,
  { events }: Pick<Commit, "events">,
): void {
  for (const event of events as readonly Event[]) {
    const line = lineOf(event, state);
    if (line !== undefined) log.tell(line.event, () => line.fields);
  }
}
