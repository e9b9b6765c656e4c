/** Channels: making, changing, ordering and ending them; admission to those with a password. */
import {
  type Channel,
  type ChannelId,
  type ChannelPermissions,
  type CommandOf,
  channelRights,
  codePoints,
  type Event,
  freshChannelPermissions,
  holds,
  isOpenTo,
  type Rejection,
  type Result,
  rankOf,
  sees,
  type ThreadId,
  type UserId,
  views,
} from "@dragoman/bus-schema";
import { dropFilesOfChannel } from "../state/file.ts";
import { actorOf, admissionOf, channelByRef, pairKey, roleByName } from "../state/find.ts";
import { dropChannelThings } from "../state/place.ts";
import type { Reading, State } from "../state/shape.ts";
import type { Admitted, Decision, Need } from "./contract.ts";
import { drafts, systemLine } from "./draft.ts";
import { hasRight, notPermitted } from "./guard.ts";
import { unique } from "./name.ts";
import {
  accept,
  type CommandRows,
  type EventRows,
  type OperatorAsker,
  refuse,
  type SessionAsker,
  type Turn,
} from "./row.ts";
import { cleanText } from "./text.ts";
import { readOnLeaving } from "./unread.ts";
import { voicesLeft } from "./voice.ts";
import {
  ended,
  expelled,
  left,
  moved,
  movedAtOnceMax,
  movedOut,
  standingAt,
  standingIn,
} from "./whereabouts.ts";

type Asking = Turn<SessionAsker | OperatorAsker>;

const nameMax = 64;
const slugMax = 30;
/** Channels of a community at most, whispers apart, and temporary ones of one person. */
const channelsMax = 500;
const temporaryMax = 5;

/** Whom a channel is for that is made by somebody who manages none (bridge table, text channel). */
const forEverybody: ChannelPermissions = { view: ["user"], send: ["user"] };
const memberRole = "user";

/** Code points that a channel's name may not have: control, path and NATS-foreign ones. */
const barred = /[\p{Cc}\p{Cf}\p{Cs}/\\]/u;

/** @param ownId the channel that is renamed */
function checkName(state: Reading<State>, name: string, ownId?: ChannelId): Rejection | null {
  const why = nameFault(name);
  if (why !== null) return { code: "invalid", field: "name", why };
  const holder = nameHolder(state, name);
  return holder === undefined || holder === ownId
    ? null
    : { code: "already_exists", what: "channel", given: name };
}

/** What goes by a name: channels and threads have one space (catalogue, Ids). */
function nameHolder(state: Reading<State>, name: string): ChannelId | ThreadId | undefined {
  const lower = name.toLowerCase();
  return state.channelNames.get(lower) ?? state.threadSlugs.get(lower);
}

function nameFault(name: string): string | null {
  if (name === "") return "empty";
  if (codePoints(name) > nameMax) return "too long";
  return barred.test(name) || name.startsWith(".") ? "alphabet" : null;
}

/** The name in Sock Chat's alphabet, cut to 30, unique by `-2`, `-3` (bridge table, Channels). */
export function slugFor(state: Reading<State>, name: string, ownId?: ChannelId | ThreadId): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\s+/gu, "_")
    .replace(/[^A-Za-z0-9_-]/g, "");
  return unique(plain === "" ? "channel" : plain, slugMax, (candidate) => {
    const holder = nameHolder(state, candidate);
    return holder !== undefined && holder !== ownId;
  });
}

/** Empty lists count as absent, as the original drops them. */
function withoutEmpty(permissions: ChannelPermissions): ChannelPermissions {
  const kept: ChannelPermissions = {};
  for (const right of channelRights) {
    const list = permissions[right];
    if (list !== undefined && list.length > 0) kept[right] = list;
  }
  return kept;
}

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

function isManager(turn: Asking): boolean {
  return hasRight(turn, "manageChannels");
}

/** A channel by what was typed. What the asker does not see is not there, unless he manages channels. */
function channelOf(turn: Asking, given: string): Result<Channel> {
  const channel = channelByRef(turn.state, given);
  const { asker } = turn;
  const seen =
    channel !== undefined &&
    (isManager(turn) || (asker.kind === "session" && sees(channel, asker.actor)));
  return seen
    ? { ok: true, value: channel }
    : refuse({ code: "not_found", what: "channel", given });
}

/** Whether the asker may raise a channel's minimum rank so high. */
function checkRank({ asker }: Asking, minRank: number): Rejection | null {
  return asker.kind === "session" && minRank > rankOf(asker.actor)
    ? { code: "rank_too_low", given: String(minRank) }
    : null;
}

// ---- create -------------------------------------------------------------------------------------------

