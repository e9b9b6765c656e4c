/** Bridge table, Messages, edited: how often it is told on Sock Chat, in a backlog, and of embeds, byte for byte. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient } from "../support/originchats-client.ts";
import type { SockchatClient, SockchatPacket } from "../support/sockchat-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });

async function say(client: OriginchatsClient, content: string, more: object = {}) {
  const packet = { cmd: "message_new", channel: "general", content, ...more };
  const { message } = await client.ask(packet);
  return (message as { readonly id: string }).id;
}

const edit = (client: OriginchatsClient, id: string, content: string, more: object = {}) =>
  client.ask({ cmd: "message_edit", channel: "general", id, content, ...more });

/** The next line with this body. */
const line = (client: SockchatClient, body: string): Promise<SockchatPacket> =>
  client.next("2", ([, , , text]) => text === body);

/** What a client is sent of one line: that it goes, or its body. */
function told(client: SockchatClient, id: string | undefined): readonly string[] {
  return client.log.entries.flatMap(([kind, ...fields]) => {
    if (kind === "6" && fields[0] === id) return ["goes"];
    return kind === "2" && fields[3] === id ? [fields[2] ?? ""] : [];
  });
}

test("edits of one message within two seconds are the first and the last", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const id = await say(ada, "v0");
  const number = (await line(ben, "v0"))[4];
  for (const n of [1, 2, 3, 4, 5, 6]) await edit(ada, id, `v${n}`);
  await line(ben, "v6 (edited)");
  assert.deepEqual(told(ben, number), ["v0", "goes", "v1 (edited)", "goes", "v6 (edited)"]);
});

test("an edit that waits is not told of a message that is gone", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const id = await say(ada, "w0");
  const number = (await line(ben, "w0"))[4];
  await edit(ada, id, "w1");
  await edit(ada, id, "my secret");
  await ada.ask({ cmd: "message_delete", channel: "general", id });
  // What waits for another message, edited later, is told after it would have been.
  const other = await say(ada, "x0");
  for (const n of [1, 2]) await edit(ada, other, `x${n}`);
  await line(ben, "x2 (edited)");
  assert.deepEqual(told(ben, number), ["w0", "goes", "w1 (edited)", "goes"]);
});

test("a backlog says of a line that it was edited", async () => {
  const ada = await home.onOriginchats("ada");
  const id = await say(ada, "y0");
  await edit(ada, id, "y1");
  const late = await home.onSockchat("mona");
  assert.ok(late.has("y1 (edited)"));
  assert.ok(!late.has("y1"));
});

test("an embed has all that it says under each other, and changes and goes with its message", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const id = await say(ada, "build", {
    embeds: [
      {
        author: { name: "CI" },
        title: "T1",
        url: "https://e.org/1",
        description: "*red*",
        fields: [
          { name: "branch", value: "main" },
          { name: "tests", value: "7 failed" },
        ],
        image: { url: "https://e.org/i.png" },
        footer: { text: "foot" },
      },
    ],
  });
  const whole = [
    "0\fsay\fada: CI",
    "T1 https://e.org/1 [i]red[/i]",
    "branch: main",
    "tests: 7 failed",
    "https://e.org/i.png",
    "foot",
  ].join(" <br/> ");
  const embed = await line(ben, whole);
  await edit(ada, id, "build again", { embeds: [{ fields: [{ name: "tests", value: "ok" }] }] });
  const after = await line(ben, "0\fsay\fada: tests: ok");
  assert.equal(after[4], embed[4], "in the place of the one before");
  assert.deepEqual(told(ben, embed[4]), [whole, "goes", "0\fsay\fada: tests: ok"]);
  await ada.ask({ cmd: "message_delete", channel: "general", id });
  await ben.next("6", ([, number]) => number === embed[4]);
});

test("a poll's options keep their emoji", async () => {
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  await ada.ask({
    cmd: "poll_create",
    channel: "general",
    question: "Colour?",
    options: [
      { id: "g", text: "green", emoji: "🟩" },
      { id: "b", text: "blue" },
    ],
  });
  const asked =
    "0\fsay\fada: Colour? <br/> 1. 🟩 green (0) <br/> 2. blue (0) <br/> Vote with /vote number";
  await line(ben, asked);
  ben.say("/vote 1");
  await line(ben, '0\fsay\fPoll "Colour?": 1. 🟩 green (1), 2. blue (0)');
});
