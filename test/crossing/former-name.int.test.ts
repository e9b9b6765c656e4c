/** Bridge table, account names and Linking: by a former name a person is found everywhere, on both sides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginchatsClient, OriginchatsPacket } from "../support/originchats-client.ts";
import { stackForTests } from "../support/test-stack.ts";

const home = stackForTests({ config: { graceMs: 0 } });

const slash = (command: string, args: Readonly<Record<string, string | number>>) => ({
  cmd: "slash_call",
  channel: "general",
  command,
  args,
});
const messageOf = (packet: OriginchatsPacket) => packet["message"] as Record<string, unknown>;
/** The text of the next line by the server. */
const answered = async (client: OriginchatsClient): Promise<unknown> =>
  messageOf(await client.next("message_new", (got) => messageOf(got)["user"] === "originChats"))[
    "content"
  ];

async function rename(from: string, to: string): Promise<void> {
  const olga = await home.onOriginchats("olga");
  const answer = await olga.ask({ cmd: "user_update", user: from, updates: { username: to } });
  assert.equal(answer["user"], to);
  await olga.close();
}

test("after a rename the old name pings, whispers, is looked up and acted on, from both sides", async () => {
  await home.stack.operator.addUser("flash");
  await rename("flash", "lightning");
  const [flash, ada] = [await home.onOriginchats("flash"), await home.onOriginchats("ada")];
  const [ben, mona] = [await home.onSockchat("ben"), await home.onOriginchats("mona")];
  ada.say("general", "hi @flash and @FLASH");
  const told = messageOf(await ada.next("message_new"));
  assert.deepEqual(told["pings"], { users: ["lightning"], roles: [], replies: [] });
  ben.say("@flash too");
  const crossed = await ada.next("message_new", (got) => messageOf(got)["user"] === "ben");
  assert.deepEqual(messageOf(crossed)["pings"], { users: ["lightning"], roles: [], replies: [] });
  const inbox = await flash.ask({ cmd: "pings_get", limit: 10 });
  const found = inbox["messages"] as readonly { readonly content: string }[];
  assert.deepEqual(
    found.map(({ content }) => content),
    ["@flash too", "hi @flash and @FLASH"],
  );
  ben.say("/msg flash from the other side");
  const heard = await flash.next("message_new", ({ channel }) => channel === "@ben");
  assert.equal(messageOf(heard)["content"], "from the other side");
  await ada.ask(slash("msg", { username: "flash", text: "from here" }));
  await flash.next("message_new", ({ channel }) => channel === "@ada");
  const roles = await ada.ask({ cmd: "user_roles_get", user: "flash" });
  assert.deepEqual([roles["cmd"], roles["roles"]], ["user_roles_get", ["user"]]);
  const status = await ada.ask({ cmd: "status_get", user: "flash" });
  assert.equal(status["username"], "lightning", JSON.stringify(status));
  assert.equal((await ada.ask({ cmd: "pfp_get", username: "flash" }))["val"], null);
  ben.say("/whois flash");
  assert.equal((await ben.next("2", ([, , author]) => author === "-1"))[0], "2");
  await mona.ask(slash("silence", { username: "flash", seconds: 60 }));
  assert.match(String(await answered(ada)), /^🔇 \*\*flash\*\* has been silenced for 60 seconds/u);
  await mona.ask({ cmd: "user_timeout", user: "flash", timeout: 0 });
  const sock = await home.onSockchat("mona");
  sock.say("/kick flash");
  assert.equal((await flash.next("disconnect"))["cmd"], "disconnect");
});