function checkCount(turn: Asking, temporary: boolean): Rejection | null {
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

function newChannel(turn: Asking, body: CommandOf<"channel.create">): Channel {
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

function create(turn: Asking, body: CommandOf<"channel.create">): Decision {
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
function entered({ asker, state }: Asking, channel: Channel): Event[] {
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

// ---- update -------------------------------------------------------------------------------------------

/** Whether the asker may change these fields: owners the password and the rank, managers everything. */
function checkOwner(turn: Asking, channel: Channel, body: CommandOf<"channel.update">) {
  if (isManager(turn)) return null;
  const { asker } = turn;
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

function cleaned(text: string | null | undefined): string | null | undefined {
  if (text === null || text === undefined) return text;
  const clean = cleanText(text);
  return clean === "" ? null : clean;
}

function changed(
  turn: Asking,
  before: Channel,
  body: CommandOf<"channel.update">,
): Result<Channel> {
  const { name: given, password, permissions, kind = before.kind } = body;
  const name = given === undefined ? before.name : cleanText(given);
  const { description, displayName, icon, size, passwordId, ...kept } = before;
  const optional = present({
    description: body.description === undefined ? description : cleaned(body.description),
    displayName: body.displayName === undefined ? displayName : cleaned(body.displayName),
    icon: body.icon === undefined ? icon : cleaned(body.icon),
    size: body.size === undefined ? size : body.size,
  });
  const sealed = password === undefined ? passwordId : turn.context.lookups.passwordId;
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
      slug: name === before.name ? before.slug : slugFor(turn.state, name, before.channelId),
      permissions: permissions === undefined ? before.permissions : withoutEmpty(permissions),
      minRank: body.minRank ?? before.minRank,
      hasPassword,
      ...(hasPassword && sealed !== undefined ? { passwordId: sealed } : {}),
    } as Channel,
  };
}

/** The default channel must be open to everybody: Sock Chat's newcomers are put into it (catalogue, 5.16). */
function checkDefault({ state }: Asking, channel: Channel): Rejection | null {
  if (state.server?.defaultChannelId !== channel.channelId) return null;
  const role = roleByName(state, memberRole);
  const member = { userId: "" as UserId, roles: role === undefined ? [] : [role] };
  return channel.kind === "text" && views(channel, member)
    ? null
    : { code: "protected", what: "channel" };
}

function update(turn: Asking, body: CommandOf<"channel.update">): Decision {
  const { state } = turn;
  const found = channelOf(turn, body.channel);
  if (!found.ok) return found;
  const before = found.value;
  const barredBy = checkOwner(turn, before, body);
  if (barredBy !== null) return barredBy;
  const wrong =
    (body.minRank === undefined ? null : checkRank(turn, body.minRank)) ??
    (body.name === undefined ? null : checkName(state, cleanText(body.name), before.channelId));
  if (wrong !== null) return refuse(wrong);
  const after = changed(turn, before, body);
  if (!after.ok) return after;
  const channel = after.value;
  const isProtected = checkDefault(turn, channel);
  if (isProtected !== null) return refuse(isProtected);
  const staying = admittedInside(state, channel, before);
  return accept(
    { type: "channel.updated", channel, before },
    ...staying.events,
    ...expelled(state, { channel, admitted: staying.userIds }),
  );
}

/** Whoever stands in a channel that gets a new password need not give it (bridge table, password channel). */
function admittedInside(state: Reading<State>, channel: Channel, before: Channel) {
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

/** A digest is made for nobody who may not set the password. */
function updateNeeds(
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

// ---- move, delete, leave ------------------------------------------------------------------------------

function move(turn: Asking, body: CommandOf<"channel.move">): Decision {
  const found = channelOf(turn, body.channel);
  if (!found.ok) return found;
  const { channelId } = found.value;
  const ids = [...turn.state.channels.keys()];
  const before = ids.indexOf(channelId);
  const index = Math.min(body.index, ids.length - 1);
  return index === before ? accept() : accept({ type: "channel.moved", channelId, index, before });
}

function remove(turn: Asking, body: CommandOf<"channel.delete">): Decision {
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
function leave(turn: Turn<SessionAsker>, body: CommandOf<"channel.leave">): Decision {
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

// ---- evolve -------------------------------------------------------------------------------------------

function enterNames(state: State, { channelId, name, slug }: Channel): void {
  state.channelNames.set(name.toLowerCase(), channelId);
  state.channelNames.set(slug.toLowerCase(), channelId);
}

function dropNames(state: State, { name, slug }: Channel): void {
  state.channelNames.delete(name.toLowerCase());
  state.channelNames.delete(slug.toLowerCase());
}

/** What is kept by place, of a channel and its threads. */
function dropPlaces(state: State, channelId: ChannelId): void {
  const isOfChannel = (key: string): boolean =>
    key === channelId || key.startsWith(`${channelId}/`);
  for (const key of state.rings.keys()) if (isOfChannel(key)) state.rings.delete(key);
  for (const marks of state.marks.values()) {
    for (const key of marks.keys()) if (isOfChannel(key)) marks.delete(key);
  }
}

export const channelEvents: EventRows<"channel"> = {
  "channel.created": (state, { channel }) => {
    const { channelId, peopleIds } = channel;
    state.channels.set(channelId, channel);
    enterNames(state, channel);
    if (peopleIds !== undefined) state.whispers.set(pairKey(...peopleIds), channelId);
  },
  "channel.updated": (state, { channel, before }) => {
    dropNames(state, before);
    enterNames(state, channel);
    state.channels.set(channel.channelId, channel);
    if (channel.passwordId !== before.passwordId) state.admissions.delete(channel.channelId);
  },
  "channel.moved": (state, { channelId, index }) => {
    const channels = [...state.channels].filter(([id]) => id !== channelId);
    const channel = state.channels.get(channelId);
    if (channel === undefined) return;
    channels.splice(index, 0, [channelId, channel]);
    state.channels.clear();
    for (const [id, each] of channels) state.channels.set(id, each);
  },
  "channel.deleted": (state, { channel }, { position }) => {
    dropFilesOfChannel(state, channel.channelId, position.at);
    dropNames(state, channel);
    state.channels.delete(channel.channelId);
    state.admissions.delete(channel.channelId);
    dropPlaces(state, channel.channelId);
    dropChannelThings(state, channel.channelId);
  },
  "channel.admitted": (state, { channelId, userId, passwordId }) => {
    const people = state.admissions.get(channelId) ?? new Map();
    state.admissions.set(channelId, people);
    people.set(userId, passwordId);
  },
  "channel.dismissed": (state, { channelId, userId }) => {
    const people = state.admissions.get(channelId);
    people?.delete(userId);
    if (people?.size === 0) state.admissions.delete(channelId);
  },
};
