import assert from "node:assert/strict";
import { test } from "node:test";
import { closings } from "@dragoman/gateway-kit";
import fc from "fast-check";
import { edge } from "./edge.ts";
import { settings } from "./settings.ts";
import { ada, connection, errorOf, nowMs, olga, say, sent, view } from "./testing/edge.ts";

const cmds = fc.constantFrom(
  "message_new",
  "message_edit",
  "message_delete",
  "messages_get",
  "typing",
  "unreads_ack",
  "unreads_count",
  "user_ban",
  "slash_call",
  "login",
  "register",
  "constructor",
  "__proto__",
);
const fields = fc.constantFrom(
  "channel",
  "thread_id",
  "content",
  "id",
  "embeds",
  "attachments",
  "args",
  "command",
  "user",
  "start",
  "limit",
  "username",
  "password",
  "message_id",
  "reply_to",
  "ping",
  "listener",
);
const values = fc.oneof(fc.jsonValue(), fc.constantFrom("general", "staff", "@ben", "ban"));

test("no packet of anybody's throws, signed in or not", () => {
  fc.assert(
    fc.property(cmds, fc.dictionary(fields, values), fc.boolean(), (cmd, rest, signedIn) => {
      assert.ok(Array.isArray(say(signedIn ? ada : undefined, { ...rest, cmd })));
    }),
    { numRuns: 500 },
  );
});

test("no text of anybody's throws, signed in or not", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.json()),
      fc.boolean(),
      (text, signedIn) => {
        edge.receive({ kind: "text", text }, connection(signedIn ? ada : undefined), view());
      },
    ),
  );
});

test("a deep packet is answered", () => {
  const nest = (inner: string): string => `${"[".repeat(50_000)}1${"]".repeat(50_000)}${inner}`;
  const deep = [
    `{"cmd":${nest("")}}`,
    `{"cmd":"message_new","channel":"general","content":"x","embeds":[${nest("")}]}`,
    `{"cmd":"slash_call","channel":"general","command":"kick","args":{"username":${nest("")}}}`,
  ];
  for (const text of deep) {
    const steps = edge.receive({ kind: "text", text }, connection(ada), view());
    assert.equal(sent(steps)[0]?.["cmd"], "error");
  }
});

test("unknown commands are named, with a listener; without a cmd there is no source", () => {
  assert.deepEqual(sent(say(ada, { cmd: "events", listener: "l" })), [
    { cmd: "error", src: "events", val: "Unknown command: events", listener: "l" },
  ]);
  assert.deepEqual(sent(say(ada, {})), [{ cmd: "error", val: "Unknown command: None" }]);
  assert.deepEqual(sent(say(ada, { cmd: ["x"] })), [
    { cmd: "error", src: ["x"], val: "Unknown command: ['x']" },
  ]);
  for (const cmd of ["auth", "login", "register", "constructor", "__proto__", "toString"]) {
    assert.equal(errorOf(say(ada, { cmd })), `Unknown command: ${cmd}`);
  }
});

test("after log-in what is no object is answered, before it is not", () => {
  assert.deepEqual(sent(say(ada, [1])), [
    { cmd: "error", val: "Invalid message format: expected a dictionary, got list" },
  ]);
  assert.deepEqual(say(undefined, [1]), []);
  const binary = { kind: "binary", bytes: new Uint8Array([1]) } as const;
  assert.deepEqual(edge.receive(binary, connection(ada), view()), []);
});

test("ping is answered with its listener", () => {
  assert.deepEqual(sent(say(ada, { cmd: "ping", listener: "l" })), [
    { cmd: "pong", val: "pong", listener: "l" },
  ]);
});

test("a wrong type is named by its field", () => {
  assert.equal(
    errorOf(say(ada, { cmd: "message_new", channel: "general", content: 5 })),
    "Invalid request: content",
  );
  assert.equal(
    errorOf(say(ada, { cmd: "messages_get", channel: "general", limit: null })),
    "Invalid request: limit",
  );
  assert.equal(
    errorOf(say(ada, { cmd: "messages_get", channel: "general", limit: 1.5 })),
    "Invalid request: limit",
  );
  assert.equal(
    errorOf(say(ada, { cmd: "messages_get", channel: "general", start: null })),
    "Invalid request: start",
  );
  assert.equal(errorOf(say(ada, { cmd: "user_ban", user: 5 })), "Invalid request: user");
  assert.equal(errorOf(say(ada, { cmd: "typing", channel: {} })), "Invalid request: channel");
});

