import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, MessageId, MessageNumber } from "@dragoman/bus-schema";
import { closings } from "@dragoman/gateway-kit";
import { message as nth, userId } from "@dragoman/testing/people";
import type { Dialect } from "../dialect.ts";
import {
  ada,
  at,
  ben,
  commit,
  connection,
  edgeView,
  firstLine,
  general,
  message,
  mona,
  nowMs,
  olga,
  random,
  received,
  sent,
  session,
  staff,
  whispers,
} from "../testing/edge.ts";
import { embedLineId, quoteLineId } from "../told.ts";
import { renderTyping } from "./typing.ts";

const opened = (of: ReturnType<typeof session>): Event => ({
  type: "session.opened",
  session: of,
  addressTag: "t" as Extract<Event, { type: "session.opened" }>["addressTag"],
});
const closed = (
  of: ReturnType<typeof session>,
  why: Extract<Event, { type: "session.closed" }>["why"],
): Event => ({ type: "session.closed", session: of, why });
const ended = (who: string, why: Extract<Event, { type: "presence.ended" }>["why"]): Event => ({
  type: "presence.ended",
  userId: userId(who),
  why,
});
const posted = (of: ReturnType<typeof message>): Event => ({ type: "message.posted", message: of });

const benHere = session(ben, general);
const adaHere = session(ada, general);

test("a message is packet 2 to everybody in its channel, its author included", () => {
  const set = edgeView({ sessions: [benHere, adaHere, session(mona, random)] });
  const out = commit([posted(message(ada, "hello <b> & &lt; x\nline2 😀"))], set);
  const packet = `2\t${at}\t4\thello &lt;b&gt; & &\u200blt; x <br/> line2 😀\t7\t10010`;
  assert.deepEqual(received(out, connection(benHere), set), [packet]);
  assert.deepEqual(received(out, connection(adaHere), set), [packet]);
  assert.deepEqual(received(out, connection(session(mona, random)), set), []);
});

test("an action stands in italics under its own flags", () => {
  const set = edgeView({ sessions: [benHere, adaHere] });
  const out = commit([posted(message(ada, "waves", { kind: "action" }))], set);
  assert.deepEqual(received(out, connection(benHere), set), [
    `2\t${at}\t4\t<i>waves</i>\t7\t11000`,
  ]);
});

test("somebody who is not in the list speaks with the name inline", () => {
  const set = edgeView({ sessions: [benHere] });
  const out = commit([posted(message(ada, "from afar"))], set);
  assert.deepEqual(received(out, connection(benHere), set), [
    `7\t1\t${at}\t4\tada\tinherit\t1\f0\f0\f1\f1\tfrom afar\t7\t1\t10010`,
  ]);
});

test("an OriginChats person is in the list of each channel that it may view", () => {
  const set = edgeView({ sessions: [benHere, session(ada)] });
  const out = commit([posted(message(ada, "hi"))], set);
  assert.deepEqual(received(out, connection(benHere), set), [`2\t${at}\t4\thi\t7\t10010`]);
});

test("a reply begins with whom it answers, a system line is a notice", () => {
  const set = edgeView({ sessions: [benHere, adaHere] });
  const replyTo = {
    messageId: "00000000-0000-4000-8000-000000000009" as MessageId,
    author: { kind: "user" as const, userId: ben.userId },
  };
  const out = commit(
    [posted(message(ada, "yes", { replyTo })), posted(message(null, "#general was created."))],
    set,
  );
  assert.deepEqual(received(out, connection(benHere), set), [
    `2\t${at}\t-1\t0\fsay\f» ben\t${quoteLineId(7)}\t10010`,
    `2\t${at}\t4\tyes\t7\t10010`,
    `2\t${at}\t-1\t0\fsay\f#general was created.\t7\t10010`,
  ]);
});

test("each embed is a notice; without a text the first one carries the message's number", () => {
  const set = edgeView({ sessions: [benHere, adaHere] });
  const embeds = [{ title: "T <b>", url: "https://x.example/", description: "d" }, { title: "2" }];
  const out = commit(
    [posted(message(ada, "see", { embeds })), posted(message(ada, "", { embeds }))],
    set,
  );
  const first = "0\fsay\fada: T &lt;b&gt; https://x.example/ d";
  assert.deepEqual(received(out, connection(benHere), set), [
    `2\t${at}\t4\tsee\t7\t10010`,
    `2\t${at}\t-1\t${first}\t${embedLineId(7, 0)}\t10010`,
    `2\t${at}\t-1\t0\fsay\fada: 2\t${embedLineId(7, 1)}\t10010`,
    `2\t${at}\t-1\t${first}\t7\t10010`,
    `2\t${at}\t-1\t0\fsay\fada: 2\t${embedLineId(7, 1)}\t10010`,
  ]);
});

