/** What is private stays private: whatever a member names, quotes or asks for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { limits: { messagesPerMinute: 0, burstLimit: 0 } } });

test("no channel catches whispers: none is named like one", async () => {
  const vic = await home.onOriginchats("ada");
  const mona = await home.onOriginchats("mona");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onSockchat("ben");
  const create = { cmd: "slash_call", channel: "general", command: "create" };
  assert.deepEqual(
    (await vic.ask({ ...create, args: { name: "@ben" } }))["val"],
    "Invalid channel name",
  );
  assert.equal(
    (await olga.ask({ cmd: "channel_create", name: "@ben", type: "text" })).cmd,
    "error",
  );
  const rename = { cmd: "channel_update", current_name: "random", updates: { name: "@ben" } };
  assert.equal((await olga.ask(rename)).cmd, "error");

  ben.say("/msg mona what was the door code?");
  await mona.sees("what was the door code?");
  mona.say("@ben", "1234");
  await ben.next("2", ([, , , text, , flags]) => text === "1234" && flags === "10011");
  await vic.ask({ cmd: "ping" });
  assert.ok(!vic.has("1234"));
});
