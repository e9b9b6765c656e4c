/** Bridge table: the commands of Sock Chat that people of OriginChats find in their list of commands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf } from "../support/stack.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { trustedProxies: ["127.0.0.1"] } });

/** What a command is answered with: the text of its message, or the error. */
async function answered(
  client: OriginchatsClient,
  command: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const packet = await client.ask({ cmd: "slash_call", channel: "general", command, args });
  return (
    (packet["message"] as { readonly content?: unknown } | undefined)?.content ?? packet["val"]
  );
}

test("/topic is told on Sock Chat, and changed by those who manage the channel alone", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  assert.equal(await answered(ada, "topic"), "General chat channel for everyone");
  const refusal = "You do not have permission to change this channel";
  assert.equal(await answered(ada, "topic", { text: "mine" }), refusal);
  assert.equal(await answered(olga, "topic", { text: "tea" }), "The topic is changed.");
  await ben.next("2", ([, , author, body]) => author === "-1" && body === "0\fsay\ftea");
  assert.equal(await answered(ada, "topic"), "tea");
  assert.equal(await answered(olga, "topic", { text: "-" }), "The topic is changed.");
  assert.equal(await answered(ada, "topic"), "This channel has no topic.");
});

test("/rank and /password are of the channel where they are given, /delchan of any", async () => {
  const olga = await home.onOriginchats("olga");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onSockchat("ben");
  const protectedText = "The default channel stays open to everybody";
  assert.equal(await answered(olga, "rank", { rank: 4 }), protectedText);
  assert.equal(await answered(olga, "password", { password: "x" }), protectedText);
  assert.equal(await answered(olga, "create", { name: "den" }), "#den was created.");
  const inDen = async (command: string, args: Readonly<Record<string, unknown>>) => {
    const packet = await olga.ask({ cmd: "slash_call", channel: "den", command, args });
    return (packet["message"] as { readonly content?: unknown }).content;
  };
  await ben.next("4", ([, kind, slug]) => kind === "0" && slug === "den");
  assert.equal(await inDen("password", { password: "knock" }), "#den has a password now.");
  await ben.next(
    "4",
    ([, kind, , slug, locked]) => kind === "1" && slug === "den" && locked === "1",
  );
  ben.say("/join den knock");
  await ben.next("5", ([, kind, slug]) => kind === "2" && slug === "den");
  assert.equal(await inDen("rank", { rank: 8 }), "#den is seen from rank 8 on.");
  await ben.next("4", ([, kind, slug]) => kind === "2" && slug === "den");
  const gone = "Channel 'den' not found";
  assert.equal(await answered(ada, "delchan", { name: "den" }), gone);
  const foreign = "You do not have permission to delete this channel";
  assert.equal(await answered(ada, "delchan", { name: "random" }), foreign);
  assert.equal(await answered(olga, "delchan", { name: "#den" }), "#den is deleted.");
  assert.equal(await answered(olga, "delchan", { name: "den" }), gone);
});

test("/bans names who is barred and from where, /unbanip lets an address in again", async () => {
  await home.stack.operator.addUser("dot");
  const dot = await OriginchatsClient.connect(portOf(home.stack.originchats), {
    headers: { "x-forwarded-for": "198.51.100.9" },
  });
  await dot.login("dot");
  const olga = await home.onOriginchats("olga");
  const mona = await home.onSockchat("mona");
  const ada = await home.onOriginchats("ada");
  assert.equal(await answered(ada, "bans"), "Access denied: 'owner' role required");
  assert.equal(await answered(olga, "bans"), "**Banned (0):** nobody");
  mona.say("/ban dot");
  await dot.next("disconnect");
  const text = "**Banned (1):** dot\n**Addresses:** 198.51.100.9";
  assert.equal(await answered(olga, "bans"), text);
  const unbanned = "✅ **198.51.100.9** has been unbanned.";
  assert.equal(await answered(olga, "unbanip", { address: "198.51.100.9" }), unbanned);
  assert.equal(
    await answered(olga, "unbanip", { address: "198.51.100.9" }),
    "Address is not banned",
  );
  await dot.close();
});
