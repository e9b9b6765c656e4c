/**
 * OriginChats 3, section 7: `slash_register`, `slash_list`, `slash_call`, `slash_response`, `slash_add`,
 * `slash_remove` and `/help`.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "@dragoman/testing/deadline";
import type { OriginchatsClient, OriginchatsPacket } from "../../support/originchats-client.ts";
import { stackForTests } from "../../support/test-stack.ts";

const home = stackForTests();

/** A bot of the test's own, signed in. */
async function botNamed(name: string): Promise<OriginchatsClient> {
  await home.stack.operator.addUser(name);
  return home.onOriginchats(name);
}

const option = (name: string, type: string, more: object = {}) => ({
  name,
  description: name,
  type,
  ...more,
});
const roll = {
  name: "roll",
  description: "Roll dice",
  options: [
    option("sides", "int"),
    option("label", "str", { required: false }),
    option("kind", "enum", { required: false, choices: ["a", "b"] }),
  ],
};
const secret = {
  name: "secret",
  description: "Admins",
  whitelistRoles: ["owner"],
  ephemeral: true,
};
const guests = { name: "guests", description: "Others", blacklistRoles: ["user"] };

const register = (bot: OriginchatsClient, commands: unknown) =>
  bot.ask({ cmd: "slash_register", commands });

async function refused(
  client: OriginchatsClient,
  packet: { cmd: string; [field: string]: unknown },
): Promise<unknown> {
  const answer = await client.ask(packet);
  assert.deepEqual([answer.cmd, answer["src"]], ["error", packet.cmd]);
  return answer["val"];
}

/** The one `slash_call` that the bot has received of this name. */
const called = (bot: OriginchatsClient, name: string): Promise<OriginchatsPacket> =>
  bot.next("slash_call", ({ val }) => (val as { command: string }).command === name);

test("slash_register announces the commands to everybody, slash_list has them after the own ones", async () => {
  const bot = await botNamed("dealer");
  const ada = await home.onOriginchats("ada");
  const reply = await register(bot, [roll, secret]);
  assert.equal(reply["val"], "2 commands registered successfully");
  const listed = {
    name: "roll",
    description: "Roll dice",
    options: [
      { name: "sides", description: "sides", type: "int", choices: null, required: true },
      { name: "label", description: "label", type: "str", choices: null, required: false },
      { name: "kind", description: "kind", type: "enum", choices: ["a", "b"], required: false },
    ],
    whitelistRoles: null,
    blacklistRoles: null,
    ephemeral: false,
    registeredBy: "dealer",
  };
  const added = await ada.next("slash_add");
  assert.deepEqual((added["commands"] as readonly unknown[])[0], listed);
  const own = bot.log.entries.map(({ cmd }) => cmd);
  assert.ok(own.indexOf("slash_add") < own.indexOf("slash_register"));
  const list = (await ada.ask({ cmd: "slash_list" }))["commands"] as readonly { name: string }[];
  assert.deepEqual(list.at(-2), listed);
  await register(bot, [roll]);
  assert.deepEqual((await ada.next("slash_remove"))["commands"], ["secret"]);
  const mark = ada.log.length;
  await bot.close();
  await ada.next("user_disconnect", ({ username }) => username === "dealer");
  assert.deepEqual(
    ada.log.since(mark).filter(({ cmd }) => cmd === "slash_remove"),
    [{ cmd: "slash_remove", commands: ["roll"] }],
  );
  assert.equal(
    await refused(ada, { cmd: "slash_call", channel: "general", command: "roll" }),
    "Unknown slash command: /roll",
  );
});

test("slash_register refuses what is no command, and a second session of the person", async () => {
  const bot = await botNamed("clerk");
  const wrong = (commands?: unknown) => refused(bot, { cmd: "slash_register", commands });
  for (const none of [undefined, [], "x"]) {
    assert.equal(await wrong(none), "Commands must be provided as a list");
  }
  const head = "Invalid command schema: 1 validation error for SlashCommand\n";
  const starts = async (commands: unknown, path: string) =>
    assert.ok(String(await wrong(commands)).startsWith(`${head}${path}\n  `), path);
  await starts([{}], "name");
  await starts([{ name: "x" }], "description");
  await starts([{ ...roll, options: [option("o", "string")] }], "options.0.type");
  await starts([{ ...roll, options: [option("o", "enum")] }], "options.0");
  await starts([{ ...roll, name: "ban" }], "name");
  await starts([roll, roll], "name");
  await register(bot, [roll]);
  const second = await home.onOriginchats("clerk");
  assert.equal(
    await refused(second, { cmd: "slash_register", commands: [guests] }),
    "You already have slash commands registered from another session",
  );
});