test("what was an account's before it became part of another is the other's, on both sides", async () => {
  const { operator } = home.stack;
  await operator.addUser("dora", ["moderator", "user"]);
  await operator.addUser("vic");
  const [dora, vic] = [await home.onOriginchats("dora"), await home.onOriginchats("vic")];
  const [ada, ben] = [await home.onOriginchats("ada"), await home.onSockchat("ben")];
  const posted = await dora.ask({ cmd: "message_new", channel: "general", content: "by dora" });
  const { id } = messageOf(posted) as { readonly id: string };
  const line = await ben.next("2", ([, , , body]) => body === "by dora");
  await dora.ask({ cmd: "message_react_add", channel: "general", id, emoji: "🎉" });
  await dora.ask({ cmd: "poll_create", channel: "general", question: "tea?", options: ["y", "n"] });
  const poll = await ada.next("message_new", (got) => got["poll_id"] !== undefined);
  await dora.ask(slash("msg", { username: "ada", text: "whispered by dora" }));
  const olga = await home.onOriginchats("olga");
  await olga.ask({ cmd: "user_update", user: "dora", updates: { nickname: "Dory" } });
  await ada.sees("whispered by dora");
  for (const timeout of [60, 0]) await dora.ask({ cmd: "user_timeout", user: "ben", timeout });

  await vic.ask(slash("link", {})).then(async (answer) => {
    const code = /`([0-9a-z]+-[0-9a-z]+)`/u.exec(String(messageOf(answer)["content"]))?.[1] ?? "";
    dora.send(slash("link", { code }));
  });
  const renamed = await ada.next("channel_update");
  const listed = renamed["channel"] as { readonly name: string };
  assert.deepEqual([renamed["current_name"], listed.name], ["@dora", "@vic"]);
  await ada.next("user_leave", ({ username }) => username === "dora");
  const own = await vic.next("channels_get");
  assert.ok((own["val"] as { readonly name: string }[]).some(({ name }) => name === "@ada"));
  const kept = await vic.ask({ cmd: "messages_get", channel: "@ada" });
  const whispers = kept["messages"] as { readonly user: string; readonly content: string }[];
  assert.deepEqual(
    whispers.map(({ user, content }) => [user, content]),
    [["vic", "whispered by dora"]],
  );

  const found = await ada.ask({ cmd: "messages_search", channel: "general", query: "by dora" });
  const [first] = found["results"] as { readonly user: string; readonly reactions: object }[];
  assert.deepEqual([first?.user, first?.reactions], ["vic", { "🎉": ["vic"] }]);
  const again = await vic.ask({ cmd: "message_react_add", channel: "general", id, emoji: "🎉" });
  assert.equal(again.cmd, "error", "the reaction is there already");
  await vic.ask({ cmd: "message_react_remove", channel: "general", id, emoji: "🎉" });

  await vic.ask({ cmd: "message_edit", channel: "general", id, content: "now by vic" });
  assert.deepEqual(await ben.next("6"), ["6", line[4]]);
  const edited = await ben.next("2", ([, , , body]) => body === "now by vic (edited)");
  const vicId = (await home.onSockchat("vic")).userId;
  assert.deepEqual([edited[2], edited[4], edited[5]], [vicId, line[4], "10010"]);
  const later = await home.onSockchat("mona");
  const context = later.log.entries.find(([, kind, , , , , , body]) => {
    return kind === "1" && body?.startsWith("now by vic") === true;
  });
  assert.deepEqual(context?.slice(3, 5), [vicId, "vic"]);
  await vic.ask({ cmd: "poll_end", poll_id: poll["poll_id"] });
  await vic.ask({ cmd: "message_delete", channel: "general", id });
  assert.deepEqual(await ben.next("6"), ["6", line[4]]);

  const log = await olga.ask({ cmd: "modlog_get", target: "USR:local_vic" });
  const acts = log["entries"] as readonly {
    readonly action: string;
    readonly target_name: string;
  }[];
  assert.ok(
    acts.some(({ action, target_name }) => action === "user_update" && target_name === "vic"),
    JSON.stringify(acts),
  );

  const by = await olga.ask({ cmd: "modlog_get", actor: "USR:local_vic", action: "user_timeout" });
  const [done] = by["entries"] as readonly { readonly target_name: string }[];
  assert.equal(done?.target_name, "ben", JSON.stringify(by));

  ada.say("general", "hi @dora");
  const told = await vic.next("message_new", (got) => messageOf(got)["content"] === "hi @dora");
  assert.deepEqual((messageOf(told)["pings"] as { readonly users: unknown }).users, ["vic"]);
  ben.say("/msg dora psst");
  const heard = await vic.next("message_new", ({ channel }) => channel === "@ben");
  assert.equal(messageOf(heard)["content"], "psst");
});
