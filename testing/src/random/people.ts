/** What people ask of a community in the laws of the core, made from numbers. */
import type { ChannelId, Place, ThreadId } from "@dragoman/bus-schema";
import type { VerifiedTicket } from "@dragoman/core/decider";
import type { Community } from "../community.ts";
import { type Makers, pick } from "./make.ts";

/** The people of the runs: an owner, a moderator, members. */
export const names = ["olga", "mona", "ada", "ben", "cleo"];
const channels = ["general", "staff", "den", "nowhere"];

const text = (n: number): string =>
  pick(["hi", " two  words ", "", "x".repeat(2_001), "\u0001é😀"], n) ?? "";
const whys = ["leave", "timeout", "lost"] as const;
const secondsOf = (n: number) => (n % 3 === 0 ? {} : { seconds: (n % 40) + 0.5 });

const content = (n: number) => ({ text: text(n), markup: "markdown" as const });

function messageRef(community: Community, n: number): string {
  const message = pick([...community.messages], n);
  if (message === undefined) return "1";
  return n % 2 === 0 ? message[0] : String(message[1]?.number ?? 1);
}

function target(community: Community, n: number): string {
  const user = pick([...community.state.people.values()], n)?.user;
  return (
    pick(
      [user?.name ?? "x", user?.handle.toUpperCase() ?? "x", String(user?.number), "who"],
      n >> 3,
    ) ?? ""
  );
}

function channelRef(community: Community, n: number): string {
  const thread = n % 5 === 0 ? pick([...community.state.threads.values()], n) : undefined;
  if (thread !== undefined) return thread.slug;
  return n % 2 === 0
    ? (pick(channels, n >> 1) ?? "")
    : (pick([...community.state.channels.keys()], n >> 1) ?? "");
}

/** A thread that is there, mostly. */
export function threadId(community: Community, n: number): ThreadId {
  const known = pick([...community.state.threads.keys()], n);
  return known ?? ("00000000-0000-4000-8000-ffffffffffff" as ThreadId);
}

function placeOf(community: Community, n: number): Place {
  const thread = n % 4 === 0 ? pick([...community.state.threads.values()], n) : undefined;
  if (thread !== undefined) return { channelId: thread.channelId, threadId: thread.threadId };
  const known = pick([...community.state.channels.keys()], n);
  return { channelId: known ?? ("00000000-0000-4000-8000-ffffffffffff" as ChannelId) };
}

const emoji = (n: number): string => (n % 9 === 0 ? "x".repeat(201) : "👍");

/** Mostly a message and where it stands. */
function onMessage(community: Community, n: number) {
  const [messageId = "1", message] = pick([...community.messages], n) ?? [];
  const place = n % 7 === 0 ? undefined : message?.place;
  return { message: messageId, place: place ?? placeOf(community, n) };
}

