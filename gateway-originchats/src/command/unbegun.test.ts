import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnswerOf } from "@dragoman/bus-schema";
import { newClient } from "../client.ts";
import { edge } from "../edge.ts";
import {
  ada,
  connection,
  errorOf,
  general,
  message,
  mona,
  roster,
  say,
  sent,
  view,
} from "../testing/edge.ts";

const page: AnswerOf<"message.page"> = {
  messages: [message(9)],
  total: 9,
  older: 0,
  newestId: message(9).messageId,
};

/** The page that is answered to a request of a client that has said this before. */
function pageFor(...said: readonly object[]): Record<string, unknown> {
  const client = connection(ada);
  for (const packet of said) {
    edge.receive({ kind: "text", text: JSON.stringify(packet) }, client, view());
  }
  const asked = { cmd: "messages_get", channel: "general", start: "x", limit: 50 };
  const steps = edge.receive({ kind: "text", text: JSON.stringify(asked) }, client, view());
  const query = steps.find((step) => step.do === "query");
  if (query === undefined) throw new Error("no query");
  const packets = sent(query.answer(page as never, view()));
  return packets.find(({ cmd }) => cmd === "messages_get") ?? {};
}

test("who has said what it can do reads a page as val too, and whether it holds the oldest", () => {
  const plain = pageFor();
  assert.deepEqual(Object.keys(plain), ["cmd", "channel", "messages", "range"]);
  const newer = pageFor({ cmd: "capabilities", val: ["server_side_embeds"] });
  assert.deepEqual(newer, { ...plain, val: plain["messages"], at_start: true });
});

test("a log-in that names its client is of the newer dialect", () => {
  for (const [name, newer] of [
    ["mistwarp", true],
    [undefined, false],
    [5, false],
  ] as const) {
    const client = connection();
    const packet = { cmd: "login", username: "ada", password: "x", client: name };
    edge.receive({ kind: "text", text: JSON.stringify(packet) }, client, view());
    assert.equal(client.own.newer, newer);
  }
});

test("capabilities are answered by what they change, which is nothing", () => {
  assert.deepEqual(sent(say(ada, { cmd: "capabilities", val: ["x"], listener: "l" })), [
    { cmd: "capabilities", val: [], listener: "l" },
  ]);
});

test("a connection's key names the server, but for an address that a query does not bear as it is", () => {
  const keyAt = (fileBase: string): string =>
    newClient(() => "k", { roster: Object.assign(roster(), { fileBase }) }).validatorKey;
  assert.equal(keyAt("https://chat.example"), "originChats-https://chat.example-k");
  assert.equal(keyAt("http://[2001:db8::1]:5613/x"), "originChats-http://[2001:db8::1]:5613/x-k");
  for (const odd of ["", "https://chat.example/?a=1&b=2", "https://chat.example/#x"]) {
    assert.equal(keyAt(odd), "originChats-k");
  }
});

test("a whisper is opened before anybody has said a word in it", () => {
  const unbegun = view(roster({ channels: [general] }));
  const open = (user: unknown, given = unbegun) =>
    say(ada, { cmd: "channel_create", user, listener: "l" }, given);
  const none = { last_message: null, last_message_id: null };
  const channel = {
    type: "text",
    name: "@mona",
    permissions: { send: ["ada", "mona"] },
    ...none,
  };
  const told = { cmd: "channel_create", channel, created: true, listener: "l" };
  assert.deepEqual(sent(open("Mona")), [told]);
  assert.deepEqual(sent(open("ben", view())), [
    {
      ...told,
      channel: {
        ...channel,
        name: "@ben",
        permissions: { send: ["ada", "ben"] },
      },
      created: false,
    },
  ]);
  assert.equal(errorOf(open("nobody")), "User not found");
  assert.equal(errorOf(open("ada")), "Not to yourself");
  const banned = view(roster({ channels: [general], users: [ada, { ...mona, banned: true }] }));
  assert.equal(errorOf(open("mona", banned)), "User not found");
  assert.equal(errorOf(open(5)), "Access denied: 'manage_channels' permission required");
});

test("a whisper that nobody has begun is an empty page", () => {
  const unbegun = view(roster({ channels: [general] }));
  const read = (fields: object) =>
    sent(say(ada, { cmd: "messages_get", channel: "@mona", ...fields }, unbegun));
  const empty = { cmd: "messages_get", channel: "@mona", messages: [] };
  assert.deepEqual(read({}), [{ ...empty, range: { start: 0, end: 100 } }]);
  assert.deepEqual(read({ start: "m", limit: 5 }), [{ ...empty, range: { start: 0, end: 5 } }]);
});
