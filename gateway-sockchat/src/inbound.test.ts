import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { edge } from "./edge.ts";
import { clientPackets } from "./inbound.ts";
import { settings } from "./settings.ts";
import {
  ada,
  at,
  connection,
  edgeView,
  firstLine,
  frame,
  general,
  only,
  sent,
  session,
  type,
} from "./testing/edge.ts";

const here = session(ada, general);

test("the table holds each packet that a client may send, once", () => {
  assert.deepEqual(
    clientPackets.map(({ id }) => id),
    ["0", "1", "2", "3", "4"],
  );
});

test("any ping of a signed-in connection counts and gets a pong, a stranger's does not", () => {
  const set = edgeView({ sessions: [here] });
  for (const text of ["0", "0\t4", "0\t99", "0\tabc\t1744579641"]) {
    const client = connection(here);
    assert.deepEqual(sent(edge.receive(frame(text), client, set.view)), ["0\tpong"]);
    assert.equal(client.own.pingedAtMs, set.view.nowMs);
  }
  assert.deepEqual(edge.receive(frame("0\t4"), connection(), set.view), []);
});

test("without a ping within the limit the connection is closed as timed out, without packet 9", () => {
  const set = edgeView({ sessions: [here] });
  const client = connection(here);
  const late = settings(set.config).pingTimeoutMs + 1;
  client.own.pingedAtMs = set.view.nowMs - late + 1;
  assert.deepEqual(edge.tick(client, set.view), []);
  client.own.pingedAtMs = set.view.nowMs - late;
  const { closing } = only(edge.tick(client, set.view), "close");
  assert.deepEqual(edge.farewell(closing, client, set.view), { packets: [], code: 1000, text: "" });
  assert.deepEqual(edge.tick(connection(), set.view), []);
});

test("a text becomes a post in the channel where the session stands", () => {
  const set = edgeView({ sessions: [here] });
  const step = only(type("  hello <b>\n\u00a0", connection(here), set), "command");
  assert.deepEqual(step.body, {
    type: "message.post",
    place: { channelId: general.channelId },
    kind: "text",
    content: { text: "hello <b>", markup: "bbcode" },
  });
});

test("a foreign id, a blank text, too few fields and unknown packets are passed over", () => {
  const set = edgeView({ sessions: [here] });
  const ignored = [
    "",
    "\t",
    "2",
    "2\t4",
    "2\t3\thi",
    "2\t04\thi",
    "2\t4\t",
    "2\t4\t \u00a0\u3000",
    "5\t0",
    "9\tkick",
    "99",
    "-1\t2",
    "abc",
    " 0\t4",
    "00\t4",
    "__proto__",
    "constructor\t4",
  ];
  for (const text of ignored) {
    assert.deepEqual(edge.receive(frame(text), connection(here), set.view), [], text);
  }
});

test("fields after the text are passed over", () => {
  const set = edgeView({ sessions: [here] });
  const step = only(edge.receive(frame("2\t4\thi\tLounge"), connection(here), set.view), "command");
  assert.equal(step.body.type === "message.post" && step.body.content.text, "hi");
});

test("too long a text is not posted, and its author is told", () => {
  const set = edgeView({ sessions: [here] });
  const long = "Message too long. Maximum length is 2000 characters";
  assert.deepEqual(sent(type("😀".repeat(2001), connection(here), set)), [
    `2\t${at}\t-1\t0\fsay\f${long}\t${firstLine}\t10010`,
  ]);
  only(type("😀".repeat(2000), connection(here), set), "command");
});

test("client info is answered once and before sign-in, a bare number never", () => {
  const set = edgeView();
  const client = connection();
  assert.deepEqual(edge.receive(frame("3\t2"), client, set.view), []);
  assert.deepEqual(sent(edge.receive(frame("3\tKuroko/f\tX_A\fTYPING\fMCHAN"), client, set.view)), [
    "11\tDragoman\tTYPING",
  ]);
  assert.deepEqual(edge.receive(frame("3\tKuroko/f\t"), client, set.view), []);
  assert.deepEqual(sent(edge.receive(frame("3\tbot"), connection(), set.view)), ["11\tDragoman\t"]);
});

test("each exchange of capabilities after sign-in replaces the set", () => {
  const set = edgeView({ sessions: [here] });
  const client = connection(here);
  assert.deepEqual(sent(edge.receive(frame("3\tTYPING MCHAN"), client, set.view)), ["11\tTYPING"]);
  assert.deepEqual(client.own.capabilities, ["TYPING"]);
  assert.deepEqual(sent(edge.receive(frame("3\tMCHAN"), client, set.view)), ["11\t"]);
  assert.deepEqual(client.own.capabilities, []);
});

test("typing is passed on in both forms, at most once in three seconds, never answered", () => {
  const set = edgeView({ sessions: [here] });
  for (const text of ["4\t4\tgeneral", "4\tgeneral"]) {
    const client = connection(here);
    const step = only(edge.receive(frame(text), client, set.view), "command");
    assert.deepEqual(step.body, {
      type: "typing.start",
      place: { channelId: general.channelId },
    });
    assert.deepEqual(step.refuse({ code: "busy", waitMs: 1 }, set.view), []);
    assert.deepEqual(edge.receive(frame(text), client, set.view), []);
  }
  assert.deepEqual(edge.receive(frame("4\t3\tgeneral"), connection(here), set.view), []);
  // The first is due, however young the process is by which time is measured.
  const young = { ...set.view, steadyMs: 1 };
  only(edge.receive(frame("4\tgeneral"), connection(here), young), "command");
});

test("no frame makes the edge throw, signed in or not", () => {
  const set = edgeView({ sessions: [here] });
  const word = fc.oneof(
    fc.constantFrom("0", "1", "2", "3", "4", "ada", "Local", "-1", "/kick", "/msg", "__proto__"),
    fc.string({ unit: "binary", maxLength: 20 }),
  );
  const text = fc
    .array(word, { maxLength: 6 })
    .chain((words) => fc.constantFrom("\t", " ", "\n").map((join) => words.join(join)));
  const line = fc.oneof(
    text,
    text.map((typed) => `2\t4\t/${typed}`),
  );
  fc.assert(
    fc.property(line, (typed) => {
      for (const client of [connection(here), connection()]) {
        edge.meter(frame(typed), client, set.view);
        for (const packet of sent(edge.receive(frame(typed), client, set.view))) {
          assert.notEqual(packet, "");
          assert.doesNotMatch(packet, /[\n\r\0]/);
        }
      }
    }),
    { numRuns: 500 },
  );
});
