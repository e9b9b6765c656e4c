/** Changing a channel: its owner its password and minimum rank, whoever manages channels everything. */
import {
  type Channel,
  type CommandOf,
  type Event,
  holds,
  isOpenTo,
  type Rejection,
  type Result,
  trimmed,
  type UserId,
  views,
} from "@dragoman/bus-schema";
import { actorOf, channelByRef, roleByName } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";
import { checkName, slugFor } from "./channel-name.ts";
import { channelOf, checkRank, isManager, withoutEmpty } from "./channel-reach.ts";
import type { Admitted, Decision, Need } from "./contract.ts";
import { notPermitted } from "./guard.ts";
import { accept, type MemberContext, refuse } from "./row.ts";
import { expelledEvents, movedAtOnceMax, standingIn } from "./session/place.ts";

const memberRole = "user";

/** Whether the asker may change these fields: owners the password and the rank, managers everything. */
function checkOwner(context: MemberContext, channel: Channel, body: CommandOf<"channel.update">) {
  if (isManager(context)) return null;
  const { asker } = context;
  if (asker.kind !== "session" || channel.ownerId !== asker.actor.userId) {
    return notPermitted("own");
  }
  const { type: _, channel: __, minRank: ___, password: ____, ...more } = body;
  return Object.keys(more).length === 0 ? null : notPermitted("manageChannels");
}

/** The fields of an object but for those that are null. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], null> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as { [K in keyof T]?: Exclude<T[K], null> };
}

function cleanOptional(text: string | null | undefined): string | null | undefined {
  if (text === null || text === undefined) return text;
  const clean = trimmed(text);
  return clean === "" ? null : clean;
}

function changedChannel(
  context: MemberContext,
  before: Channel,
  body: CommandOf<"channel.update">,
): Result<Channel> {
  const { name: given, password, permissions, kind = before.kind } = body;
  const name = given === undefined ? before.name : trimmed(given);
  const { description, displayName, icon, size, passwordId, ...kept } = before;
  const optional = present({
    description: body.description === undefined ? description : cleanOptional(body.description),
    displayName: body.displayName === undefined ? displayName : cleanOptional(body.displayName),
    icon: body.icon === undefined ? icon : cleanOptional(body.icon),
    size: body.size === undefined ? size : body.size,
  });
  const sealed = password === undefined ? passwordId : context.inputs.lookups.passwordId;
  if (typeof password === "string" && sealed === undefined) {
    return refuse({ code: "busy", waitMs: 100 });
  }
  const hasPassword = password === undefined ? before.hasPassword : password !== null;
  return {
    ok: true,
    value: {
      ...kept,
      ...optional,
      kind,
      name,
      slug:
        name === before.name
          ? before.slug
          : slugFor(context.state, { name, kind }, before.channelId),
      permissions: permissions === undefined ? before.permissions : withoutEmpty(permissions),
      minRank: body.minRank ?? before.minRank,
      hasPassword,
      ...(hasPassword && sealed !== undefined ? { passwordId: sealed } : {}),
    } as Channel,
  };
}

/**
 * Refuses what would close the default channel to somebody: newcomers in one place are put into it. It has no minimum
 * rank, not even one that all have (Sock Chat reference, 4.2). Null: allowed.
 */
function checkDefault(
  { state }: MemberContext,
  channel: Channel,
  before: Channel,
): Rejection | null {
  if (state.server?.defaultChannelId !== channel.channelId) return null;
  if (channel.minRank > before.minRank) return { code: "protected", what: "channel" };
  const role = roleByName(state, memberRole);
  const member = { userId: "" as UserId, roles: role === undefined ? [] : [role] };
  return channel.kind === "text" && views(channel, member)
    ? null
    : { code: "protected", what: "channel" };
}

export function update(context: MemberContext, body: CommandOf<"channel.update">): Decision {
  const { state } = context;
  const found = channelOf(context, body.channel);
  if (!found.ok) return found;
  const before = found.value;
  const barredBy = checkOwner(context, before, body);
  if (barredBy !== null) return barredBy;
  const wrong =
    (body.minRank === undefined ? null : checkRank(context, body.minRank)) ??
    (body.name === undefined ? null : checkName(state, trimmed(body.name), before.channelId));
  if (wrong !== null) return refuse(wrong);
  const after = changedChannel(context, before, body);
  if (!after.ok) return after;
  const channel = after.value;
  const isProtected = checkDefault(context, channel, before);
  if (isProtected !== null) return refuse(isProtected);
  const staying = admitInside(state, channel, before);
  return accept(
    { type: "channel.updated", channel, before },
    ...staying.events,
    ...expelledEvents(state, { channel, admitted: staying.userIds }),
  );
}

/**
 * `channel.admitted` of those who stand in a channel that gets a new password: they need not give it (bridge
 * table).
 */
function admitInside(state: Reading<State>, channel: Channel, before: Channel) {
  const { channelId, passwordId } = channel;
  const userIds = new Set<UserId>();
  if (passwordId === undefined || passwordId === before.passwordId) return { userIds, events: [] };
  for (const { session } of standingIn(state, channelId)) {
    if (userIds.size >= movedAtOnceMax) break;
    if (!isOpenTo(channel, actorOf(state, session.userId))) userIds.add(session.userId);
  }
  const events = [...userIds].map(
    (userId): Event => ({ type: "channel.admitted", channelId, userId, passwordId }),
  );
  return { userIds, events };
}

/** The need of a digest of the new password, for whoever may set it; none otherwise. */
export function updateNeeds(
  state: Reading<State>,
  { channel: given, password }: CommandOf<"channel.update">,
  { sessionId, actor }: Admitted,
): readonly Need[] {
  const channel = channelByRef(state, given);
  if (channel === undefined || typeof password !== "string") return [];
  const userId = sessionId && state.sessions.get(sessionId)?.session.userId;
  const may =
    actor === "operator" ||
    (userId !== undefined &&
      (channel.ownerId === userId || holds(actorOf(state, userId), "manageChannels")));
  return may ? [{ kind: "seal", channelId: channel.channelId, password }] : [];
}