test("a whisper reaches both, wherever they stand, in each one's own form", () => {
  const here = session(ben, random);
  const set = edgeView({ sessions: [here, adaHere, session(mona, general)] });
  const place = { channelId: whispers.channelId };
  const out = commit([posted(message(ada, "psst <", { place }))], set);
  assert.deepEqual(received(out, connection(adaHere), set), [
    `2\t${at}\t4\tben psst &lt;\t7\t10011`,
  ]);
  assert.deepEqual(received(out, connection(here), set), [
    `7\t1\t${at}\t4\tada\tinherit\t1\f0\f0\f1\f1\tpsst &lt;\t7\t1\t10011`,
  ]);
  assert.deepEqual(received(out, connection(session(mona, general)), set), []);
  const near = edgeView({ sessions: [benHere, adaHere] });
  const told = commit([posted(message(ada, "psst", { place }))], near);
  assert.deepEqual(received(told, connection(benHere), near), [`2\t${at}\t4\tpsst\t7\t10011`]);
});

test("a recent edit takes the line out and says it again; an old one is told of", () => {
  const set = edgeView({ sessions: [benHere, adaHere] });
  const changed = message(ada, "better", { editedAtUs: (nowMs + 5000) * 1000 });
  const later = "1744600005";
  const out = commit([{ type: "message.edited", message: changed, recent: true }], set);
  assert.deepEqual(received(out, connection(benHere), set), [
    "6\t7",
    `2\t${later}\t4\tbetter (edited)\t7\t10010`,
  ]);
  const again = commit([{ type: "message.edited", message: changed, recent: true }], set);
  assert.deepEqual(received(again, connection(benHere), set), [], "it waits for more");
  const other = edgeView({ sessions: [benHere, adaHere] });
  const old = commit([{ type: "message.edited", message: changed, recent: false }], other);
  assert.deepEqual(received(old, connection(benHere), other), [
    "6\t7",
    `2\t${later}\t4\t<i>edited an earlier message: better</i>\t7\t11000`,
  ]);
});

test("whatever was made of a message goes with it, and with its words", () => {
  const set = edgeView({ sessions: [benHere, adaHere] });
  const secret = message(ada, "secret", { embeds: [{ title: "T1" }] });
  const { messageId, number, place, author } = secret;
  const about = { messageId, number, place, author, excerpt: "secret" };
  const reply = nth(8, { author: { kind: "user", userId: ben.userId }, replyTo: about, place });
  const made = commit(
    [posted(secret), posted(reply), { type: "pin.added", ...about, byId: mona.userId }],
    set,
  );
  const lines = received(made, connection(benHere), set).map((packet) => packet.split("\t"));
  const holding = lines.filter(([, , , body]) => /secret|T1/.test(body ?? ""));
  const ids = holding.map((line) => Number(line.at(-2)));
  assert.deepEqual(ids, [7, embedLineId(7, 0), quoteLineId(8), firstLine]);
  const plain = {
    ...secret,
    content: { ...secret.content, text: "plain" },
    editedAtUs: nowMs * 1000,
    embeds: [{ title: "T2" }],
  };
  const edited = received(
    commit([{ type: "message.edited", message: plain, recent: true }], set),
    connection(benHere),
    set,
  );
  assert.deepEqual(
    edited.filter((packet) => packet.startsWith("6")),
    ids.map((id) => `6\t${id}`),
  );
  assert.match(edited.join("\n"), /plain \(edited\).*T2/s);
  const deleted: Event = { type: "message.deleted", messageId, number, place, author, byId: null };
  assert.deepEqual(received(commit([deleted], set), connection(benHere), set), [
    "6\t7",
    `6\t${embedLineId(7, 0)}`,
  ]);
});

test("an announcement is taken off every screen", () => {
  const set = edgeView({ sessions: [benHere, session(mona, random)] });
  const announced = message(null, "fire drill");
  const { messageId, number, place, author } = announced;
  commit([{ type: "message.announced", message: announced }], set);
  const deleted: Event = { type: "message.deleted", messageId, number, place, author, byId: null };
  const out = commit([deleted], set);
  assert.deepEqual(received(out, connection(session(mona, random)), set), ["6\t7"]);
});