test("above the packet limits a packet is refused, then the connection ended", () => {
  const client = connection(ada);
  const at = view();
  const frame = { kind: "text", text: "{}" } as const;
  const { floodWarn, floodClose } = settings(at.config);
  for (let n = 0; n < floodWarn; n += 1) assert.equal(edge.meter(frame, client, at), undefined);
  assert.deepEqual(sent(edge.meter(frame, client, at) ?? []), [
    { cmd: "rate_limit", reason: "Too many packets. Wait 10.0 seconds", length: 10_000 },
  ]);
  const asking = (text: string) => sent(edge.meter({ kind: "text", text }, client, at) ?? []);
  assert.deepEqual(asking('{"cmd":"ping","listener":"l1"}'), [
    {
      cmd: "rate_limit",
      reason: "Too many packets. Wait 10.0 seconds",
      length: 10_000,
      listener: "l1",
    },
  ]);
  for (let n = floodWarn + 2; n < floodClose; n += 1) edge.meter(frame, client, at);
  const last = edge.meter(frame, client, at) ?? [];
  assert.deepEqual(
    last.map((step) => step.do),
    ["send", "command"],
  );
  assert.equal(edge.meter(frame, client, { ...at, steadyMs: nowMs + 10_000 }), undefined);

  const stranger = connection();
  for (let n = 0; n < floodClose; n += 1) edge.meter(frame, stranger, at);
  assert.deepEqual(
    edge.meter(frame, stranger, at)?.map((step) => step.do),
    ["send", "close"],
  );
});

test("a long packet counts as so many, and may be longer than others by a picture for everybody alone", () => {
  const at = view();
  const picture = (cmd: string) =>
    ({
      kind: "text",
      text: `{"cmd":"${cmd}","name":"x","image":"${"A".repeat(2 ** 20)}"}`,
    }) as const;
  const client = connection(olga);
  const { floodWarn } = settings(at.config);
  let taken = 0;
  while (edge.meter(picture("emoji_add"), client, at) === undefined) taken += 1;
  assert.equal(taken, Math.floor(floodWarn / 33));
  const isRefused = (who: typeof ada, cmd: string) => {
    const steps = edge.receive(picture(cmd), connection(who), at);
    return /longer than 262144 characters/.test(JSON.stringify(steps));
  };
  assert.ok(isRefused(ada, "emoji_add"));
  assert.ok(isRefused(olga, "message_new"));
  assert.ok(!isRefused(olga, "emoji_add"));
  assert.ok(!isRefused(olga, "server_update"));
});

test("the server says ping on every tick", () => {
  assert.deepEqual(sent(edge.tick(connection(), view())), [{ cmd: "ping" }]);
});

test("a connection's end is told in this protocol's words", () => {
  const end = (closing: Parameters<typeof edge.farewell>[0]) =>
    edge.farewell(closing, connection(ada), view());
  assert.deepEqual(end(closings.banned(null, "")), {
    packets: [
      '{"cmd":"disconnect","reason":"You have been banned"}',
      '{"cmd":"error","src":"user_ban","val":"You are banned from this server"}',
    ],
    code: 1000,
    text: "Banned",
  });
  assert.deepEqual(end(closings.kicked(null, "noise")).packets, [
    '{"cmd":"disconnect","reason":"noise"}',
    '{"cmd":"error","src":"user_kick","val":"Kicked: noise"}',
  ]);
  const { timeout, signIn, drain, slow, unknownOutcome } = closings;
  for (const closing of [timeout, signIn, drain, slow, unknownOutcome]) {
    const { packets, code } = end(closing);
    assert.deepEqual(packets, []);
    assert.ok(code !== undefined && code >= 1001 && code <= 1013);
  }
  assert.equal(end(drain).code, 1012);
  const waits = [null, nowMs + 500].map((untilMs) => end(closings.floodedOut(untilMs)).packets);
  assert.deepEqual(waits, [
    ['{"cmd":"rate_limit","reason":"Too many packets. Wait 10.0 seconds","length":10000}'],
    ['{"cmd":"rate_limit","reason":"Too many packets. Wait 0.5 seconds","length":500}'],
  ]);
  assert.equal(end(closings.departed).code, 1000);
  assert.equal(end(closings.protocol("odd")).text, "odd");
});
