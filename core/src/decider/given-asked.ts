/** What people ask of a community in the laws of the core, made from numbers. */
import type { ChannelId, Place, ThreadId } from "@dragoman/bus-schema";
import type { Body, VerifiedTicket } from "./contract.ts";
import type { House } from "./given.ts";

/** The people of the runs: an owner, a moderator, members. */
export const names = ["olga", "mona", "ada", "ben", "cleo"];
const channels = ["general", "staff", "den", "nowhere"];

/** The nth of them, counted around. */
export function pick<T>(from: readonly T[], n: number): T | undefined {
  return from[n % Math.max(1, from.length)];
}

const text = (n: number): string =>
  pick(["hi", " two  words ", "", "x".repeat(2_001), "\u0001é😀"], n) ?? "";
const whys = ["leave", "timeout", "lost"] as const;
const secondsOf = (n: number) => (n % 3 === 0 ? {} : { seconds: (n % 40) + 0.5 });

type Make = (house: House, a: number, b: number, c: number) => Body;
const content = (n: number) => ({ text: text(n), markup: "markdown" as const });

function messageRef(house: House, n: number): string {
  const message = pick([...house.messages], n);
  if (message === undefined) return "1";
  return n % 2 === 0 ? message[0] : String(message[1]?.number ?? 1);
}

function target(house: House, n: number): string {
  const user = pick([...house.state.people.values()], n)?.user;
  return (
    pick(
      [user?.name ?? "x", user?.handle.toUpperCase() ?? "x", String(user?.number), "who"],
      n >> 3,
    ) ?? ""
  );
}

function channelRef(house: House, n: number): string {
  const thread = n % 5 === 0 ? pick([...house.state.threads.values()], n) : undefined;
  if (thread !== undefined) return thread.slug;
  return n % 2 === 0
    ? (pick(channels, n >> 1) ?? "")
    : (pick([...house.state.channels.keys()], n >> 1) ?? "");
}

/** A thread that is there, mostly. */
export function threadId(house: House, n: number): ThreadId {
  const known = pick([...house.state.threads.keys()], n);
  return known ?? ("00000000-0000-4000-8000-ffffffffffff" as ThreadId);
}

function placeOf(house: House, n: number): Place {
  const thread = n % 4 === 0 ? pick([...house.state.threads.values()], n) : undefined;
  if (thread !== undefined) return { channelId: thread.channelId, threadId: thread.threadId };
  const known = pick([...house.state.channels.keys()], n);
  return { channelId: known ?? ("00000000-0000-4000-8000-ffffffffffff" as ChannelId) };
}

const emoji = (n: number): string => (n % 9 === 0 ? "x".repeat(201) : "👍");

/** Mostly a message and where it stands. */
function onMessage(house: House, n: number) {
  const [messageId = "1", message] = pick([...house.messages], n) ?? [];
  const place = n % 7 === 0 ? undefined : message?.place;
  return { message: messageId, place: place ?? placeOf(house, n) };
}