/** What people ask for; a session's commands. */
export const asked = {
  "message.post": (community, a, b, c) => ({
    type: "message.post",
    place: placeOf(community, a),
    kind: b % 5 === 0 ? "action" : "text",
    content: content(b),
    ...(c % 3 === 0 ? { replyTo: messageRef(community, c * 2) as never } : {}),
    ...(c % 7 === 0 ? { embeds: [{ title: "t" }] } : {}),
  }),
  "message.edit": (community, a, b) => ({
    type: "message.edit",
    message: messageRef(community, a),
    content: content(b),
  }),
  "message.delete": (community, a, b) => ({
    type: "message.delete",
    message: messageRef(community, a),
    ...(b % 2 === 0 ? { place: placeOf(community, b) } : {}),
  }),
  "message.whisper": (community, a, b) => ({
    type: "message.whisper",
    target: target(community, a),
    content: content(b),
  }),
  "session.move": (community, a) => ({ type: "session.move", channel: channelRef(community, a) }),
  "session.close": (_, a, b) => ({
    type: "session.close",
    why: whys[a % 3] ?? "lost",
    seen: b % 5,
  }),
  "session.flood": () => ({ type: "session.flood" }),
  "moderation.kick": (community, a, b) => ({
    type: "moderation.kick",
    target: target(community, a),
    ...secondsOf(b),
  }),
  "moderation.ban": (community, a, b, c) => ({
    type: "moderation.ban",
    target: target(community, a),
    addresses: c % 2 === 0,
    ...secondsOf(b),
    ...(c % 3 === 0 ? { said: { place: placeOf(community, c), command: "ban", text: "out" } } : {}),
  }),
  "moderation.unban": (community, a) => ({
    type: "moderation.unban",
    target: target(community, a),
  }),
  "channel.create": (_, a) => ({
    type: "channel.create",
    kind: "text",
    name: pick(["staff", "Über uns", "a/b", "general", "x".repeat(40)], a) ?? "",
    permissions: { view: [a % 2 === 0 ? "user" : "moderator"], send: ["user"], delete: [] },
    minRank: a % 9,
  }),
  "unread.mark": (community, a, b) => ({
    type: "unread.mark",
    place: placeOf(community, a),
    ...(b % 2 === 0 ? { messageId: messageRef(community, b) as never } : {}),
  }),
  "typing.start": (community, a) => ({ type: "typing.start", place: placeOf(community, a) }),
  "user.depart": (community, a) => ({ type: "user.depart", target: target(community, a) }),
  "user.token": () => ({ type: "user.token" }),
  "user.revoke or user.password": (_, a) =>
    a % 2 === 0
      ? { type: "user.revoke" }
      : { type: "user.password", current: a % 3 === 0 ? "dragoman" : "wrong", wanted: "another" },
  "link.code": () => ({ type: "link.code" }),
  "link.join": (_, a) => ({ type: "link.join", code: pick(names, a) ?? "" }),
  "link.remove": (_, a) => ({ type: "link.remove", provider: a % 2 === 0 ? "site" : "rotur" }),
  "moderation.silence": (community, a, b, c) => ({
    type: "moderation.silence",
    target: target(community, a),
    replace: c % 2 === 0,
    ...secondsOf(b),
    ...(c % 3 === 0
      ? { said: { place: placeOf(community, c), command: "mute", text: "hush" } }
      : {}),
  }),
  "moderation.unsilence": (community, a) => ({
    type: "moderation.unsilence",
    target: target(community, a),
  }),
  "moderation.refill": (community, a) => ({
    type: "moderation.refill",
    target: target(community, a),
  }),
  "message.announce": (_, a) => ({ type: "message.announce", content: content(a) }),
  "reaction.add": (community, a, b) => ({
    type: "reaction.add",
    ...onMessage(community, a),
    emoji: emoji(b),
  }),
  "reaction.remove": (community, a, b) => ({
    type: "reaction.remove",
    ...onMessage(community, a),
    emoji: emoji(b),
  }),
  "pin.add": (community, a) => ({ type: "pin.add", ...onMessage(community, a) }),
  "pin.remove": (community, a) => ({ type: "pin.remove", ...onMessage(community, a) }),
  "channel.update": (community, a, b, c) => ({
    type: "channel.update",
    channel: channelRef(community, a),
    ...(b % 3 === 0 ? { minRank: b % 12 } : {}),
    ...(b % 4 === 0 ? { password: pick(["open", "shut", null], c) ?? null } : {}),
    ...(b % 5 === 0 ? { name: pick(["den", "club", "general"], c) ?? "den" } : {}),
    ...(b % 7 === 0 ? { permissions: { view: [c % 2 === 0 ? "user" : "owner"] } } : {}),
    ...(b % 11 === 0 ? { kind: "voice" as const } : {}),
  }),
  "channel.move": (community, a, b) => ({
    type: "channel.move",
    channel: channelRef(community, a),
    index: b % 5,
  }),
  "channel.delete": (community, a) => ({
    type: "channel.delete",
    channel: channelRef(community, a),
  }),
  "channel.leave": (community, a, b) => ({
    type: "channel.leave",
    channel: b % 3 === 0 ? channelRef(community, a) : "den",
  }),
  "session.move with a password": (community, a, b) => ({
    type: "session.move",
    channel: a % 3 === 0 ? channelRef(community, a) : "den",
    password: pick(["open", "shut"], b) ?? "",
  }),
  "thread.create": (community, a, b) => ({
    type: "thread.create",
    channelId: community.place(a % 5 === 0 ? "general" : "forum").channelId,
    name: pick(["Topic", "topic", "den", " ", "x".repeat(120)], b) ?? "",
  }),
  "thread.update": (community, a, b, c) => ({
    type: "thread.update",
    threadId: threadId(community, a),
    ...(b % 2 === 0 ? { archived: c % 2 === 0 } : {}),
    ...(b % 3 === 0 ? { locked: c % 3 === 0 } : {}),
    ...(b % 5 === 0 ? { name: pick(["Renamed", "Topic", ""], c) ?? "" } : {}),
  }),
  "thread.delete": (community, a) => ({ type: "thread.delete", threadId: threadId(community, a) }),
  "thread.join": (community, a) => ({ type: "thread.join", threadId: threadId(community, a) }),
  "thread.leave": (community, a) => ({ type: "thread.leave", threadId: threadId(community, a) }),
  "poll.create": (community, a, b, c) => ({
    type: "poll.create",
    place: placeOf(community, a),
    question: pick(["Tea?", "", "x".repeat(301)], b) ?? "",
    options: ["yes", "no", "x".repeat(101)].slice(0, (c % 3) + 1).map((each, index) => ({
      optionId: String(index % 2),
      text: each,
    })),
    multi: b % 2 === 0,
    endsMs: c % 2 === 0 ? community.nowMs + (b % 9) * 100 : null,
  }),
  "poll.vote": (community, a, b, c) => ({
    type: "poll.vote",
    poll: pick<string>([...community.state.polls.keys()], a) ?? placeOf(community, a),
    options: b % 4 === 0 ? ["1", "0"] : [(c % 2) + 1],
  }),
  "poll.end": (community, a) => ({
    type: "poll.end",
    poll: pick<string>([...community.state.pollOf.keys()], a) ?? "?",
  }),
} satisfies Makers;

