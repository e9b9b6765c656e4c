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
  views,
} from "@dragoman/bus-schema";
import { admissionOf } from "../state/find.ts";
import { checkName, slugFor } from "./channel-name.ts";
import { channelOf, checkRank, isManager, withoutEmpty } from "./channel-reach.ts";
import { update, updateNeeds } from "./channel-update.ts";
import type { Decision } from "./contract.ts";
import { drafts, systemLine } from "./draft.ts";
import { notPermitted } from "./guard.ts";
import {
  accept,
  type CommandRows,
  type MemberTurn,
  refuse,
  type SessionTurn,
  type Turn,
} from "./row.ts";
import { cleanText } from "./text.ts";
import { readOnLeaving } from "./unread.ts";
import { voicesLeft } from "./voice.ts";
import {
  ended,
  left,
  moved,
  movedAtOnceMax,
  movedOut,
  standingAt,
  standingIn,
} from "./whereabouts.ts";

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

/** A channel and its first line: the stock OriginChats client shows nothing live in an empty channel. */
export function createdWithLine(turn: Turn, channel: Channel, byName?: string): Event[] {
  const by = byName === undefined ? "" : ` by ${byName}`;
  const place = { channelId: channel.channelId };
  const created: Event = { type: "channel.created", channel };
  if (channel.kind !== "text") return [created];
  return [created, drafts(turn)(systemLine(place, `#${channel.name} was created${by}.`))];
}

// ---- create -------------------------------------------------------------------------------------------

function checkCount(turn: MemberTurn, temporary: boolean): Rejection | null {
  const channels = [...turn.state.channels.values()].filter(({ kind }) => kind !== "whisper");
  if (channels.length >= channelsMax) {
    return { code: "limit_reached", what: "channels", max: channelsMax };
  }
  const { asker } = turn;
  if (!temporary || asker.kind !== "session") return null;
  const own = channels.filter(
    (channel) => channel.temporary && channel.ownerId === asker.actor.userId,
  );
  return own.length >= temporaryMax
    ? { code: "limit_reached", what: "channels", max: temporaryMax }
    : null;
}

function newChannel(turn: MemberTurn, body: CommandOf<"channel.create">): Channel {
  const { asker, state } = turn;
  const manages = isManager(turn);
  const { kind, description, displayName, size, minRank = 0 } = body;
  const name = cleanText(body.name);
  return {
    channelId: turn.context.newUuid() as ChannelId,
    kind,
    name,
    slug: slugFor(state, name),
    ...(description ? { description: cleanText(description) } : {}),
    ...(displayName ? { displayName: cleanText(displayName) } : {}),
    ...(size && kind === "separator" ? { size } : {}),
    permissions: manages ? listsOf(body.permissions) : forEverybody,
    minRank,
    hasPassword: false,
    temporary: !manages || body.temporary === true,
    ...(asker.kind === "session" ? { ownerId: asker.actor.userId } : {}),
  };
}

function create(turn: MemberTurn, body: CommandOf<"channel.create">): Decision {
  const { asker, state } = turn;
  if (body.kind !== "text" && !isManager(turn)) return notPermitted("manageChannels");
  const wrong =
    checkRank(turn, body.minRank ?? 0) ?? checkName(state, cleanText(body.name)) ?? null;
  if (wrong !== null) return refuse(wrong);
  const channel = newChannel(turn, body);
  const full = checkCount(turn, channel.temporary);
  if (full !== null) return refuse(full);
  const byName = asker.kind === "session" ? asker.person.user.name : undefined;
  return accept(...createdWithLine(turn, channel, byName), ...entered(turn, channel));
}

/** The maker's Sock Chat session goes into its new channel (reference, 4.2). */
function entered({ asker, state }: MemberTurn, channel: Channel): Event[] {
  if (asker.kind !== "session" || channel.kind !== "text") return [];
  const { session } = asker.live;
  if (session.place === undefined || !views(channel, asker.actor)) return [];
  const to = { channelId: channel.channelId };
  return [
    ...readOnLeaving(state, session),
    moved(session, to, "made"),
    ...left(state, asker.live, standingAt(session, to)),
  ];
}

// ---- move, delete, leave ------------------------------------------------------------------------------

function move(turn: MemberTurn, body: CommandOf<"channel.move">): Decision {
  const found = channelOf(turn, body.channel);
  if (!found.ok) return found;
  const { channelId } = found.value;
  const ids = [...turn.state.channels.keys()];
  const before = ids.indexOf(channelId);
  const index = Math.min(body.index, ids.length - 1);
  return index === before ? accept() : accept({ type: "channel.moved", channelId, index, before });
}

function remove(turn: MemberTurn, body: CommandOf<"channel.delete">): Decision {
  const found = channelOf(turn, body.channel);
  if (!found.ok) return found;
  const channel = found.value;
  const { asker, state } = turn;
  const owns = asker.kind === "session" && channel.ownerId === asker.actor.userId;
  if (!owns && !isManager(turn)) return notPermitted("manageChannels");
  if (state.server?.defaultChannelId === channel.channelId) {
    return refuse({ code: "protected", what: "channel" });
  }
  const events = ended(state, channel, "deleted");
  return events === null
    ? refuse({ code: "limit_reached", what: "people", max: movedAtOnceMax })
    : accept(...events);
}

/** Whoever stands in it on Sock Chat at the same time is moved out. */
function leave(turn: SessionTurn, body: CommandOf<"channel.leave">): Decision {
  const found = channelOf(turn, body.channel);
  if (!found.ok) return found;
  const { channelId } = found.value;
  const { actor } = turn.asker;
  const { userId } = actor;
  if (admissionOf(turn.state, channelId, userId) === undefined) return notPermitted("admission");
  const inside = isOpenTo(found.value, actor)
    ? []
    : standingIn(turn.state, channelId).filter(({ session }) => session.userId === userId);
  return accept(
    { type: "channel.dismissed", channelId, userId },
    ...voicesLeft(
      turn.state,
      (present) =>
        present.channelId === channelId &&
        present.userId === userId &&
        !isOpenTo(found.value, actor),
    ),
    ...inside.map(({ session }) => movedOut(turn.state, session, channelId, "expelled")),
  );
}

export const channelCommands: CommandRows<"channel"> = {
  "channel.create": {
    by: "session or operator",
    right: "createChannel",
    bulky: () => true,
    decide: create,
  },
  "channel.update": {
    by: "session or operator",
    right: "createChannel",
    bulky: () => true,
    needs: updateNeeds,
    decide: update,
  },
  "channel.move": { by: "session or operator", right: "manageChannels", decide: move },
  "channel.delete": { by: "session or operator", bulky: () => true, decide: remove },
  "channel.leave": { by: "session", decide: leave },
};
