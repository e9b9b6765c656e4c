import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event, UserId } from "@dragoman/bus-schema";
import { edge } from "../edge.ts";
import { settings } from "../settings.ts";
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
  random,
  received,
  session,
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
    return received(out, connection(benHere), set)[0]?.split("\t")[3];
  };
  assert.equal(
    line("[b]one[/b] <two>"),
    "» ada: [\u200bb]one[\u200b/b] &lt;two&gt; <br/> an answer",
  );
  assert.equal(line("see [1 for"), "» ada: see [1 for <br/> an answer");
  assert.equal(line(" "), "» ada <br/> an answer");
  assert.equal(line("é".repeat(61)), `» ada: ${"é".repeat(60)}… <br/> an answer`);
});