test("a deletion names the message's number, in a whisper to the two alone", () => {
  const set = edgeView({ sessions: [benHere, session(mona, general)] });
  const deleted = (channelId: typeof general.channelId): Event => ({
    type: "message.deleted",
    messageId: message(ada, "").messageId,
    number: 7 as MessageNumber,
    place: { channelId },
    author: { kind: "user", userId: ada.userId },
    byId: ada.userId,
  });
  const out = commit([deleted(general.channelId)], set);
  assert.deepEqual(received(out, connection(session(mona, general)), set), ["6\t7"]);
  const whispered = commit([deleted(whispers.channelId)], set);
  assert.deepEqual(received(whispered, connection(benHere), set), ["6\t7"]);
  assert.deepEqual(received(whispered, connection(session(mona, general)), set), []);
});

test("a first session appears from nowhere, once, and not to its own person", () => {
  const set = edgeView({ sessions: [benHere] });
  const out = commit([opened(adaHere), { type: "presence.began", userId: ada.userId }], set);
  assert.deepEqual(received(out, connection(benHere), set), [
    `1\t${at}\t4\tada\tinherit\t1\f0\f0\f1\f1\t${firstLine}`,
  ]);
  assert.deepEqual(received(out, connection(adaHere), set), []);
  const second = commit([opened(session(ada, general, "second"))], set);
  assert.deepEqual(received(second, connection(benHere), set), []);
});

test("an OriginChats session appears where the person may look and was not yet", () => {
  const staffHere = session(mona, staff);
  const set = edgeView({ sessions: [benHere, staffHere, session(olga, random), adaHere] });
  const out = commit([opened(session(ada, undefined, "web"))], set);
  assert.deepEqual(received(out, connection(benHere), set), []);
  assert.deepEqual(received(out, connection(staffHere), set), []);
  assert.deepEqual(received(out, connection(session(olga, random)), set), [
    `5\t0\t4\tada\tinherit\t1\f0\f0\f1\f1\t${firstLine}`,
  ]);
});

test("a move is 5.1 to the old channel, mover included, and 5.0 to the new one", () => {
  const monaThere = session(mona, random);
  const set = edgeView({ sessions: [benHere, adaHere, monaThere] });
  const event: Event = {
    type: "session.moved",
    sessionId: adaHere.sessionId,
    userId: ada.userId,
    from: { channelId: general.channelId },
    to: { channelId: random.channelId },
  };
  const out = commit([event], set, { sessionId: adaHere.sessionId });
  assert.deepEqual(received(out, connection(benHere), set), [`5\t1\t4\t${firstLine}`]);
  assert.deepEqual(received(out, connection(adaHere), set), [`5\t1\t4\t${firstLine}`]);
  assert.deepEqual(received(out, connection(monaThere), set), [
    `5\t0\t4\tada\tinherit\t1\f0\f0\f1\f1\t${firstLine + 1}`,
  ]);
  const back = { ...event, from: event.to, to: event.from };
  const entry = commit([back], set).flatMap(({ steps }) => steps?.(connection(adaHere)) ?? []);
  assert.deepEqual(
    entry.map((step) => step.do),
    ["send", "list", "query"],
  );
  assert.deepEqual(sent(entry), ["8\t3", `7\t0\t1\t3\tben\tinherit\t1\f0\f0\f1\f1\t1`]);
});

test("who ends the last session has left everywhere, with the reason", () => {
  const reasons = [
    ["leave", "leave"],
    ["timeout", "leave"],
    ["kick", "kick"],
    ["ban", "kick"],
    ["flood", "flood"],
    ["gateway", "leave"],
  ] as const;
  const web = session(ada, undefined, "web");
  for (const [why, word] of reasons) {
    const set = edgeView({ sessions: [benHere, adaHere, session(mona, random), web] });
    const out = commit([closed(adaHere, why), closed(web, why), ended("ada", why)], set);
    const heard = received(out, connection(benHere), set);
    assert.deepEqual(heard, [`3\t4\tada\t${word}\t${at}\t${firstLine}`]);
    assert.equal(received(out, connection(session(mona, random)), set).length, 1);
  }
});

test("a session that ends while the person stays elsewhere is 5.1, or nothing", () => {
  const second = session(ada, random, "second");
  const set = edgeView({ sessions: [benHere, adaHere, second] });
  const out = commit([closed(adaHere, "leave")], set);
  assert.deepEqual(received(out, connection(benHere), set), [`5\t1\t4\t${firstLine}`]);
  const both = edgeView({ sessions: [benHere, adaHere, session(ada, general, "second")] });
  const none = commit([closed(adaHere, "leave")], both);
  assert.deepEqual(received(none, connection(benHere), both), []);
});

