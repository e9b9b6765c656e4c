import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Event,
  type EventOf,
  type EventType,
  eventTypes,
  type Message,
} from "@dragoman/bus-schema";
import {
  ada,
  ben,
  commit,
  forum,
  general,
  message,
  mona,
  objectIn,
  olga,
  render,
  roster,
  session,
  staff,
  thread,
  whisper,
} from "../testing/edge.ts";
import { channelGolden } from "../testing/golden/channel.ts";
import { fileGolden } from "../testing/golden/file.ts";
import { messageGolden } from "../testing/golden/message.ts";
import { peopleGolden } from "../testing/golden/people.ts";
import { banned, deletion, gone, noPings, posted, system } from "../testing/golden/shared.ts";
import { slashGolden } from "../testing/golden/slash.ts";

const whispered = message(9, { place: { channelId: whisper.channelId } });

/** One of each event, with what it gives to whom. Personal rows are rendered for ada. */
const golden: { readonly [T in EventType]: readonly [EventOf<T>, ReturnType<typeof render>] } = {
  ...peopleGolden,
  ...channelGolden,
  ...messageGolden,
  ...fileGolden,
  ...slashGolden,
};

for (const type of eventTypes) {
  test(`${type} is told as the reference says`, () => {
    const [event, told] = golden[type] as readonly [Event, ReturnType<typeof render>];
    const shown = type.startsWith("thread.") ? [general, forum] : [general, staff, whisper];
    const channels = type === "channel.created" ? [] : shown;
    assert.deepEqual(render(roster({ channels, threads: [thread] }), commit(event)), told);
  });
}

test("every event renders in a community that knows none of its people and places", () => {
  const empty = { channels: [], threads: [], users: [], sessions: [], roles: [], lastMessages: [] };
  for (const [event] of Object.values(golden)) render(roster(empty), commit(event));
});

test("keys stand in the order of the reference", () => {
  const reply = message(9, {
    replyTo: { messageId: message(1).messageId, author: { kind: "user", userId: ben.userId } },
    ping: true,
    embeds: [{ title: "t" }],
    editedAtUs: 1,
  });
  const [told] = render(roster(), commit({ type: "message.posted", message: reply }));
  const [packet] = told?.packets ?? [];
  assert.deepEqual(Object.keys(packet ?? {}), ["cmd", "message", "channel", "thread_id", "global"]);
  assert.deepEqual(Object.keys(packet?.["message"] as object), [
    "user",
    "content",
    "timestamp",
    "id",
    "reply_to",
    "ping",
    "embeds",
    "edited",
    "pinned",
    "type",
    "interaction",
    "pings",
  ]);
});

test("a reply pings its original's author unless it says not to", () => {
  const replyTo = {
    messageId: message(1).messageId,
    author: { kind: "user", userId: ben.userId },
  } as const;
  const pingsOf = (change: Partial<Message>): unknown => {
    const event = { type: "message.posted", message: message(9, change) } as const;
    const [told] = render(roster(), commit(event));
    return objectIn(told?.packets[0], "message")["pings"];
  };
  assert.deepEqual(pingsOf({ replyTo }), { ...noPings, replies: ["ben"] });
  assert.deepEqual(pingsOf({ replyTo, ping: false }), noPings);
  const content = { text: "@olga @&user", markup: "bbcode" } as const;
  assert.deepEqual(pingsOf({ content }), { users: ["olga"], roles: ["user"], replies: [] });
});

test("an edit carries pings only where it mentions somebody", () => {
  const edited = message(9, { content: { text: "@ben", markup: "markdown" } });
  const [told] = render(
    roster(),
    commit({ type: "message.edited", message: edited, recent: true }),
  );
  const whole = objectIn(told?.packets[0], "message");
  assert.deepEqual(whole["pings"], { ...noPings, users: ["ben"] });
});

test("lines of the system stand under one name, actions in italics", () => {
  const all = commit(
    { type: "message.posted", message: message(9, { author: system }) },
    { type: "message.posted", message: message(10, { kind: "action" }) },
  );
  const [line, action] = render(roster(), all).map((told) => told.packets[0]?.["message"]);
  assert.deepEqual(line, { ...posted, user: "originChats" });
  assert.equal((action as Record<string, unknown>)["content"], "_hi_");
  assert.equal((action as Record<string, unknown>)["kind"], "action");
});

test("departed people keep their last name", () => {
  const of = roster({ users: [{ ...ada, departed: true }] });
  const [told] = render(of, commit({ type: "message.posted", message: message(9) }));
  assert.equal(objectIn(told?.packets[0], "message")["user"], "ada");
});

test("a whisper stands in a channel called by the other, with a first page where it is new", () => {
  const event = { type: "message.posted", message: whispered } as const;
  const [told, ...more] = render(roster(), commit(event), ben);
  assert.equal(told?.packets[0]?.["channel"], "@ada");
  assert.deepEqual(more, []);

  const first = commit({ type: "channel.created", channel: whisper }, event);
  const packets = render(roster({ channels: [general] }), first).map(({ packets: [one] }) => one);
  assert.deepEqual(
    packets.map((packet) => packet?.["cmd"]),
    ["channels_get", "message_new", "messages_get"],
  );
  assert.equal(packets[2]?.["channel"], "@ben");
  assert.deepEqual(packets[2]?.["messages"], [{ ...posted, id: whispered.messageId }]);
});

test("an edit and a deletion of a whisper name the channel for each", () => {
  const edited = { type: "message.edited", message: whispered, recent: true } as const;
  const all = commit(edited, deletion(whispered));
  const channels = render(roster(), all, ben).map((told) => told.packets[0]?.["channel"]);
  assert.deepEqual(channels, ["@ada", "@ada"]);
});

test("who is banned while connected goes offline first, then leaves the lists", () => {
  const closed = { type: "session.closed", session: session(ben), why: "ban" } as const;
  const all = commit(banned, closed, gone("ban"));
  assert.deepEqual(render(roster(), all), [
    { to: "people", packets: [], closing: "banned" },
    { to: "everyone", packets: [{ cmd: "user_disconnect", username: "ben" }] },
    { to: "everyone", packets: [{ cmd: "user_leave", username: "ben" }] },
  ]);
});

test("hidden people come and go unseen", () => {
  const hidden = { ...ben, status: { status: "invisible", text: "" } } as const;
  const of = roster({ users: [ada, hidden] });
  const all = commit({ type: "presence.began", userId: ben.userId }, gone("leave"));
  assert.deepEqual(render(of, all), []);
});

test("a flood ends with this protocol's limit packet, not with a kick", () => {
  const [event] = golden["moderation.kicked"];
  const [told] = render(roster(), commit({ ...event, why: "flood", untilMs: 5 }));
  assert.equal(told?.closing, "flood");
});

test("a mark in a place that the person no longer views is not told", () => {
  const [event] = golden["unread.marked"];
  const place = { channelId: staff.channelId };
  assert.deepEqual(render(roster(), commit({ ...event, place })), []);
  assert.equal(render(roster(), commit({ ...event, userId: olga.userId, place })).length, 1);
});

test("a gained channel is told by the person's own full list", () => {
  const created = { type: "channel.created", channel: staff } as const;
  const [told] = render(roster({ channels: [general] }), commit(created), mona);
  const names = Object.values(objectIn(told?.packets[0], "val")).map(
    (channel) => (channel as { readonly name: string }).name,
  );
  assert.deepEqual(names, ["general", "staff"]);
});
