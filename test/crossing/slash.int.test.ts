/** Bridge table: slash commands of bots used from Sock Chat, and voice as `/who` shows it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({
  furnished: (stack) => stack.operator.addChannel("lounge", ["user"], "voice"),
});

const text = (body: string) => (packet: readonly string[]) => packet.includes(body);

test("a bot's command is called by position from Sock Chat, and its answer is a notice there", async () => {
  await home.stack.operator.addUser("dealer");
  const bot = await home.onOriginchats("dealer");
  const ada = await home.onSockchat("ada");
  const option = (name: string, type: string, required: boolean) => ({
    name,
    description: name,
    type,
    required,
  });
  await bot.ask({
    cmd: "slash_register",
    commands: [
      {
        name: "roll",
        description: "Roll dice",
        options: [option("sides", "int", true), option("label", "str", false)],
      },
      { name: "whisper", description: "Mine", options: [], ephemeral: true },
      { name: "secret", description: "Mine", options: [], ephemeral: true },
    ],
  });
  ada.say("/roll 6 two words");
  const call = await bot.next("slash_call");
  assert.deepEqual(call["val"], {
    command: "roll",
    args: { sides: 6, label: "two words" },
    commander: "dealer",
  });
  const answer = (command: string, response: string) =>
    bot.ask({
      cmd: "slash_response",
      channel: "general",
      response,
      command,
      invoker: call["invoker"],
    });
  await answer("roll", "You rolled <4>");
  await ada.next("2", text("0\fsay\fdealer: You rolled &lt;4&gt;"));
  ada.say("/roll six");
  await ada.next("2", text("0\fsay\fInvalid value for 'sides': Expected int"));
  ada.say("/roll");
  await ada.next("2", text("0\fsay\fMissing required argument: sides"));
  ada.say("/secret");
  await bot.next("slash_call", ({ val }) => (val as { command: string }).command === "secret");
  await answer("secret", "hush");
  await ada.next("2", text("0\fsay\fdealer: hush"));
  ada.say("/nosuch");
  await ada.next("2", text("1\fnocmd\fnosuch"));
});

test("/who marks whoever is in voice", async () => {
  const ben = await home.onOriginchats("ben");
  const ada = await home.onSockchat("ada");
  await ben.ask({ cmd: "voice_join", channel: "lounge", peer_id: "p" });
  ada.say("/who");
  const list = await ada.next("2", (packet) => packet.some((part) => part.startsWith("0\fwho\f")));
  assert.match(list.join(), />ben<\/a> \(voice\)/);
  assert.doesNotMatch(list.join(), />ada<\/a> \(voice\)/);
});