/** Somebody whom a site or Rotur vouches for, and who is called differently now and then. */
export function vouched(a: number, b: number): Partial<VerifiedTicket> {
  const provider = a % 3 === 0 ? "rotur" : "site";
  return {
    provider,
    account: {
      kind: "outside",
      provider,
      id: String(a % 4),
      name: pick(["ada", "eve", "Eve <b>", "\u200b"], b) ?? "",
      color: b % 3 === 0 ? "#c0ffee" : null,
      ...(provider === "site" ? { number: 1 + (a % 4), rank: b % 12 } : {}),
      ...(b % 5 === 0 ? { withheld: ["kick"] } : {}),
    },
  };
}
/** What people are called and which roles they have: never the role that lets them see channels. */
const roleNames = ["gamer", "artist", "moderator", "user", "owner", "nobody"];
const nicknames = ["Benny", "be nny", "ada", "x".repeat(21), "\u0001", "Lia"];
const roleNamed = (n: number): string => pick(roleNames, n) ?? "";

export const gamer = {
  name: "gamer",
  description: null,
  color: null,
  hoisted: false,
  permissions: [],
  selfAssignable: true,
  category: null,
};

/** What people say of themselves and are given. */
export const profile = {
  "status.set": (_, a, b) => ({
    type: "status.set",
    status: pick(["online", "idle", "dnd", "offline", "invisible"] as const, a) ?? "online",
    text: b % 5 === 0 ? "x".repeat(101) : text(b).slice(0, 20),
    ...(b % 3 === 0 ? { afk: true as const } : {}),
  }),
  "status.back": () => ({ type: "status.back" }),
  "user.nick": (community, a, b, c) => ({
    type: "user.nick",
    nickname: a % 5 === 0 ? null : (pick(nicknames, b) ?? null),
    temporary: c % 2 === 0,
    ...(c % 3 === 0 ? { target: target(community, c) } : {}),
  }),
  "user.rename": (community, a, b) => ({
    type: "user.rename",
    target: target(community, a),
    name: pick(["lea", "Mo", "ada", "x"], b) ?? "",
    ...(b % 3 === 0 ? { nickname: pick(nicknames, a) ?? null } : {}),
  }),
  "user.picture": (_, a) => ({
    type: "user.picture",
    url: a % 3 === 0 ? null : `https://e.example/${a % 4}`,
  }),
  "user.assign": (community, a, b) => ({
    type: "user.assign",
    target: target(community, a),
    how: pick(["set", "add", "remove"] as const, b) ?? "set",
    roles: b % 2 === 0 ? ["user", roleNamed(a)] : [roleNamed(b)],
  }),
  "role.create": (_, a, b) => ({
    ...gamer,
    type: "role.create",
    name: roleNamed(a),
    selfAssignable: b % 2 === 0,
  }),
  "role.update": (_, a, b) => ({
    type: "role.update",
    role: roleNamed(a),
    ...(b % 2 === 0 ? { name: roleNamed(b) } : { color: "#112233" }),
  }),
  "role.delete": (community, a) => ({
    type: "role.delete",
    role: pick([...community.state.roles.keys()], a) ?? "",
  }),
  "role.reorder": (_, a, b) => ({ type: "role.reorder", roles: [roleNamed(a), roleNamed(b)] }),
  "role.take": (_, a) => ({ type: "role.take", role: roleNamed(a % 3) }),
  "role.drop": (_, a) => ({ type: "role.drop", role: roleNamed(a % 3) }),
} satisfies Makers;
