import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, UserId } from "@dragoman/bus-schema";
import { message as nth } from "@dragoman/testing/people";
import { edge } from "../edge.ts";
import { settings } from "../settings.ts";
import {
  ada,
  at,
  ben,
  commit,
  connection,
  type EdgeView,
  edgeView,
  firstLine,
  general,
  message,
  mona,
  random,
  received,
  session,
  whispers,
} from "../testing/edge.ts";

const benHere = session(ben, general);

const about = (excerpt: string) => {
  const { messageId, number, place, author } = message(ada, "");
  return { messageId, number, place, author, excerpt };
};
const react = (userId: UserId, emoji: string, added = true, excerpt = "hi"): Event => ({
  type: added ? "reaction.added" : "reaction.removed",
  ...about(excerpt),
  emoji,
  userId,
});

/** What somebody in the channel is told of events that were gathered. */
function told(...events: readonly Event[]): readonly string[] {
  const set = edgeView({ sessions: [benHere, session(mona, random)] });
  commit(events, set);
  const out = edge.gather?.render(events, set.view) ?? [];
  assert.deepEqual(received(out, connection(session(mona, random)), set), []);
  return received(out, connection(benHere), set);
}
const said = (text: string): readonly string[] => [
  `2\t${at}\t-1\t0\fsay\f${text}\t${firstLine}\t10010`,
];

test("reactions wait for those after them, by message, unless that is switched off", () => {
  const set = edgeView({ sessions: [benHere] });
  const gathering = edge.gather?.by(react(ada.userId, "👍"), set.view);
  assert.deepEqual(gathering, { key: about("").messageId, afterMs: 5_000, againMs: 60_000 });
  const { config } = set;
  const off = { ...config, sockchat: { ...settings(config), digestMs: 0 } };
  assert.equal(edge.gather?.by(react(ada.userId, "👍"), { ...set.view, config: off }), undefined);
  assert.deepEqual(commit([react(ada.userId, "👍")], set), []);
});

test("a digest names who has newly reacted and who no longer does", () => {
  assert.deepEqual(
    told(
      react(ada.userId, "👍"),
      react(mona.userId, "👍"),
      react(ben.userId, "🎉", false),
      react(mona.userId, "🎈"),
      react(mona.userId, "🎈", false),
    ),
    said("👍 ada, mona; no more 🎉 ben on a message by ada: hi"),
  );
});

test("what was done and undone meanwhile is not told", () => {
  assert.deepEqual(told(react(ada.userId, "👍"), react(ada.userId, "👍", false)), []);
});

test("neither an emoji nor quoted words reach into what follows them", () => {
  assert.deepEqual(
    told(react(ada.userId, `[b]<i>\t${"e".repeat(60)}`, true, "[url=javascript:x]open [b")),
    said(
      `[\u200bb]&lt;i&gt;    ${"e".repeat(25)}… ada on a message by ada: [\u200burl=javascript:x]open [\u200bb`,
    ),
  );
  assert.deepEqual(told(react(ada.userId, "👍", true, "")), said("👍 ada on a message by ada"));
});

test("a pin and its end are a notice to the channel", () => {
  for (const [type, verb] of [
    ["pin.added", "pinned"],
    ["pin.removed", "unpinned"],
  ] as const) {
    const set = edgeView({ sessions: [benHere, session(mona, random)] });
    const out = commit([{ type, ...about("x".repeat(120)), byId: mona.userId }], set);
    assert.deepEqual(
      received(out, connection(benHere), set),
      said(`mona ${verb} a message by ada: ${"x".repeat(60)}…`),
    );
    assert.deepEqual(received(out, connection(session(mona, random)), set), []);
  }
});

test("a reply has the words of the original above it, none of which is a tag", () => {
  const set = edgeView({ sessions: [benHere] });
  const replyTo = { messageId: about("").messageId, author: message(ada, "").author };
  const line = (excerpt: string) => {
    const reply = message(ben, "an answer", { replyTo: { ...replyTo, excerpt } });
    const out = commit([{ type: "message.posted", message: reply }], set);
    const [quote, text] = received(out, connection(benHere), set).map((of) => of.split("\t"));
    assert.deepEqual([quote?.[2], text?.[2], text?.[3]], ["-1", "3", "an answer"]);
    return quote?.[3]?.split("\f")[2];
  };
  assert.equal(line("[b]one[/b] <two>"), "» ada: [\u200bb]one[\u200b/b] &lt;two&gt;");
  assert.equal(line("see [1 for"), "» ada: see [1 for");
  assert.equal(line(" "), "» ada");
  assert.equal(line("é".repeat(61)), `» ada: ${"é".repeat(60)}…`);
});

test("what is told of reactions has the words of now, or is not told at all", () => {
  const set = edgeView({ sessions: [benHere] });
  const event = react(mona.userId, "😱", true, "my phone is 555");
  const edited = message(ada, "harmless");
  commit([event, { type: "message.edited", message: edited, recent: true }], set);
  const gathered = () =>
    received(edge.gather?.render([event], set.view) ?? [], connection(benHere), set);
  assert.match(gathered().join(), /a message by ada: harmless\t/);
  const { messageId, number, place, author } = edited;
  commit([event, { type: "message.deleted", messageId, number, place, author, byId: null }], set);
  assert.deepEqual(gathered(), []);
});

test("no more is told of a place than ten notices a minute, whoever reacts to however many messages", () => {
  const set = edgeView({ sessions: [benHere] });
  const told = (view: EdgeView["view"]) =>
    Array.from({ length: 100 }, (_, n) => {
      const { messageId, number, place } = nth(n + 1);
      const event = { ...react(mona.userId, "👍"), messageId, number, place } as Event;
      commit([event], set);
      return received(edge.gather?.render([event], view) ?? [], connection(benHere), set);
    }).flat();
  const lines = told(set.view);
  assert.equal(lines.length, 10);
  assert.match(lines.at(-1) ?? "", /More is done to messages here than is told of/);
  assert.equal(told({ ...set.view, steadyMs: set.view.steadyMs + 60_000 }).length, 10);
});

test("what is done to a whisper is told as a private thing, to those two", () => {
  const set = edgeView({ sessions: [benHere, session(mona, general)] });
  const place = { channelId: whispers.channelId };
  const event: Event = { type: "pin.added", ...about("psst"), place, byId: ben.userId };
  const out = commit([event], set);
  const text = "(private, ada and ben) ben pinned a message by ada: psst";
  assert.deepEqual(received(out, connection(benHere), set), [
    `2\t${at}\t-1\t0\fsay\f${text}\t${firstLine}\t10011`,
  ]);
  assert.deepEqual(received(out, connection(session(mona, general)), set), []);
});