/** What people ask for; a session's commands. */
export const asked: readonly Make[] = [
  (house, a, b, c) => ({
    type: "message.post",
    place: placeOf(house, a),
    kind: b % 5 === 0 ? "action" : "text",
    content: content(b),
    ...(c % 3 === 0 ? { replyTo: messageRef(house, c * 2) as never } : {}),
    ...(c % 7 === 0 ? { embeds: [{ title: "t" }] } : {}),
  }),
  (house, a, b) => ({ type: "message.edit", message: messageRef(house, a), content: content(b) }),
  (house, a, b) => ({
    type: "message.delete",
    message: messageRef(house, a),
    ...(b % 2 === 0 ? { place: placeOf(house, b) } : {}),
  }),
  (house, a, b) => ({ type: "message.whisper", target: target(house, a), content: content(b) }),
  (house, a) => ({ type: "session.move", channel: channelRef(house, a) }),
  (_, a, b) => ({ type: "session.close", why: whys[a % 3] ?? "lost", seen: b % 5 }),
  () => ({ type: "session.flood" }),
  (house, a, b) => ({ type: "moderation.kick", target: target(house, a), ...secondsOf(b) }),
  (house, a, b, c) => ({
    type: "moderation.ban",
    target: target(house, a),
    addresses: c % 2 === 0,
    ...secondsOf(b),
    ...(c % 3 === 0 ? { said: { place: placeOf(house, c), command: "ban", text: "out" } } : {}),
  }),
  (house, a) => ({ type: "moderation.unban", target: target(house, a) }),
  (_, a) => ({
    type: "channel.create",
    kind: "text",
    name: pick(["staff", "Über uns", "a/b", "general", "x".repeat(40)], a) ?? "",
    permissions: { view: [a % 2 === 0 ? "user" : "moderator"], send: ["user"], delete: [] },
    minRank: a % 9,
  }),
  (house, a, b) => ({
    type: "unread.mark",
    place: placeOf(house, a),
    ...(b % 2 === 0 ? { messageId: messageRef(house, b) as never } : {}),
  }),
  (house, a) => ({ type: "typing.start", place: placeOf(house, a) }),
  (house, a) => ({ type: "user.depart", target: target(house, a) }),
  () => ({ type: "user.revoke" }),
  (_, a) => ({ type: "link.join", code: pick(names, a) ?? "" }),
  (_, a) => ({ type: "link.remove", provider: a % 2 === 0 ? "site" : "rotur" }),
  (house, a, b, c) => ({
    type: "moderation.silence",
    target: target(house, a),
    replace: c % 2 === 0,
    ...secondsOf(b),
    ...(c % 3 === 0 ? { said: { place: placeOf(house, c), command: "mute", text: "hush" } } : {}),
  }),
  (house, a) => ({ type: "moderation.unsilence", target: target(house, a) }),
  (house, a) => ({ type: "moderation.clear", target: target(house, a) }),
  (_, a) => ({ type: "message.announce", content: content(a) }),
  (house, a, b) => ({ type: "reaction.add", ...onMessage(house, a), emoji: emoji(b) }),
  (house, a, b) => ({ type: "reaction.remove", ...onMessage(house, a), emoji: emoji(b) }),
  (house, a) => ({ type: "pin.add", ...onMessage(house, a) }),
  (house, a) => ({ type: "pin.remove", ...onMessage(house, a) }),
  (house, a, b, c) => ({
    type: "channel.update",
    channel: channelRef(house, a),
    ...(b % 3 === 0 ? { minRank: b % 12 } : {}),
    ...(b % 4 === 0 ? { password: pick(["open", "shut", null], c) ?? null } : {}),
    ...(b % 5 === 0 ? { name: pick(["den", "club", "general"], c) ?? "den" } : {}),
    ...(b % 7 === 0 ? { permissions: { view: [c % 2 === 0 ? "user" : "owner"] } } : {}),
    ...(b % 11 === 0 ? { kind: "voice" as const } : {}),
  }),
  (house, a, b) => ({ type: "channel.move", channel: channelRef(house, a), index: b % 5 }),
  (house, a) => ({ type: "channel.delete", channel: channelRef(house, a) }),
  (house, a, b) => ({
    type: "channel.leave",
    channel: b % 3 === 0 ? channelRef(house, a) : "den",
  }),
  (house, a, b) => ({
    type: "session.move",
    channel: a % 3 === 0 ? channelRef(house, a) : "den",
    password: pick(["open", "shut"], b) ?? "",
  }),
  (house, a, b) => ({
    type: "thread.create",
    channelId: house.place(a % 5 === 0 ? "general" : "forum").channelId,
    name: pick(["Topic", "topic", "den", " ", "x".repeat(120)], b) ?? "",
  }),
  (house, a, b, c) => ({
    type: "thread.update",
    threadId: threadId(house, a),
    ...(b % 2 === 0 ? { archived: c % 2 === 0 } : {}),
    ...(b % 3 === 0 ? { locked: c % 3 === 0 } : {}),
    ...(b % 5 === 0 ? { name: pick(["Renamed", "Topic", ""], c) ?? "" } : {}),
  }),
  (house, a) => ({ type: "thread.delete", threadId: threadId(house, a) }),
  (house, a) => ({ type: "thread.join", threadId: threadId(house, a) }),
  (house, a) => ({ type: "thread.leave", threadId: threadId(house, a) }),
  (house, a, b, c) => ({
    type: "poll.create",
    place: placeOf(house, a),
    question: pick(["Tea?", "", "x".repeat(301)], b) ?? "",
    options: ["yes", "no", "x".repeat(101)].slice(0, (c % 3) + 1).map((each, index) => ({
      optionId: String(index % 2),
      text: each,
    })),
    multi: b % 2 === 0,
    endsMs: c % 2 === 0 ? house.nowMs + (b % 9) * 100 : null,
  }),
  (house, a, b, c) => ({
    type: "poll.vote",
    poll: pick<string>([...house.state.polls.keys()], a) ?? placeOf(house, a),
    options: b % 4 === 0 ? ["1", "0"] : [(c % 2) + 1],
  }),
  (house, a) => ({
    type: "poll.end",
    poll: pick<string>([...house.state.pollOf.keys()], a) ?? "?",
  }),
];

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
export const community: readonly Make[] = [
  (_, a, b) => ({
    type: "status.set",
    status: pick(["online", "idle", "dnd", "offline", "invisible"] as const, a) ?? "online",
    text: b % 5 === 0 ? "x".repeat(101) : text(b).slice(0, 20),
    ...(b % 3 === 0 ? { afk: true as const } : {}),
  }),
  () => ({ type: "status.back" }),
  (house, a, b, c) => ({
    type: "user.nick",
    nickname: a % 5 === 0 ? null : (pick(nicknames, b) ?? null),
    temporary: c % 2 === 0,
    ...(c % 3 === 0 ? { target: target(house, c) } : {}),
  }),
  (house, a, b) => ({
    type: "user.rename",
    target: target(house, a),
    name: pick(["lea", "Mo", "ada", "x"], b) ?? "",
    ...(b % 3 === 0 ? { nickname: pick(nicknames, a) ?? null } : {}),
  }),
  (_, a) => ({ type: "user.picture", url: a % 3 === 0 ? null : `https://e.example/${a % 4}` }),
  (house, a, b) => ({
    type: "user.assign",
    target: target(house, a),
    how: pick(["set", "add", "remove"] as const, b) ?? "set",
    roles: b % 2 === 0 ? ["user", roleNamed(a)] : [roleNamed(b)],
  }),
  (_, a, b) => ({
    ...gamer,
    type: "role.create",
    name: roleNamed(a),
    selfAssignable: b % 2 === 0,
  }),
  (_, a, b) => ({
    type: "role.update",
    role: roleNamed(a),
    ...(b % 2 === 0 ? { name: roleNamed(b) } : { color: "#112233" }),
  }),
  (house, a) => ({
    type: "role.delete",
    role: pick([...house.state.roles.keys()], a) ?? "",
  }),
  (_, a, b) => ({ type: "role.reorder", roles: [roleNamed(a), roleNamed(b)] }),
  (_, a) => ({ type: "role.take", role: roleNamed(a % 3) }),
  (_, a) => ({ type: "role.drop", role: roleNamed(a % 3) }),
];