test("a ban ends the person's connections and is a leave for the others", () => {
  const set = edgeView({ sessions: [benHere, session(ada)] });
  const web = session(ada);
  const out = commit(
    [
      {
        type: "moderation.banned",
        userId: ada.userId,
        byId: mona.userId,
        reason: "spam",
        untilMs: null,
        addressTags: [],
      },
      closed(web, "ban"),
      ended("ada", "ban"),
    ],
    set,
  );
  assert.deepEqual(out[0]?.closing, closings.banned(null, "spam"));
  assert.deepEqual(out[0]?.audience, { to: "people", userIds: [ada.userId] });
  assert.deepEqual(received(out.slice(1), connection(benHere), set), [
    `3\t4\tada\tkick\t${at}\t${firstLine}`,
  ]);
});

test("kick, flood and the end of an account close as what they are", () => {
  const set = edgeView();
  const kicked = (why: "kick" | "flood"): Event => ({
    type: "moderation.kicked",
    userId: ada.userId,
    byId: null,
    reason: "",
    why,
    untilMs: null,
  });
  assert.equal(commit([kicked("kick")], set)[0]?.closing?.why, "kicked");
  assert.equal(commit([kicked("flood")], set)[0]?.closing?.why, "flood");
  const gone: Event = { type: "user.departed", userId: ada.userId, byId: null };
  assert.equal(commit([gone], set)[0]?.closing?.why, "departed");
});

test("a new channel is listed for those who may see it; a whisper never", () => {
  const monaHere = session(mona, general);
  const set = edgeView({ sessions: [benHere, monaHere] });
  const made = { ...staff, channelId: random.channelId, slug: "den" };
  const out = commit([{ type: "channel.created", channel: made }], set);
  assert.deepEqual(received(out, connection(monaHere), set), ["4\t0\tden\t0\t0"]);
  assert.deepEqual(received(out, connection(benHere), set), []);
  assert.deepEqual(commit([{ type: "channel.created", channel: whispers }], set), []);
});

test("typing is told to those who were granted it, at most once in three seconds", () => {
  const set = edgeView({ sessions: [benHere, adaHere] });
  const client = connection(benHere);
  const signal = {
    type: "typing",
    place: { channelId: general.channelId },
    userId: ada.userId,
    sessionId: adaHere.sessionId,
  } as const;
  const heard = (view = set.view) => received(renderTyping(signal, view), client, set);
  assert.deepEqual(heard(), []);
  client.own.capabilities = ["TYPING"];
  assert.deepEqual(heard(), [`12\tgeneral\t4\t${at}`]);
  assert.deepEqual(heard({ ...set.view, steadyMs: nowMs + 2_999 }), []);
  assert.equal(heard({ ...set.view, steadyMs: nowMs + 3_000 }).length, 1);
  const dialect: Dialect = "v1";
  assert.ok(
    renderTyping(signal, set.view).every(({ packets }) => packets?.(dialect) === undefined),
  );
});

test("a silence and its end are the person's own to know", () => {
  const set = edgeView({ sessions: [benHere, session(ada)] });
  const silenced: Event = {
    type: "moderation.silenced",
    userId: ada.userId,
    byId: mona.userId,
    reason: "",
    untilMs: null,
    lengthMs: null,
  };
  const [told] = commit([silenced], set);
  assert.deepEqual(told?.audience, { to: "people", userIds: [ada.userId] });
  assert.deepEqual(told?.packets?.("v1"), [`2\t${at}\t-1\t0\fsilence\t${firstLine}\t10010`]);
  const lifted: Event = { type: "moderation.unsilenced", userId: ada.userId, byId: mona.userId };
  const [unsil] = commit([lifted], set);
  assert.deepEqual(unsil?.packets?.("v1"), [`2\t${at}\t-1\t0\funsil\t${firstLine + 1}\t10010`]);
});

test("an announcement is one notice to everybody, with the message's number", () => {
  const set = edgeView({ sessions: [benHere] });
  const announced: Event = {
    type: "message.announced",
    message: message(null, "hear <ye>"),
  };
  const [told] = commit([announced], set);
  assert.deepEqual(told?.audience, { to: "everyone" });
  const [packet] = told?.packets?.("v1") ?? [];
  assert.match(packet ?? "", /^2\t\d+\t-1\t0\fsay\fhear &lt;ye&gt;\t\d+\t10010$/);
});
