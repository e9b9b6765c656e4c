import assert from "node:assert/strict";
import { test } from "node:test";
import { type Event, eventTypes, type Message } from "@dragoman/bus-schema";
import { edge } from "../edge.ts";
import { EmptyPlaces } from "../empty-places.ts";
import {
  ada,
  ben,
  commit,
  connection,
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
  view,
  whisper,
} from "../testing/edge.ts";
import { golden } from "../testing/golden/index.ts";
import { banned, deletion, gone, noPings, posted, system } from "../testing/golden/shared.ts";

const whispered = message(9, { place: { channelId: whisper.channelId } });

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

test("a whisper stands in a channel called by the other, and comes without a page that nobody asked for", () => {
  const event = { type: "message.posted", message: whispered } as const;
  const [known, ...more] = render(roster(), commit(event), ben);
  assert.equal(known?.packets[0]?.["channel"], "@ada");
  assert.deepEqual(
    more.flatMap(({ packets }) => packets),
    [],
  );

  const first = commit({ type: "channel.created", channel: whisper }, event);
  const told = render(roster({ channels: [general] }), first).flatMap(({ packets }) => packets);
  assert.deepEqual(
    told.map((packet) => packet["cmd"]),
    ["channels_get", "message_new"],
  );
});

test("the first words of a place that was empty come with a page, to those who have it open alone", () => {
  const place = { channelId: forum.channelId, threadId: thread.threadId };
  const first = { type: "message.posted", message: message(9, { place }) } as const;
  const of = roster({ channels: [general, forum], threads: [thread] });
  of.extension(EmptyPlaces).add(place);
  const [open, elsewhere, newer] = [ada, ben, mona].map((person) => connection(person));
  assert.ok(open && elsewhere && newer);
  Object.assign(open.own, { emptyPage: place });
  Object.assign(elsewhere.own, { emptyPage: { channelId: general.channelId } });
  Object.assign(newer.own, { emptyPage: place, newer: true });
  const deliveries = edge.render(first, commit(first), view(of));
  const pages = [open, elsewhere, newer].map((client) =>
    deliveries.flatMap(({ personal }) => personal?.(client).map((each) => JSON.parse(each)) ?? []),
  );
  const page = {
    cmd: "messages_get",
    channel: "forum",
    thread_id: thread.threadId,
    messages: [posted],
    range: { start: 0, end: 100 },
  };
  assert.deepEqual(pages, [[page], [], [{ ...page, val: [posted], at_start: true }]]);
  const second = { type: "message.posted", message: message(10, { place }) } as const;
  assert.equal(edge.render(second, commit(second), view(of)).length, 1, "only once");
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
