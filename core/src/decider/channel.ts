/** Channels. */
import {
  type Channel,
  type ChannelId,
  type ChannelPermissions,
  type CommandOf,
  channelRights,
  codePoints,
  type Event,
  type Rejection,
  rankOf,
} from "@dragoman/bus-schema";
import { pairKey } from "../state/find.ts";
import type { Reading, State } from "../state/shape.ts";
import type { Decision } from "./contract.ts";
import { drafts, systemLine } from "./draft.ts";
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

const nameMax = 64;
const slugMax = 30;

/** Code points that a channel's name may not have: control, path and NATS-foreign ones. */
const barred = /[\p{Cc}\p{Cf}\p{Cs}/\\]/u;

function checkName(state: Reading<State>, name: string): Rejection | null {
  const why = nameFault(name);
  if (why !== null) return { code: "invalid", field: "name", why };
  return state.channelNames.has(name.toLowerCase())
    ? { code: "already_exists", what: "channel", given: name }
    : null;
}

function nameFault(name: string): string | null {
  if (name === "") return "empty";
  if (codePoints(name) > nameMax) return "too long";
  return barred.test(name) || name.startsWith(".") ? "alphabet" : null;
}

/** The name in Sock Chat's alphabet, cut to 30, unique by `-2`, `-3` (bridge table, Channels). */
export function slugFor(state: Reading<State>, name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\s+/gu, "_")
    .replace(/[^A-Za-z0-9_-]/g, "");
  return unique(plain === "" ? "channel" : plain, slugMax, (candidate) =>
    state.channelNames.has(candidate.toLowerCase()),
  );
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

/** A channel and its first line: the stock OriginChats client shows nothing live in an empty channel. */
export function createdWithLine(turn: Turn, channel: Channel, byName?: string): Event[] {
  const by = byName === undefined ? "" : ` by ${byName}`;
  const place = { channelId: channel.channelId };
  return [
    { type: "channel.created", channel },
    drafts(turn)(systemLine(place, `#${channel.name} was created${by}.`)),
  ];
}

function create(
  turn: Turn<SessionAsker | OperatorAsker>,
  body: CommandOf<"channel.create">,
): Decision {
  const { asker, state } = turn;
  const name = cleanText(body.name);
  const wrong = checkName(state, name);
  if (wrong !== null) return refuse(wrong);
  const { minRank = 0, description } = body;
  if (asker.kind === "session" && minRank > rankOf(asker.actor)) {
    return refuse({ code: "rank_too_low", given: String(minRank) });
  }
  const channel: Channel = {
    channelId: turn.context.newUuid() as ChannelId,
    kind: body.kind,
    name,
    slug: slugFor(state, name),
    ...(description === undefined ? {} : { description: cleanText(description) }),
    permissions: withoutEmpty(body.permissions),
    minRank,
    hasPassword: false,
    temporary: false,
    ...(asker.kind === "session" ? { ownerId: asker.actor.userId } : {}),
  };
  const byName = asker.kind === "session" ? asker.person.user.name : undefined;
  return accept(...createdWithLine(turn, channel, byName));
}

export const channelCommands: CommandRows<"channel"> = {
  "channel.create": {
    by: "session or operator",
    right: "manageChannels",
    bulky: () => true,
    decide: create,
  },
};

export const channelEvents: EventRows<"channel"> = {
  "channel.created": (state, { channel }) => {
    const { channelId, name, slug, peopleIds } = channel;
    state.channels.set(channelId, channel);
    state.channelNames.set(name.toLowerCase(), channelId);
    state.channelNames.set(slug.toLowerCase(), channelId);
    if (peopleIds !== undefined) state.whispers.set(pairKey(...peopleIds), channelId);
  },
};