test("slash_call reaches the handler and is echoed; the answer is everybody's", async () => {
  const bot = await botNamed("croupier");
  const ada = await home.onOriginchats("ada");
  const ben = await home.onOriginchats("ben");
  await register(bot, [{ ...roll, name: "spin" }]);
  const call = { cmd: "slash_call", channel: "general", command: "spin", args: { sides: 6 } };
  const echoed = await ada.ask(call);
  const { listener: _, ...packet } = echoed;
  assert.deepEqual(packet, {
    cmd: "slash_call",
    val: { command: "spin", args: { sides: 6 }, commander: "croupier" },
    invoker: echoed["invoker"],
    invokerUsername: "ada",
    channel: "general",
  });
  assert.deepEqual(await called(bot, "spin"), packet);
  const answer = await bot.ask({
    cmd: "slash_response",
    channel: "general",
    response: " You rolled 4 ",
    command: "spin",
    invoker: echoed["invoker"],
  });
  const told = await ben.next("message_new");
  const message = told["message"] as Record<string, unknown>;
  assert.equal(message["user"], "croupier");
  assert.equal(message["content"], "You rolled 4");
  assert.deepEqual(message["interaction"], { command: "spin", username: "ada" });
  assert.deepEqual(answer["message"], message);
  const page = await ben.ask({ cmd: "messages_get", channel: "general", limit: 1 });
  const [kept] = page["messages"] as readonly Record<string, unknown>[];
  assert.deepEqual(kept?.["interaction"], { command: "spin", username: "ada" });
});

test("slash_call is refused in the original's words", async () => {
  const bot = await botNamed("warden");
  const ada = await home.onOriginchats("ada");
  await register(bot, [{ ...roll, name: "toss" }, secret, guests]);
  const call = (command: unknown, args: unknown = {}, channel: unknown = "general") =>
    refused(ada, { cmd: "slash_call", channel, command, args });
  assert.equal(
    await call("toss", { sides: 6 }, ""),
    "Channel parameter is required for slash commands",
  );
  assert.equal(await call("toss", []), "Command args must be an object");
  assert.equal(await call(5), "Command name must be a string");
  assert.equal(await call("nope"), "Unknown slash command: /nope");
  assert.equal(await call("secret"), "Access denied: 'owner' role required");
  assert.equal(await call("guests"), "Access denied: 'user' role is forbidden");
  assert.equal(await call("toss", { sides: 6, extra: 1 }), "Unknown argument: extra");
  assert.equal(await call("toss"), "Missing required argument: sides");
  assert.equal(
    await call("toss", { sides: "six" }),
    "Invalid value for 'sides': Expected integer, got string",
  );
  assert.equal(
    await call("toss", { sides: 6, kind: "zzz" }),
    "Invalid value for 'kind': Expected one of the choices",
  );
  assert.equal(await call("toss", { sides: 6 }, "staff"), "Channel not found");
  const deep: object = Array.from({ length: 8 }).reduce<object>((inner) => ({ inner }), {});
  assert.equal(await call("toss", deep), "Command args are nested too deeply");
});

test("slash_response is refused in the original's words", async () => {
  const bot = await botNamed("scribe");
  const respond = (packet: object) => refused(bot, { cmd: "slash_response", ...packet });
  assert.equal(await respond({}), "Channel parameter is required for slash commands");
  const general = { channel: "general" };
  assert.equal(await respond(general), "Slash response must have content or embeds");
  assert.equal(
    await respond({ ...general, response: 5, command: "roll" }),
    "Slash response must be a string",
  );
  assert.match(
    String(await respond({ ...general, embeds: [{ color: -1 }], command: "roll" })),
    /^Embed 0: 1 validation error for Embed/,
  );
  assert.equal(
    await respond({ ...general, response: "x" }),
    "Command parameter is required for slash responses",
  );
  const nowhere = { channel: "nosuchchannel", response: "x", command: "roll" };
  assert.equal(await respond(nowhere), "Channel not found");
  assert.equal(await respond({ ...nowhere, channel: "staff" }), "Channel not found");
  const long = { ...general, response: "y".repeat(2_001), command: "roll" };
  assert.equal(await respond(long), "Message too long. Maximum length is 2000 characters");
});

