/** Channels: making, ordering and ending them; leaving those with a password. */
import {
  type Channel,
  type ChannelId,
  type ChannelPermissions,
  type CommandOf,
  channelRights,
  type Event,
  freshChannelPermissions,
  isOpenTo,
  type Rejection,
  trimmed,
  type User,
  views,
} from "@dragoman/bus-schema";
import { admissionOf } from "../state/find.ts";
import { checkName, slugFor } from "./channel-name.ts";
import { channelOf, checkRank, isManager, withoutEmpty } from "./channel-reach.ts";
import { update, updateNeeds } from "./channel-update.ts";
import type { Decision } from "./contract.ts";
import { drafts, systemLine } from "./draft.ts";
import { notPermitted } from "./guard.ts";
import { visible } from "./place.ts";
import {
  accept,
  type CommandRows,
  type DecisionContext,
  type MemberContext,
  refuse,
  type SessionContext,
} from "./row.ts";
import {
  channelEndEvents,
  leftPlaceEvents,
  movedAtOnceMax,
  movedEvent,
  movedOutEvent,
  standingIn,
} from "./session/place.ts";
import { readOnLeavingEvents } from "./unread.ts";
import { voiceLeftEventsWhere } from "./voice.ts";
import { closeWhisper } from "./whisper.ts";

/** Channels of a community at most, whispers apart, and temporary ones of one person. */
const channelsMax = 500;
const temporaryMax = 5;

/** Whom a channel is for that is made by somebody who manages none (bridge table, text channel). */
const forEverybody: ChannelPermissions = { view: ["user"], send: ["user"] };

/** The lists of a new channel: without any given they are the original's (OriginChats part 3, 1.2). */
function listsOf(permissions: ChannelPermissions): ChannelPermissions {
  if (Object.keys(permissions).length > 0) return withoutEmpty(permissions);
  return Object.fromEntries(channelRights.map((r) => [r, [...freshChannelPermissions[r]]]));
}

/**
 * `channel.created` and the post of its first line: a stock client shows nothing live in an empty channel
 * (bridge table, Channels).
 */
export function createdEvents(
  context: DecisionContext,
  channel: Channel,
  maker?: Pick<User, "name" | "userId">,
): Event[] {
  const by = maker === undefined ? "" : ` by ${maker.name}`;
  const place = { channelId: channel.channelId };
  const created: Event = { type: "channel.created", channel };
  if (channel.kind !== "text") return [created];
  const line = systemLine(place, `#${channel.name} was created${by}.`, maker?.userId);
  return [created, drafts(context)(line)];
}

// ---- create -------------------------------------------------------------------------------------------

function checkCount(context: MemberContext, temporary: boolean): Rejection | null {
  const channels = [...context.state.channels.values()].filter(({ kind }) => kind !== "whisper");
  if (channels.length >= channelsMax) {
    return { code: "limit_reached", what: "channels", max: channelsMax };
  }
  const { asker } = context;
  if (!temporary || asker.kind !== "session") return null;
  const own = channels.filter(
    (channel) => channel.temporary && channel.ownerId === asker.actor.userId,
  );
  return own.length >= temporaryMax
    ? { code: "limit_reached", what: "channels", max: temporaryMax }
    : null;
}

function newChannel(context: MemberContext, body: CommandOf<"channel.create">): Channel {
  const { asker, state } = context;
  const manages = isManager(context);
  const { kind, description, displayName, size, minRank = 0 } = body;
  const name = trimmed(body.name);
  return {
    channelId: context.inputs.newUuid() as ChannelId,
    kind,
    name,
    slug: slugFor(state, { name, kind }),
    ...(description ? { description: trimmed(description) } : {}),
    ...(displayName ? { displayName: trimmed(displayName) } : {}),
    ...(size && kind === "separator" ? { size } : {}),
    permissions: manages ? listsOf(body.permissions) : forEverybody,
    minRank,
    hasPassword: false,
    temporary: !manages || body.temporary === true,
    ...(asker.kind === "session" ? { ownerId: asker.actor.userId } : {}),
  };
}