test("the answer to an ephemeral command is for its caller and nobody else", async () => {
  const bot = await botNamed("whisperer");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onOriginchats("ben");
  await register(bot, [{ ...secret, name: "hush" }]);
  const echoed = await olga.ask({ cmd: "slash_call", channel: "general", command: "hush" });
  await called(bot, "hush");
  await bot.ask({
    cmd: "slash_response",
    channel: "general",
    response: "only you",
    command: "hush",
    invoker: echoed["invoker"],
  });
  await olga.sees("only you");
  olga.say("general", "after it");
  await ben.sees("after it");
  assert.ok(!ben.has("only you"));
  const page = await olga.ask({ cmd: "messages_get", channel: "general", limit: 5 });
  assert.ok(!JSON.stringify(page).includes("only you"));
});

test("a response without a command answers the newest call of its invoker, as publicly as it says", async () => {
  const bot = await botNamed("library");
  const olga = await home.onOriginchats("olga");
  const ben = await home.onOriginchats("ben");
  await register(bot, [
    { ...roll, name: "flip", options: [] },
    { ...secret, name: "murmur" },
  ]);
  const call = (command: string) =>
    olga.ask({ cmd: "slash_call", channel: "general", command, args: {} });
  const { invoker } = await call("flip");
  await call("murmur");
  const respond = (response: string, ephemeral: boolean | null) =>
    bot.ask({ cmd: "slash_response", response, invoker, channel: "general", ephemeral });
  const command = (answer: OriginchatsPacket) => {
    const { interaction } = answer["message"] as { interaction: { command: string } };
    return interaction.command;
  };
  assert.equal(command(await respond("heads", false)), "flip");
  assert.equal(command(await respond("a murmur", true)), "murmur");
  assert.equal(command(await respond("another murmur", null)), "murmur");
  await ben.sees("heads");
  await call("flip");
  await bot.ask({
    cmd: "slash_response",
    response: "tails, between us",
    command: "flip",
    invoker,
    channel: "general",
    ephemeral: true,
  });
  await olga.sees("tails, between us");
  olga.say("general", "all is said");
  await ben.sees("all is said");
  for (const text of ["a murmur", "another murmur", "tails, between us"]) {
    assert.ok(!ben.has(text), text);
  }
});

test("/help lists what the caller may call, by name", async () => {
  const bot = await botNamed("guide");
  const ada = await home.onOriginchats("ada");
  await register(bot, [
    { ...roll, name: "zap" },
    { ...secret, name: "zen" },
  ]);
  await ada.ask({ cmd: "slash_call", channel: "general", command: "help", args: {} });
  const text = ada.messages().at(-1)?.content ?? "";
  const lines = text.split("\n");
  assert.equal(lines[0], "**Available Commands:**");
  assert.ok(lines.includes("• `/nick` - Set or clear your display nickname"));
  assert.ok(lines.includes("• `/zap` - Roll dice"));
  assert.ok(!text.includes("/zen") && !text.includes("/ban"));
  assert.deepEqual(lines.slice(1), [...lines.slice(1)].sort());
});

describe("a bot that was lost without a word", () => {
  const patient = stackForTests({ sockchat: 0, config: { graceMs: 60_000 } });

  test("keeps its commands for its grace, and a call is told that nobody takes it", async () => {
    await patient.stack.operator.addUser("ghost");
    const bot = await patient.onOriginchats("ghost");
    const ada = await patient.onOriginchats("ada");
    await register(bot, [{ ...guests, name: "haunt", blacklistRoles: [] }]);
    bot.socket.terminate();
    const call = { cmd: "slash_call", channel: "general", command: "haunt" };
    const refusal = await eventually(10_000, "a refusal of the call", async () => {
      const answer = await ada.ask(call);
      return answer.cmd === "error" ? answer["val"] : undefined;
    });
    assert.equal(refusal, "Command handler for /haunt is not currently connected");
    const list = await ada.ask({ cmd: "slash_list" });
    const names = (list["commands"] as readonly { name: string }[]).map(({ name }) => name);
    assert.ok(names.includes("haunt"));
  });
});