function create(context: MemberContext, body: CommandOf<"channel.create">): Decision {
  const { asker, state } = context;
  if (body.kind !== "text" && !isManager(context)) return notPermitted("manageChannels");
  const wrong =
    checkRank(context, body.minRank ?? 0) ?? checkName(state, trimmed(body.name)) ?? null;
  if (wrong !== null) return refuse(wrong);
  const channel = newChannel(context, body);
  const full = checkCount(context, channel.temporary);
  if (full !== null) return refuse(full);
  const maker = asker.kind === "session" ? asker.person.user : undefined;
  return accept(...createdEvents(context, channel, maker), ...makerEvents(context, channel));
}

/**
 * The events of a session in one place that goes into the channel it made (Sock Chat reference, 4.2); none for
 * others.
 */
function makerEvents({ asker, state }: MemberContext, channel: Channel): Event[] {
  if (asker.kind !== "session" || channel.kind !== "text") return [];
  const { session } = asker.live;
  if (session.place === undefined || !views(channel, asker.actor)) return [];
  const to = { channelId: channel.channelId };
  return [
    ...readOnLeavingEvents(state, session),
    movedEvent(session, to, "made"),
    ...leftPlaceEvents(state, asker.live, { ...session, place: to }),
  ];
}

// ---- move, delete, leave ------------------------------------------------------------------------------

function move(context: MemberContext, body: CommandOf<"channel.move">): Decision {
  const found = channelOf(context, body.channel);
  if (!found.ok) return found;
  const { channelId } = found.value;
  const ids = [...context.state.channels.keys()];
  const before = ids.indexOf(channelId);
  const index = Math.min(body.index, ids.length - 1);
  return index === before ? accept() : accept({ type: "channel.moved", channelId, index, before });
}

function remove(context: MemberContext, body: CommandOf<"channel.delete">): Decision {
  const found = channelOf(context, body.channel);
  if (!found.ok) return found;
  const channel = found.value;
  const { asker, state } = context;
  const owns = asker.kind === "session" && channel.ownerId === asker.actor.userId;
  if (!owns && !isManager(context)) return notPermitted("manageChannels");
  if (state.server?.defaultChannelId === channel.channelId) {
    return refuse({ code: "protected", what: "channel" });
  }
  const events = channelEndEvents(state, channel, "deleted");
  return events === null
    ? refuse({ code: "limit_reached", what: "people", max: movedAtOnceMax })
    : accept(...events);
}

/** Decides `channel.leave`, of a whisper by its id alone. The person's sessions that stand in the channel are moved out of it. */
function leave(context: SessionContext, body: CommandOf<"channel.leave">): Decision {
  const whisper = visible(context, { channelId: body.channel as Channel["channelId"] });
  if (whisper?.kind === "whisper") return closeWhisper(context, whisper);
  const found = channelOf(context, body.channel);
  if (!found.ok) return found;
  const { channelId } = found.value;
  const { actor } = context.asker;
  const { userId } = actor;
  if (admissionOf(context.state, channelId, userId) === undefined) return notPermitted("admission");
  const inside = isOpenTo(found.value, actor)
    ? []
    : standingIn(context.state, channelId).filter(({ session }) => session.userId === userId);
  return accept(
    { type: "channel.dismissed", channelId, userId },
    ...voiceLeftEventsWhere(
      context.state,
      (present) =>
        present.channelId === channelId &&
        present.userId === userId &&
        !isOpenTo(found.value, actor),
    ),
    ...inside.map(({ session }) => movedOutEvent(context.state, session, channelId, "expelled")),
  );
}

export const channelCommands: CommandRows<"channel"> = {
  "channel.create": {
    by: "session or operator",
    speaks: (context) => !isManager(context),
    right: "createChannel",
    bulky: () => true,
    decide: create,
  },
  "channel.update": {
    by: "session or operator",
    speaks: (context) => !isManager(context),
    right: "createChannel",
    bulky: () => true,
    needs: updateNeeds,
    decide: update,
  },
  "channel.move": { by: "session or operator", right: "manageChannels", decide: move },
  "channel.delete": { by: "session or operator", bulky: () => true, decide: remove },
  "channel.leave": { by: "session", decide: leave },
};
